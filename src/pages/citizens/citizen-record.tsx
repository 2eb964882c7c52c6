import type { Child } from 'hono/jsx';
import type { Authority } from '../../domain/authority.ts';
import { STAFF_ANSWER } from '../../domain/reminder.ts';
import type { AppointmentView } from '../../staff/appointments/appointments.ts';
import type { MessageView } from '../../staff/appointments/messages.ts';
import type { CitizenRecord } from '../../staff/citizens/look-up-citizen.ts';
import type { OptOutView } from '../../staff/opt-outs.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import { knownStatus } from '../find/appointment-facts.ts';
import { STORY_WORDS } from '../find/story-words.ts';
import { DataTable, momentText, phoneText, senderText } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { reasonText } from '../opt-outs/words.ts';
import { lowerFirst } from '../states/event-words.ts';
import { StatesExplained } from '../states/explained.tsx';
import { REPLY_WORDS } from '../states/replies.ts';
import { appointmentWords, messageWords, reminderWords, type StateWords } from '../states/state-words.ts';
import { TEMPLATE_WORDS } from '../states/template-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { AppointmentRecordView, type Writing } from './appointment-record.tsx';
import { actorKind } from './citizen-document.tsx';
import { RECORD_WORDS, type RecordWords } from './record-words.ts';

type KeptPatient = CitizenRecord['patients'][number];

/** A citizen's record in one language. */
export interface RecordProps {
  readonly held: CitizenRecord;
  readonly authority: Authority;
  readonly language: PageLanguage;
  readonly now: Date;
}

/** Everything that is held about a number, as people read it: on the page, and in the file to hand over. */
export function CitizenRecordView({ held, authority, language, now }: RecordProps) {
  const words = RECORD_WORDS[language];
  const moment = (at: Date) => momentText(at, authority.timeZone, language);
  const { appointments, messages, inbound, optOuts, patients } = held;
  const empty = [appointments, messages, inbound, optOuts, patients].every((list) => list.length === 0);
  const writing = { authority, language, words, moment };
  return (
    <>
      <p class="lead">{words.about(phoneText(held.phone), authority.name, moment(now))}</p>
      {empty && <p class="empty">{words.nothing}</p>}
      {!empty && (
        <>
          <Appointments held={held} writing={writing} />
          <StatesExplained
            states={appointments.flatMap((each, at) => statesOf(each, held.details[at]?.reportedWrong, language))}
          />
          <Part
            kind="messages"
            columns={['at', 'kind', 'text', 'sender', 'status']}
            rows={messages.map((each) => messageCells(each, writing))}
            words={words}
          />
          <StatesExplained states={messages.map((each) => messageWords(language, each))} />
          <Part
            kind="inbound"
            columns={['at', 'text', 'to', 'meaning', 'decision', 'about']}
            rows={inbound.map((each) => inboundCells(each, writing))}
            words={words}
          />
          <Part
            kind="optOuts"
            columns={['since', 'reason', 'status']}
            rows={optOuts.map((each) => optOutCells(each, writing))}
            words={words}
          />
          {patients.length > 0 && (
            <Part
              kind="patients"
              columns={['since', 'source', 'language', 'protected']}
              rows={patients.map((each) => patientCells(each, writing))}
              words={words}
            />
          )}
        </>
      )}
      <p class="faint">{words.footer(authority.retentionDays)}</p>
    </>
  );
}

function Appointments({ held, writing }: { readonly held: CitizenRecord; readonly writing: Writing }) {
  const { words } = writing;
  return (
    <section class="part">
      <h2>{words.kinds.appointments}</h2>
      {held.appointments.length === 0 && <p>{words.none}</p>}
      {held.appointments.map((view, at) => {
        const details = held.details[at];
        return details && <AppointmentRecordView view={view} details={details} writing={writing} />;
      })}
    </section>
  );
}

interface PartProps {
  readonly kind: keyof RecordWords['kinds'];
  readonly columns: readonly (keyof RecordWords['columns'])[];
  readonly rows: readonly (readonly Child[])[];
  readonly words: RecordWords;
}

