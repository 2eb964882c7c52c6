import type { Authority } from '../../domain/authority.ts';
import type { AppointmentStory } from '../../staff/find/story.ts';
import type { Frame } from '../kit/context.tsx';
import type { StoryWords } from './story-words.ts';

/** The subject of the page and its parts. */
export interface StoryProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: StoryWords;
  readonly story: AppointmentStory;
  readonly now: Date;
  /** The visitor may search for numbers. */
  readonly operates: boolean;
}
