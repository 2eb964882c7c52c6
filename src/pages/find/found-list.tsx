import type { FoundAppointment, FoundPage } from '../../staff/find/find.ts';
import { DataTable, Empty, momentText, phoneText } from '../kit/elements.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { dayText, timeText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { StatesExplained } from '../states/explained.tsx';
import { appointmentWords, reminderWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { knownStatus } from './appointment-facts.ts';
import { FIND_WORDS } from './words.ts';

/** Property that appointments were looked for by. */
export type FoundWhat = 'number' | 'reference' | 'like' | 'day';

/** The start of an appointment without one, in a place in a list. */
export const NO_START = 'none';

interface FoundListProps {
  readonly language: PageLanguage;
  readonly authority: PageAuthority;
  readonly what: FoundWhat;
  readonly day: string;
  readonly found: FoundPage;
  /** The page goes on behind another. */
  readonly later?: boolean;
  /** The address of the next page without its place; null: the search can't be written in an address. */
  readonly again: Readonly<Record<string, string | undefined>> | null;
}

/** Appointments that a search found, each with the way to its story. */
export function FoundList(props: FoundListProps) {
  const { language, authority, what, day, found, later = false, again } = props;
  const words = FIND_WORDS[language];
  const { items, next, behind } = found;
  const chosen = what === 'day' && (again?.department || again?.source);
  if (items.length === 0) return <Empty>{words.none[chosen ? 'dayChosen' : what]}</Empty>;
  const part = later ? 'later' : behind === 0 ? 'all' : 'first';
  const caption =
    what === 'day'
      ? words.foundDay(dayTitle(language, day), items.length, part)
      : words.found(what, items.length, part);
  const place = next && again ? `${next.start?.toISOString() ?? NO_START}/${next.id}` : null;
  return (
    <>
      <DataTable
        caption={caption}
        columns={words.columns.map((label) => ({ label }))}
        rows={items.map((item) => cellsOf(props, item))}
      />
      <StatesExplained
        states={items.flatMap((item) => Object.values(statesOf(item, language)).filter((state) => state !== null))}
      />
      {place === null && behind !== 0 && <p class="warning">{words.cut(behind)}</p>}
      <ListLinks buttons onward={[words.more, place && hrefOf('/admin/find', authority, { ...again, place })]} />
    </>
  );
}

/** The states that a row shows: of the appointment, unless it is booked, and of its reminder. */
function statesOf({ appointment, reminder, replaced }: FoundAppointment, language: PageLanguage) {
  const status = knownStatus(appointment.status);
  return {
    own: status && status !== 'booked' ? appointmentWords(language, status, replaced) : null,
    reminded: reminder && reminderWords(language, { ...reminder, replaced }),
  };
}

function cellsOf({ language, authority, what }: FoundListProps, found: FoundAppointment) {
  const words = FIND_WORDS[language];
  const { id, appointment, reminder } = found;
  const { start, phone, phoneReason, department, reference } = appointment;
  const { own, reminded } = statesOf(found, language);
  const missing = whyMissing(appointment, 'number', language, phoneReason === null ? '–' : words.noNumber);
  // The title of a day's list tells the day.
  const startOf = what === 'day' ? timeText : momentText;
  // A notice of the booking or of a move is no reminder.
  const noticeOnly = reminder && reminder.template !== 'reminder';
  const sms = reminded && (noticeOnly ? words.noticeOnly(reminded.label) : reminded.label);
  return [
    <a class="whole" href={hrefOf(`/admin/find/${id}`, authority)}>
      {start ? startOf(start, authority.timeZone, language) : words.noStart}
    </a>,
    <>
      {own && <span class="tag">{own.label}</span>} {sms ?? words.noReminders}
    </>,
    phone === null ? missing : <span class="whole">{phoneText(phone)}</span>,
    department ?? '–',
    reference,
  ];
}

function dayTitle(language: PageLanguage, day: string): string {
  const text = dayText(language, day, { dateStyle: 'full' });
  return text.charAt(0).toLocaleUpperCase(LOCALES[language]) + text.slice(1);
}
