import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { AUTHORITIES, authoritiesPage } from './authorities-page.tsx';

/** `/admin/authorities`, where one of many authorities is chosen. */
export const AUTHORITY_CHOICE_PAGES: readonly Page<PagesDeps>[] = [
  { path: '/admin/authorities', right: 'signed-in', menu: AUTHORITIES, open: authoritiesPage },
];
