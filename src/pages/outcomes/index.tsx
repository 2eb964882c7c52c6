import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { STATISTICS } from '../statistics/statistics-page.tsx';
import { outcomesPage } from './outcomes-page.tsx';

/** `/admin/messages`: the reminders behind a figure of the statistics. */
export const OUTCOMES_PAGES: readonly Page<PagesDeps>[] = [
  { path: '/admin/messages', right: 'viewer', menu: STATISTICS, open: outcomesPage },
];
