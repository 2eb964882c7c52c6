import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { REPLIES_PAGE } from './replies-page.tsx';

/** `/admin/replies`: what citizens wrote back, and what staff decide about it. */
export const REPLIES_PAGES: readonly Page<PagesDeps>[] = [REPLIES_PAGE];
