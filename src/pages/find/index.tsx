import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { FIND_PAGE } from './find-page.tsx';
import { STORY_PAGE } from './story-page.tsx';

/** `/admin/find`: appointments by number, reference or day, and the story of each. */
export const FIND_PAGES: readonly Page<PagesDeps>[] = [FIND_PAGE, STORY_PAGE];
