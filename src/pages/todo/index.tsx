import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { handleForm, refusalsSeenForm, undoHandledForm } from './forms.ts';
import { TODO, todoPage } from './todo-page.tsx';

/** `/admin`, the start page: what holds reminders or needs a phone call. */
export const TODO_PAGES: readonly Page<PagesDeps>[] = [
  {
    path: '/admin',
    right: 'viewer',
    menu: TODO,
    open: todoPage,
    forms: [
      { path: '/admin/to-do/:source/seen', right: 'whole-operator', send: refusalsSeenForm },
      { path: '/admin/to-do/:id/handle', right: 'operator', send: handleForm },
      { path: '/admin/to-do/:id/undo', right: 'operator', send: undoHandledForm },
    ],
  },
];
