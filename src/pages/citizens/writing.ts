import type { Authority } from '../../domain/authority.ts';
import type { PageLanguage } from '../kit/language.ts';
import type { CitizensWords } from './words.ts';

/** How a citizen's record is written. */
export interface Writing {
  readonly authority: Authority;
  readonly language: PageLanguage;
  readonly words: CitizensWords['record'];
  /** A moment in the zone of the authority. */
  readonly moment: (at: Date) => string;
}
