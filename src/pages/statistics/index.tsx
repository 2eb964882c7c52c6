import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { STATISTICS, statisticsFile, statisticsPage } from './statistics-page.tsx';

/** `/admin/statistics`, as a page and as CSV. */
export const STATISTICS_PAGES: readonly Page<PagesDeps>[] = [
  { path: '/admin/statistics', right: 'viewer', menu: STATISTICS, open: statisticsPage },
  { path: '/admin/statistics.csv', right: 'viewer', fileOf: '/admin/statistics', open: statisticsFile },
];
