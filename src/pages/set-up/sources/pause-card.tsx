import type { SourceView } from '../../../staff/sources/sources.ts';
import { Fault } from '../../kit/document.tsx';
import { ActionForm } from '../../kit/elements.tsx';
import { DayField, Field } from '../../kit/fields.tsx';
import { PAUSE_WORDS } from '../../rules/pause-words.ts';
import { marksOfPauses } from '../../rules/pauses.tsx';
import type { SetUp } from '../frame.tsx';
import { SOURCES_PATH } from './source-frame.tsx';
import { SOURCES_WORDS } from './words.ts';

/** A pause as it was typed, with what is wrong with it. */
export interface RefusedPause {
  readonly reason: string;
  readonly until: string;
  readonly faults: Readonly<Record<string, string>>;
  /** Marks of the pauses that the page showed; left out: somebody else has paused or resumed it meanwhile. */
  readonly seen?: string;
}

/** A pause that did not end, since the page of its button did not show it. */
export interface RefusedResume {
  /** The sentence about the pause that is in force. */
  readonly again: string;
}

/** The form that pauses a source, or the button that resumes it; nothing where the source's mode pauses it. */
export function PauseCard({
  setUp: { frame },
  source,
  refused,
}: {
  readonly setUp: SetUp;
  /** A source whose pause is null once it has ended. */
  readonly source: SourceView;
  readonly refused: RefusedPause | RefusedResume | null;
}) {
  const words = SOURCES_WORDS[frame.language];
  const base = `${SOURCES_PATH}/${source.id}`;
  const { id, paused: pause } = source;
  const form = refused && 'reason' in refused ? refused : null;
  const marks = marksOfPauses(pause ? [{ id, pause }] : []);
  // A form that was refused comes back, also where somebody else has paused the source meanwhile.
  const resumes = source.paused !== null && form === null;
  // A source that its mode pauses is neither paused nor resumed by a button.
  if (source.mode === 'paused' && !resumes && form === null) return null;
  return (
    <section class="card" id="pause" tabindex={-1} aria-labelledby="pause-title">
      <h2 id="pause-title">{resumes ? words.resume : words.pause}</h2>
      {resumes ? (
        <ActionForm action={`${base}/resume`}>
          <input type="hidden" name="seen" value={marks} />
          <Fault text={refused && 'again' in refused ? refused.again : undefined} />
          <button type="submit">{words.resume}</button>
        </ActionForm>
      ) : (
        <ActionForm action={`${base}/pause`}>
          <input type="hidden" name="seen" value={form?.seen ?? marks} />
          <p>{words.pauseLead}</p>
          <Field
            id="reason"
            label={words.reason}
            hint={PAUSE_WORDS[frame.language].reasonHint}
            value={form?.reason ?? ''}
            faults={form?.faults}
            more={{ maxlength: 200 }}
            required
          />
          <DayField
            language={frame.language}
            timed
            id="until"
            label={words.until}
            hint={words.untilHint}
            value={form?.until ?? ''}
            faults={form?.faults}
          />
          <button class="plain" type="submit">
            {words.pause}
          </button>
        </ActionForm>
      )}
    </section>
  );
}
