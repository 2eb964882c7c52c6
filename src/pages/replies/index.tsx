import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { REPLIES } from './navigation.tsx';
import { settleReplyForm, undoSettleForm } from './replies-forms.ts';
import { repliesPage } from './replies-page.tsx';

/** `/admin/replies`: what citizens wrote back, and what staff decide about it. */
export const REPLIES_PAGES: readonly Page<PagesDeps>[] = [
  {
    path: '/admin/replies',
    right: 'viewer',
    menu: REPLIES,
    open: (c, deps) => repliesPage(c, deps),
    forms: [
      { path: '/admin/replies/:id/settle', right: 'operator', send: settleReplyForm },
      { path: '/admin/replies/:id/undo', right: 'operator', send: undoSettleForm },
    ],
  },
];