function Part({ kind, columns, rows, words }: PartProps) {
  const title = words.kinds[kind];
  if (rows.length > 0)
    return <DataTable caption={title} columns={columns.map((name) => ({ label: words.columns[name] }))} rows={rows} />;
  return (
    <section class="part">
      <h2>{title}</h2>
      <p>{words.none}</p>
    </section>
  );
}

/** The states of an appointment and of its reminders, which whoever gets the file has nobody to ask about. */
function statesOf(
  { status, reminders }: AppointmentView,
  reportedWrong: ReadonlySet<string> | undefined,
  language: PageLanguage,
): StateWords[] {
  const known = knownStatus(status);
  const ofReminders = reminders.map((each) =>
    reminderWords(language, { ...each, reportedWrong: reportedWrong?.has(each.id) }),
  );
  return [...(known ? [appointmentWords(language, known)] : []), ...ofReminders];
}

function messageCells(view: MessageView, { language, words, moment }: Writing): Child[] {
  const { handedOverAt: at, deliveredAt, template, language: spoken, reference } = view;
  const templates: Readonly<Record<string, { readonly name: string }>> = TEMPLATE_WORDS[language];
  const name = template === STAFF_ANSWER ? words.staffAnswer : (templates[template]?.name ?? template);
  const kind = `${name}, ${STORY_WORDS[language].languages[spoken] ?? spoken}`;
  const { label } = messageWords(language, view);
  return [
    at ? moment(at) : words.waiting,
    reference === null ? kind : `${kind} (${lowerFirst(words.aboutAppointment(reference))})`,
    view.text ?? whyMissing(view, 'text', language, words.erasedText),
    words.from(senderText(view.sender), view.gateway),
    deliveredAt ? `${label}, ${moment(deliveredAt)}` : label,
  ];
}

function inboundCells(view: InboundView, { language, words, moment }: Writing): Child[] {
  const { meanings, actions, handled } = REPLY_WORDS[language];
  const erased = whyMissing(view, 'text', language, words.erasedText);
  const { action, settledAt, settledBy, answered, appointments } = view;
  const decision = settledAt && `${action ? actions[action].label : handled}, ${moment(settledAt)}`;
  const about = appointments.map(({ reference }) => words.aboutAppointment(reference));
  const inReply = answered && words.inReplyTo(answered.text ?? erased);
  return [
    moment(view.receivedAt),
    view.text ?? erased,
    view.recipient === null ? '–' : senderText(view.recipient),
    meanings[view.meaning].label,
    decision ? `${decision} (${byText(settledBy ?? '', words)})` : view.needsPerson ? words.undecided : '–',
    [...about, ...(inReply ? [inReply] : [])].join('. ') || '–',
  ];
}

function optOutCells(view: OptOutView, { language, words, moment }: Writing): Child[] {
  const { recordedAt, recordedBy, reason, liftedAt, liftedBy, liftReason, scope } = view;
  const inForce = scope === 'installation' ? words.everywhere : words.inForce;
  const why = (text: string) => reasonText(text, language);
  const lifted = liftedAt && `${words.lifted(moment(liftedAt))} (${byText(liftedBy ?? '', words)})`;
  return [
    `${moment(recordedAt)} (${byText(recordedBy, words)})`,
    why(reason),
    lifted ? `${lifted}${liftReason ? `: ${why(liftReason)}` : ''}` : inForce,
  ];
}

function patientCells({ keptAt, source, language: spoken, protected: isProtected }: KeptPatient, writing: Writing) {
  const { language, words, moment } = writing;
  const languages: Readonly<Record<string, string>> = STORY_WORDS[language].languages;
  return [moment(keptAt), source, spoken === null ? '–' : (languages[spoken] ?? spoken), isProtected ? words.yes : '–'];
}

/** Staff are not named: the document goes to somebody else. */
function byText(actor: string, words: Writing['words']): string {
  return words.recordedBy[actorKind(actor)];
}
