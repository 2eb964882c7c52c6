import type { Child } from 'hono/jsx';
import type { Authority } from '../../domain/authority.ts';
import type { AppointmentView } from '../../staff/appointments/appointments.ts';
import type { HistoryEntry } from '../../staff/appointments/reminder-view.ts';
import type { AppointmentDetails } from '../../staff/citizens/look-up-citizen.ts';
import type { PresentReminder } from '../../staff/find/present-reminders.ts';
import { factsInDocument, knownStatus, reminderName } from '../find/appointment-facts.ts';
import { STORY_WORDS } from '../find/story-words.ts';
import { DataTable, Facts } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { aboutReminder, eventWords, lowerFirst, reasonInBrackets } from '../states/event-words.ts';
import { appointmentWords, reminderWords } from '../states/state-words.ts';
import type { RecordWords } from './record-words.ts';

/** How a citizen's record is written. */
export interface Writing {
  readonly authority: Authority;
  readonly language: PageLanguage;
  readonly words: RecordWords;
  /** A moment in the zone of the authority. */
  readonly moment: (at: Date) => string;
}

interface HeldAppointment {
  readonly view: AppointmentView;
  readonly details: AppointmentDetails;
  readonly writing: Writing;
}

/** Everything that is held about an appointment, its reminders among it. */
export function AppointmentRecordView(held: HeldAppointment) {
  const { view, writing } = held;
  const reminders = view.reminders.map((each) => ({ ...each, reportedWrong: held.details.reportedWrong.has(each.id) }));
  const { words, moment, authority, language } = writing;
  const { columns } = words;
  return (
    <section class="held">
      <h3>{[view.start ? moment(view.start) : words.noTime, view.department].filter(Boolean).join(', ')}</h3>
      <Facts facts={factsOf(held)} />
      {reminders.length > 0 && (
        <DataTable
          caption={words.reminders}
          columns={[columns.reminder, columns.due, columns.language, columns.status, columns.history].map((label) => ({
            label,
          }))}
          rows={reminders.map((each) => [
            reminderName(language, authority, each.rule),
            moment(each.dueAt),
            STORY_WORDS[language].languages[each.language] ?? each.language,
            statusCell(each, writing),
            historyText(each, writing),
          ])}
        />
      )}
    </section>
  );
}

/** The state with its reason; of one that no SMS was sent for also the text that would have gone. */
function statusCell(reminder: PresentReminder, { language, words }: Writing): Child {
  const { label } = reminderWords(language, reminder);
  if (reminder.text === null || reminder.messages.length > 0) return label;
  return `${label}. ${words.wouldHaveSaid(reminder.text)}`;
}

function historyText({ history, reportedWrong }: PresentReminder, { language, moment }: Writing): Child {
  const labelOf = (change: HistoryEntry) => reminderWords(language, { ...change, reportedWrong }).label;
  const lines = history.map((change) => `${moment(change.at)}: ${reasonInBrackets(labelOf(change))}`);
  return lines.map((line) => <div>{line}</div>);
}

type Fact = readonly [string, Child];

function factsOf(held: HeldAppointment): Fact[] {
  const { view, details, writing } = held;
  const { words, moment, language } = writing;
  const { facts, kindsOfVisit } = words;
  const { outcomeAt } = view;
  const outcome = outcomeAt && `${statusText(view.outcome, language)}, ${moment(outcomeAt)}`;
  const changed = details.changes.map((each) => `${moment(each.at)}: ${changeText(each, writing)}`);
  const handled = details.handled.map(({ at }) => moment(at));
  const events = details.events.map((each) => `${moment(each.at)}${eventText(each, held)}`);
  return [
    [facts.start, timeOf(view, writing)],
    [facts.kind, kindsOfVisit[view.kind] ?? view.kind],
    [facts.status, statusText(view.status, language) + (view.test ? ` (${words.test})` : '')],
    ...(outcome === null ? [] : [[facts.outcome, outcome] as const]),
    ...factsInDocument({ held: { view, details }, language, moment }),
    ...lines(facts.changes, changed),
    ...lines(facts.handled, handled),
    ...lines(facts.events, events),
  ];
}

/** The event for the booking system, behind its moment, with the reminder that it was about. */
function eventText(event: AppointmentDetails['events'][number], { view, details, writing }: HeldAppointment): string {
  const { authority, language } = writing;
  const { reminder_id: id } = event;
  const { label } = eventWords(language, { ...event, reportedWrong: id !== null && details.reportedWrong.has(id) });
  const reminder = aboutReminder(event) && view.reminders.find(({ id }) => id === event.reminder_id);
  if (!reminder) return `: ${reasonInBrackets(label)}`;
  const name = reminderName(language, authority, reminder.rule);
  return `, ${lowerFirst(name)}: ${reasonInBrackets(lowerFirst(label))}`;
}

function changeText(
  { change, start_at: before, reference }: AppointmentDetails['changes'][number],
  { moment, language }: Writing,
): string {
  const { entries } = STORY_WORDS[language];
  if (change === 'moved') return entries.moved.to(null, before && moment(before));
  return change === 'replaced' ? entries.replaced(reference) : entries.changed[change];
}

function lines(name: string, texts: readonly string[]): Fact[] {
  return texts.length === 0 ? [] : [[name, texts.map((text) => <div>{text}</div>)]];
}

function timeOf({ start, end }: AppointmentView, { words, moment }: Writing): string {
  if (start === null) return words.noTime;
  return end === null ? moment(start) : words.fromTo(moment(start), moment(end));
}

function statusText(status: string | null, language: PageLanguage): string {
  const found = status === null ? undefined : knownStatus(status);
  return found ? appointmentWords(language, found).label : '–';
}
