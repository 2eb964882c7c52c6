import { type Authority, inForce, type Pause } from '../../domain/authority.ts';
import { isChangedMeanwhile } from '../../domain/errors.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { type NamedSource, readSource } from '../../staff/sources/sources.ts';
import { Fault } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { byName, type PageLanguage } from '../kit/language.ts';
import { momentText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { PAUSE_WORDS } from './pause-words.ts';

/** Something that is paused now: one source, or the whole authority, whose id is ''. */
export interface PausedNow {
  readonly id: string;
  readonly name: string;
  readonly pause: Pause;
}

/** The pause that a button did not end, since its page did not show it, and the sentence about it. */
export interface NotResumed {
  readonly id: string;
  readonly fault: string;
}

/** The page of pauses: an authority, its sources and who reads it. */
export interface PauseProps {
  readonly language: PageLanguage;
  readonly authority: Authority;
  readonly sources: readonly NamedSource[];
  readonly now: Date;
  readonly may: boolean;
}

/** The pauses in force, by name: first that of the authority, then those of its sources. */
export function pausedOf({ language, authority, sources, now }: PauseProps): PausedNow[] {
  const named = sources.toSorted(byName(language));
  const owners = [{ id: '', name: PAUSE_WORDS[language].whole, paused: authority.paused }, ...named];
  return owners.flatMap(({ id, name, paused }) =>
    paused && inForce(paused, now) ? [{ id, name, pause: paused }] : [],
  );
}

/** The pauses with the button that lifts each. @param unshown how many the page has no room for */
export function Paused({
  language,
  authority,
  may,
  paused,
  unshown,
  again,
}: PauseProps & {
  readonly paused: readonly PausedNow[];
  readonly unshown: number;
  readonly again: NotResumed | undefined;
}) {
  const words = PAUSE_WORDS[language];
  const at = (moment: Date) => momentText(moment, authority.timeZone, language);
  return (
    <section aria-labelledby="paused">
      <h2 id="paused">{words.pauseNow}</h2>
      {paused.length === 0 && <p class="empty">{words.running}</p>}
      {paused.map(({ id, name, pause }) => (
        <div class="card">
          <h3>{name}</h3>
          <p>
            {words.pausedSince(at(pause.at))}, {pause.until ? words.until(at(pause.until)) : words.untilResumed}
          </p>
          <p>{pause.reason}</p>
          {may && (
            <ActionForm action="/admin/rules/resume">
              <Fault text={again?.id === id ? again.fault : undefined} />
              <input type="hidden" name="source" value={id} />
              <input type="hidden" name="seen" value={marksOfPauses([{ id, pause }])} />
              <button type="submit">
                {words.resume}
                <span class="unseen"> ({name})</span>
              </button>
            </ActionForm>
          )}
        </div>
      ))}
      {unshown > 0 && (
        <p>
          {words.morePaused(unshown)} <a href={hrefOf('/admin/set-up/sources', authority)}>{words.toSources}</a>
        </p>
      )}
    </section>
  );
}

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
 * Pauses or resumes by `work`, which compares what the page of the form showed.
 * @returns undefined once that is done; else, since things stand otherwise, the pause in force (null: none is)
 */
export async function changePauseAsSeen(
  deps: PagesDeps,
  { authorityId, sourceId }: { readonly authorityId: string; readonly sourceId: string | null },
  work: () => Promise<void>,
): Promise<Pause | null | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error;
    const owner =
      sourceId === null ? await readAuthority(deps, authorityId) : await readSource(deps, authorityId, sourceId);
    return owner.paused && inForce(owner.paused, deps.now()) ? owner.paused : null;
  }
}

/**
 * The sentence beside a form of which nothing was done, since its page did not show how things stand.
 * @param pause in force now; null: somebody has lifted the one that the page showed
 */
export function pauseChangedMeanwhile(pause: Pause | null, timeZone: string, language: PageLanguage): string {
  const words = PAUSE_WORDS[language];
  return pause ? words.pausedMeanwhile(...termsOf(pause, timeZone, language)) : words.resumedMeanwhile;
}

/** The sentence at the button that did not lift a pause, since its page did not show this one. */
export function pausedAgain(pause: Pause, timeZone: string, language: PageLanguage): string {
  return PAUSE_WORDS[language].pausedAgain(...termsOf(pause, timeZone, language));
}

/** The beginning, the end and the reason of a pause, as text. */
function termsOf({ at, until, reason }: Pause, timeZone: string, language: PageLanguage): [string, string, string] {
  const words = PAUSE_WORDS[language];
  const text = (moment: Date) => momentText(moment, timeZone, language);
  return [text(at), until ? words.until(text(until)) : words.untilResumed, reason];
}
