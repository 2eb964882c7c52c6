import type { PageLanguage } from '../kit/language.ts';
import { STORY_DANISH } from './story-danish.ts';
import { STORY_ENGLISH } from './story-english.ts';
import type { StoryWords } from './story-word-types.ts';

export type { StoryWords } from './story-word-types.ts';

/** The words of the page that tells the story of an appointment. */
export const STORY_WORDS: Readonly<Record<PageLanguage, StoryWords>> = { da: STORY_DANISH, en: STORY_ENGLISH };
