import type { Authority } from '../../domain/authority.ts';
import type { HandledAppointment, Shortened, UnreachedView } from '../../staff/to-do/unreached.ts';
import type { Frame } from '../kit/context.tsx';
import { Done, EndsWhole, PhoneNumber } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { startText } from '../kit/moment-text.ts';
import { storyOf } from '../kit/navigation.ts';
import { StatesExplained } from '../states/explained.tsx';
import { REMINDER_WORDS, reminderWords, type StateWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { StepForm } from './step-form.tsx';
import type { ListWords, TodoWords } from './words.ts';

/** The lists of citizens on the page; also the ids of their sections. */
export const LISTS = ['soon', 'numberless', 'uncertain', 'wrongNumbers'] as const;
/** A member of `LISTS`. */
export type ListName = (typeof LISTS)[number];

/** The title of the list already says what is wrong with the number. */
const tellsOfNumber = (name: ListName) => name === 'numberless' || name === 'wrongNumbers';

interface CitizensProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: TodoWords;
  readonly name: ListName;
  readonly list: Shortened<UnreachedView>;
  readonly its: ListWords;
  /** The visitor may tick off. */
  readonly works: boolean;
  /** The sentence of a form that came from this list. */
  readonly done: string | null;
  /** The list is shown when it is asked for: it is long, and matters less. */
  readonly folded?: true;
}

/** A list of citizens to be phoned or seen to; nothing where there are none. */
export function Citizens(props: CitizensProps) {
  const { name, list, its, done, folded } = props;
  if (list.items.length === 0) return null;
  const rows = <Rows {...props} />;
  if (folded)
    return (
      <details class="task" id={name} open={done !== null}>
        <summary>{its.title}</summary>
        {rows}
      </details>
    );
  return (
    <section class="task" aria-labelledby={name}>
      <h2 id={name} tabindex={-1}>
        {its.title} <span class="total">{list.more ? `${list.items.length}+` : list.items.length}</span>
      </h2>
      {rows}
    </section>
  );
}

function Rows(props: CitizensProps) {
  const { frame, words, name, list, its, done, works } = props;
  const states = list.items.map((each) => reminderWords(frame.language, each));
  return (
    <>
      <p class="means">
        {its.means}
        {works && its.step && ` ${its.step}`}
      </p>
      <Done text={done} />
      <ul class="work">
        {list.items.map((citizen) => (
          <Row citizen={citizen} {...props} />
        ))}
      </ul>
      {list.more && <p>{words.more}</p>}
      <StatesExplained states={works && name === 'soon' ? withSteps(frame.language, states) : states} />
    </>
  );
}

/** States with their next step behind what they mean, where it is more than to phone: the list's title says that. */
function withSteps(language: PageLanguage, states: readonly StateWords[]): StateWords[] {
  const { todo: phone } = REMINDER_WORDS[language].statuses.undelivered;
  return states.map((each) =>
    each.todo === undefined || each.todo === phone ? each : { ...each, means: `${each.means} ${each.todo}` },
  );
}

function Row({
  citizen,
  frame,
  authority,
  words,
  name,
  its,
  works,
}: CitizensProps & { readonly citizen: UnreachedView }) {
  const { appointmentId, start, department, reference, phone } = citizen;
  const id = `aftale-${appointmentId}`;
  const isSaid = tellsOfNumber(name) && !citizen.unreadable;
  const none = !isSaid && <span>{whyMissing(citizen, 'number', frame.language, words.noNumber)}</span>;
  const number = phone === null ? none : <Call phone={phone} />;
  return (
    <li>
      <p class="what cells" id={id}>
        <strong>{startText(start, authority.timeZone, frame.language)}</strong>
        <a href={storyOf(authority, appointmentId)}>
          <EndsWhole text={[department, reference].filter(Boolean).join(', ')} end={reference} />
        </a>
        <span>{reminderWords(frame.language, citizen).label}</span>
      </p>
      {(number || works) && (
        <div class="step">
          {number}
          {works && (
            <StepForm frame={frame} action={`/admin/to-do/${appointmentId}/handle`} button={its.button} of={id}>
              <input type="hidden" name="list" value={name} />
            </StepForm>
          )}
        </div>
      )}
    </li>
  );
}

function Call({ phone }: { readonly phone: string }) {
  return (
    <span class="call">
      <PhoneNumber phone={phone} />
    </span>
  );
}

/** Appointments ticked off within the time in which that can be undone; nothing where there are none. */
export function Latest({
  frame,
  authority,
  words,
  handled,
  works,
}: {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: TodoWords;
  readonly handled: readonly (HandledAppointment & { readonly name: string })[];
  readonly works: boolean;
}) {
  if (handled.length === 0) return null;
  return (
    <section class="task" aria-labelledby="latest">
      <h2 id="latest">{words.latest.title}</h2>
      <ul class="work">
        {handled.map(({ appointmentId, reference, start, name }) => (
          <li>
            <p class="what cells" id={`ordnet-${appointmentId}`}>
              {start && <strong>{startText(start, authority.timeZone, frame.language)}</strong>}
              <a href={storyOf(authority, appointmentId)}>
                <EndsWhole text={reference} end={reference} />
              </a>
              <span>{words.latest.by(name)}</span>
            </p>
            {works && (
              <div class="step">
                <StepForm
                  frame={frame}
                  action={`/admin/to-do/${appointmentId}/undo`}
                  button={words.undo}
                  of={`ordnet-${appointmentId}`}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
