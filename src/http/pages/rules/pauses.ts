import type { Pause } from '../../../domain/authority.ts';
import type { PageLanguage } from '../language.ts';
import { momentText } from '../moment-text.ts';
import { RULES_WORDS } from './words.ts';

/** Marks of the pauses that a page shows, which its form sends back. An authority has the id ''. */
export function marksOfPauses(paused: readonly { readonly id: string; readonly pause: Pause }[]): string {
  return paused.map(({ id, pause }) => `${id}@${pause.at.getTime()}`).join(' ');
}

/** The beginning of the pause of a source, or of the authority (''), that a form's page showed; null: none. */
export function seenPause(marks: string, id: string): Date | null {
  const mark = marks.split(' ').find((each) => each.startsWith(`${id}@`));
  const at = mark === undefined ? Number.NaN : Number(mark.slice(id.length + 1));
  return Number.isSafeInteger(at) ? new Date(at) : null;
}

/**
 * The sentence beside a form of which nothing was done, since its page did not show how things stand.
 * @param pause in force now; null: somebody has lifted the one that the page showed
 */
export function pauseChangedMeanwhile(pause: Pause | null, timeZone: string, language: PageLanguage): string {
  const { tools } = RULES_WORDS[language];
  if (pause === null) return tools.resumedMeanwhile;
  const at = (moment: Date) => momentText(moment, timeZone, language);
  const until = pause.until ? tools.until(at(pause.until)) : tools.untilResumed;
  return tools.pausedMeanwhile(at(pause.at), until, pause.reason);
}
