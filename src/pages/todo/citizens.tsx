import { notFound, Problem } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { handleAppointment, undoHandled } from '../../staff/to-do/to-do.ts';
import type { HandledAppointment, Shortened, UnreachedView } from '../../staff/to-do/unreached.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { FormBody, form } from '../kit/declared/form.tsx';
import { Done, EndsWhole, PhoneNumber } from '../kit/elements.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { startText } from '../kit/moment-text.ts';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { StatesExplained } from '../states/explained.tsx';
import { REMINDER_WORDS, reminderWords, type StateWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { TODO_WORDS } from './words.ts';

/** The lists of citizens on the page; also the ids of their sections. */
export const LISTS = ['soon', 'numberless', 'uncertain', 'wrongNumbers'] as const;
/** A member of `LISTS`. */
export type ListName = (typeof LISTS)[number];

/** The title of the list already says what is wrong with the number. */
const tellsOfNumber = (name: string) => name === 'numberless' || name === 'wrongNumbers';

/** The appointment that the address of a form names. @throws Problem 404 for what can't be one */
function appointmentIn({ id = '' }: Readonly<Record<string, string>>): string {
  if (!isUuid(id)) throw notFound('appointment');
  return id;
}

/** Ticks an appointment off, and leads back to its list. */
export const HANDLE = form<PagesDeps>()({
  path: '/admin/to-do/:id/handle',
  right: 'operator',
  unkept: true,
  title: (language, { typed }) => TODO_WORDS[language][tellsOfNumber(typed('list')) ? 'corrected' : 'phoned'],
  fields: () => ({ list: { label: '', type: 'hidden' } }),
  submit: async ({ deps, authorityId, reader, params }, _, typed) => {
    await handleAppointment(deps, reader, { authorityId, appointmentId: appointmentIn(params) }, deps.now());
    return { query: { done: 'handled', list: LISTS.find((name) => name === typed.list) } };
  },
});

/** Puts an appointment that was ticked off on its list again. */
export const UNDO = form<PagesDeps>()({
  path: '/admin/to-do/:id/undo',
  right: 'operator',
  title: (language) => TODO_WORDS[language].undo,
  submit: async ({ deps, authorityId, reader, params }) => {
    try {
      await undoHandled(deps, reader, { authorityId, appointmentId: appointmentIn(params) }, deps.now());
      return 'undone';
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return 'late';
      throw error;
    }
  },
});

/** The words of a list. */
interface ListWords {
  readonly title: string;
  readonly means: string;
  /** The next step, for those who may take it; left out: the title says it. */
  readonly step?: string;
}

interface CitizensProps {
  readonly authority: PageAuthority;
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
  const { name, list, its, done, works } = props;
  const { language } = useFrame();
  const states = list.items.map((each) => reminderWords(language, each));
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
      {list.more && <p>{TODO_WORDS[language].more}</p>}
      <StatesExplained states={works && name === 'soon' ? withSteps(language, states) : states} />
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

function Row({ citizen, authority, name, works }: CitizensProps & { readonly citizen: UnreachedView }) {
  const { language } = useFrame();
  const { appointmentId, start, department, reference, phone } = citizen;
  const id = `aftale-${appointmentId}`;
  const isSaid = tellsOfNumber(name) && !citizen.unreadable;
  const none = !isSaid && <span>{whyMissing(citizen, 'number', language, TODO_WORDS[language].noNumber)}</span>;
  const number = phone === null ? none : <Call phone={phone} />;
  return (
    <li>
      <p class="what cells" id={id}>
        <strong>{startText(start, authority.timeZone, language)}</strong>
        <a href={storyOf(authority, appointmentId)}>
          <EndsWhole text={[department, reference].filter(Boolean).join(', ')} end={reference} />
        </a>
        <span>{reminderWords(language, citizen).label}</span>
      </p>
      {(number || works) && (
        <div class="step">
          {number}
          {works && phone !== null && (
            <a href={hrefOf(`/admin/find/${appointmentId}/answer`, authority)} aria-describedby={id}>
              {TODO_WORDS[language].answer}
            </a>
          )}
          {works && <FormBody plain form={HANDLE} params={{ id: appointmentId }} values={{ list: name }} of={id} />}
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
  authority,
  handled,
  works,
}: {
  readonly authority: PageAuthority;
  readonly handled: readonly HandledAppointment[];
  readonly works: boolean;
}) {
  const { language } = useFrame();
  const words = TODO_WORDS[language].latest;
  if (handled.length === 0) return null;
  return (
    <section class="task" aria-labelledby="latest">
      <h2 id="latest">{words.title}</h2>
      <ul class="work">
        {handled.map(({ appointmentId, reference, start, by }) => (
          <li>
            <p class="what cells" id={`ordnet-${appointmentId}`}>
              {start && <strong>{startText(start, authority.timeZone, language)}</strong>}
              <a href={storyOf(authority, appointmentId)}>
                <EndsWhole text={reference} end={reference} />
              </a>
              <span>{words.by(actorText(by, language))}</span>
            </p>
            {works && (
              <div class="step">
                <FormBody plain form={UNDO} params={{ id: appointmentId }} of={`ordnet-${appointmentId}`} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
