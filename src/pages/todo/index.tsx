import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { TODO_PAGE } from './todo-page.tsx';

/** `/admin`, the start page: what holds reminders or needs a phone call. */
export const TODO_PAGES: readonly Page<PagesDeps>[] = [TODO_PAGE];
