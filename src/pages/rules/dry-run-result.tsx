import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { Fault, Problem } from '../../domain/errors.ts';
import type { DryRunElement } from '../../dry-run/dry-run.ts';
import type { DryRunMessageResult } from '../../sources/dry-run/dry-run-message.ts';
import { DataTable, Facts, momentText, phoneText } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { AUTHORITY_SETTINGS } from '../settings/authority.ts';
import { MEETING_WORDS } from '../settings/rules.tsx';
import { among, wordsIn } from '../settings/setting.ts';
import { allowedText, codeText } from '../states/fault-words.ts';
import { appointmentWords, reminderWords } from '../states/state-words.ts';
import { DRY_RUN_WORDS, type DryRunWords } from './dry-run-words.ts';
import { noteSentence } from './note-words.ts';
import { UNMAPPED_WORDS } from './unmapped-words.ts';

interface ResultProps {
  readonly language: PageLanguage;
  readonly timeZone: string;
  /** The most that is shown of each list. */
  readonly most: number;
}

/** The id of the result, to which the form leads. */
export const DRY_RUN_ID = 'tried';

/** Elements of one message that a page shows, and faults and other parts of each. */
export const MOST_SHOWN = 20;

/** The reading of a message, the SMS that would follow, and what would be refused. */
export function DryRunSection({ result, ...props }: ResultProps & { readonly result: DryRunMessageResult }) {
  const { language, most } = props;
  const words = DRY_RUN_WORDS[language];
  const { format, elements, rows, problem } = result;
  return (
    <section aria-labelledby="result" id={DRY_RUN_ID} tabindex={-1}>
      <h2 id="result">{problem ? words.refusedWhole : words.understood}</h2>
      <p>{words.format(words.formats[format] ?? format)}</p>
      {problem && <FaultTable {...props} {...shownFaults(problem)} told={format === 'csv'} />}
      {!problem && elements.length === 0 && rows.length === 0 && <p>{words.nothing}</p>}
      {rows.length > 0 && (
        <DataTable
          caption={words.faults}
          columns={[{ label: words.where }, { label: words.what, saidByCells: true }]}
          rows={rows
            .slice(0, most)
            .map(({ line, column, detail }) => [`${words.line(line)}${column === null ? '' : `, ${column}`}`, detail])}
        />
      )}
      <Unshown language={language} most={most} of={rows} />
      {elements.slice(0, most).map((element) => (
        <ElementCard {...props} element={element} />
      ))}
      <Unshown language={language} most={most} of={elements} />
    </section>
  );
}

/** How many of a list the page leaves out; nothing where it shows them all. */
function Unshown({ language, most, of }: Omit<ResultProps, 'timeZone'> & { readonly of: readonly unknown[] }) {
  return of.length > most ? <p>{DRY_RUN_WORDS[language].unshown(of.length - most)}</p> : null;
}

function ElementCard({ element, ...props }: ResultProps & { readonly element: DryRunElement }) {
  const { result, appointments, unmapped, notes } = element;
  const { language, most } = props;
  const words = DRY_RUN_WORDS[language];
  return (
    <article class="card">
      <h3>
        {words.results[result.result]} {result.reference !== null && <span class="tag">{result.reference}</span>}
      </h3>
      {result.result === 'refused' && <FaultTable {...props} {...shownFaults(result.problem)} />}
      {appointments.slice(0, most).map((appointment) => (
        <AppointmentFacts {...props} appointment={appointment} />
      ))}
      <Unshown language={language} most={most} of={appointments} />
      {unmapped.length > 0 && (
        <p class="warning">
          {words.unknownCodes}:{' '}
          {unmapped
            .slice(0, most)
            .map(({ field, value }) => `${UNMAPPED_WORDS[language].unmappedFields[field]} ${words.quoted(value)}`)
            .join(', ')}
        </p>
      )}
      <Unshown language={language} most={most} of={unmapped} />
      {notes.length > 0 && (
        <details>
          <summary>{words.technical}</summary>
          <ul>
            {notes.slice(0, most).map((note) => {
              const text = noteSentence(note, language);
              return text === null ? <li lang="en">{note.detail}</li> : <li>{text}</li>;
            })}
          </ul>
          <Unshown language={language} most={most} of={notes} />
        </details>
      )}
    </article>
  );
}

interface ShownFaults {
  readonly faults: readonly Fault[];
  /** Words for the whole, where no part of it is named. */
  readonly whole: Omit<Fault, 'pointer'>;
  /** True where they are written in the language of the page, as those of a whole file are. */
  readonly told?: boolean;
}

function shownFaults({ faults, code, message }: Problem): ShownFaults {
  return { faults, whole: { code, detail: message } };
}

function FaultTable({ language, most, faults, whole, told = false }: ResultProps & ShownFaults) {
  const words = DRY_RUN_WORDS[language];
  const sentence = ({ code, detail, ...fault }: Omit<Fault, 'pointer'>) =>
    language === 'en' || told
      ? detail
      : `${words.fault[code] ?? codeText(code, language)}${allowedText(fault, language)}`;
  if (faults.length === 0) return <p>{sentence(whole)}</p>;
  return (
    <>
      <DataTable
        caption={words.faults}
        columns={[{ label: words.where }, { label: words.what, saidByCells: true }]}
        rows={faults.slice(0, most).map((fault) => [placeOf(fault, words), sentence(fault)])}
      />
      <Unshown language={language} most={most} of={faults} />
    </>
  );
}

function placeOf({ pointer, line }: Fault, words: DryRunWords) {
  if (line !== undefined) return `${words.line(line)}${pointer === '' ? '' : `, ${pointer}`}`;
  return pointer === '' ? words.whole_message : <code>{pointer}</code>;
}

function AppointmentFacts({
  language,
  timeZone,
  appointment,
}: ResultProps & { readonly appointment: DryRunElement['appointments'][number] }) {
  const words = DRY_RUN_WORDS[language];
  const { reference, status, start, kind, phone, phoneReason, printedPlace, department, reminders } = appointment;
  const languageName = among(wordsIn(AUTHORITY_SETTINGS.language.kind.choices ?? {}, language));
  const noPhone = phoneReason && reminderWords(language, { status: 'suppressed', reason: phoneReason }).label;
  return (
    <>
      <Facts
        facts={[
          [words.fields.reference, reference],
          [words.fields.status, appointmentWords(language, status as AppointmentStatus).label],
          [words.fields.start, start ? momentText(start, timeZone, language) : words.none],
          [words.fields.kind, among(wordsIn(MEETING_WORDS, language))(kind) ?? words.none],
          [words.fields.phone, noPhone ?? (phone === null ? words.none : phoneText(phone))],
          [words.fields.language, languageName(appointment.language) ?? appointment.language ?? words.none],
          [words.fields.place, printedPlace ?? words.noPlace],
          ...(department === null ? [] : [[words.fields.department, department] as const]),
        ]}
      />
      <h4>{words.sms}</h4>
      {reminders.length === 0 && <p>{words.noSms}</p>}
      <ol class="plan-list">
        {reminders.map((reminder) => {
          const state = reminderWords(language, reminder);
          return (
            <li>
              <time datetime={reminder.dueAt.toISOString()}>{momentText(reminder.dueAt, timeZone, language)}</time>
              {': '}
              <strong>{state.label}</strong>
              {reminder.status !== 'planned' && <small> {state.means}</small>}
              {reminder.text !== null && <blockquote lang={reminder.language}>{reminder.text}</blockquote>}
            </li>
          );
        })}
      </ol>
    </>
  );
}
