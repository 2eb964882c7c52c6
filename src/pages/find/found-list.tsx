import type { Authority } from '../../domain/authority.ts';
import type { FoundAppointment, FoundPage } from '../../staff/find/find.ts';
import type { Frame } from '../kit/context.tsx';
import { DataTable, Empty, momentText, phoneText } from '../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { dayText, timeText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { StatesExplained } from '../states/explained.tsx';
import { appointmentWords, reminderWords, type StateWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { knownStatus } from './known-status.ts';
import type { FindWords } from './words.ts';

/** Property that appointments were looked for by. */
export type FoundWhat = 'number' | 'reference' | 'like' | 'day';

/** The start of an appointment without one, in a place in a list. */
export const NO_START = 'none';

interface FoundListProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: FindWords;
  readonly what: FoundWhat;
  readonly day: string;
  readonly found: FoundPage;
  /** The page goes on behind another. */
  readonly later?: boolean;
  readonly again: Readonly<Record<string, string | undefined>> | null;
}

/** Appointments that a search found, each with the way to its story. */
export function FoundList({ frame, authority, words, what, day, found, later = false, again }: FoundListProps) {
  const { items, next, behind } = found;
  const chosen = what === 'day' && (again?.department || again?.source);
  if (items.length === 0) return <Empty>{words.none[chosen ? 'dayChosen' : what]}</Empty>;
  const { columns } = words;
  const part = later ? 'later' : behind === 0 ? 'all' : 'first';
  const caption =
    what === 'day' ? words.foundDay(dayTitle(frame, day), items.length, part) : words.found(what, items.length, part);
  const place = next && again ? `${next.start?.toISOString() ?? NO_START}/${next.id}` : null;
  return (
    <>
      <DataTable
        caption={caption}
        columns={[columns.start, columns.sms, columns.number, columns.place, columns.reference].map((label) => ({
          label,
        }))}
        rows={items.map((item) => cellsOf({ frame, authority, words, what }, item))}
      />
      <StatesExplained states={items.flatMap((item) => statesOf(item, frame.language))} />
      {place === null && behind !== 0 && <p class="warning">{words.cut(behind)}</p>}
      <ListLinks buttons onward={[words.more, place && hrefOf('/admin/find', authority, { ...again, place })]} />
    </>
  );
}

/** The states that a row shows. */
function statesOf({ appointment, reminder, replaced }: FoundAppointment, language: PageLanguage): StateWords[] {
  const state = knownStatus(appointment.status);
  const own = state && state !== 'booked' ? [appointmentWords(language, state, replaced)] : [];
  return [...own, ...(reminder ? [reminderWords(language, { ...reminder, replaced })] : [])];
}

type CellProps = Pick<FoundListProps, 'frame' | 'authority' | 'words' | 'what'>;

function cellsOf({ frame, authority, words, what }: CellProps, found: FoundAppointment) {
  const { id, appointment, reminder, replaced } = found;
  const { start, status, phone, phoneReason, department, reference } = appointment;
  const { language } = frame;
  const state = knownStatus(status);
  const missing = whyMissing(appointment, 'number', language, phoneReason === null ? '–' : words.noNumber);
  // The title of a day's list tells the day.
  const startOf = what === 'day' ? timeText : momentText;
  return [
    <a class="whole" href={hrefOf(`/admin/find/${id}`, authority)}>
      {start ? startOf(start, authority.timeZone, language) : words.noStart}
    </a>,
    <>
      {state !== 'booked' && state && <span class="tag">{appointmentWords(language, state, replaced).label}</span>}{' '}
      {reminder
        ? reminderLabel(reminder, reminderWords(language, { ...reminder, replaced }), words)
        : words.noReminders}
    </>,
    phone === null ? missing : <span class="whole">{phoneText(phone)}</span>,
    department ?? '–',
    reference,
  ];
}

/** A notice of the booking or of a move is no reminder. */
function reminderLabel({ template }: { readonly template: string }, { label }: StateWords, words: FindWords): string {
  return template === 'reminder' ? label : words.noticeOnly(label);
}

function dayTitle({ language }: Frame, day: string): string {
  const text = dayText(language, day, { dateStyle: 'full' });
  return text.charAt(0).toLocaleUpperCase(LOCALES[language]) + text.slice(1);
}
