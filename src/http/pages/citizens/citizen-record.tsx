import type { Child } from 'hono/jsx';
import type { Authority } from '../../../domain/authority.ts';
import type { AppointmentView } from '../../../staff/appointments.ts';
import type { CitizenRecord } from '../../../staff/citizens/look-up-citizen.ts';
import type { MessageView } from '../../../staff/messages.ts';
import type { OptOutView } from '../../../staff/opt-outs.ts';
import type { InboundView } from '../../../staff/replies.ts';
import { DataTable, momentText, phoneText } from '../elements.tsx';
import { knownStatus } from '../find/known-status.ts';
import type { PageLanguage } from '../language.ts';
import { REPLIES_WORDS } from '../replies/words.ts';
import { appointmentWords, messageWords } from '../state-words.ts';
import { CITIZENS_WORDS, type CitizensWords, type Held } from './words.ts';

/** A citizen's record in one language. */
export interface RecordProps {
  readonly held: CitizenRecord;
  readonly authority: Authority;
  readonly language: PageLanguage;
  readonly now: Date;
}

interface Writing {
  readonly language: PageLanguage;
  readonly words: CitizensWords['record'];
  readonly moment: (at: Date) => string;
}

/** Everything that is held about a number, as people read it: on the page, and in the file to hand over. */
export function CitizenRecordView({ held, authority, language, now }: RecordProps) {
  const words = CITIZENS_WORDS[language].record;
  const moment = (at: Date) => momentText(at, authority.timeZone, language);
  const { appointments, messages, inbound, optOuts } = held;
  const empty = [appointments, messages, inbound, optOuts].every((list) => list.length === 0);
  const writing = { language, words, moment };
  const { columns } = words;
  const part = (kind: Held, names: readonly string[], rows: readonly (readonly Child[])[]) => (
    <Part title={words.kinds[kind]} none={words.none} names={names} rows={rows} />
  );
  return (
    <>
      <p class="lead">{words.about(phoneText(held.phone), authority.name, moment(now))}</p>
      {empty && <p class="empty">{words.nothing}</p>}
      {!empty && (
        <>
          {part(
            'appointments',
            [columns.start, columns.status, columns.department, columns.place, columns.reference],
            appointments.map((each) => appointmentCells(each, writing)),
          )}
          {part(
            'messages',
            [columns.at, columns.text, columns.status],
            messages.map((each) => messageCells(each, writing)),
          )}
          {part(
            'inbound',
            [columns.at, columns.text, columns.meaning],
            inbound.map((each) => inboundCells(each, writing)),
          )}
          {part(
            'optOuts',
            [columns.since, columns.status],
            optOuts.map((each) => optOutCells(each, writing)),
          )}
        </>
      )}
      <p class="faint">{words.footer}</p>
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly none: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly Child[])[];
}

function Part({ title, none, names, rows }: PartProps) {
  if (rows.length > 0) return <DataTable caption={title} columns={names.map((label) => ({ label }))} rows={rows} />;
  return (
    <section class="part">
      <h2>{title}</h2>
      <p>{none}</p>
    </section>
  );
}

function appointmentCells(view: AppointmentView, { language, words, moment }: Writing): Child[] {
  const status = knownStatus(view.status);
  const place = view.location?.text ?? view.location?.code;
  return [
    view.start ? moment(view.start) : words.noTime,
    status ? appointmentWords(language, status).label : '–',
    view.department ?? '–',
    place ?? '–',
    view.reference,
  ];
}

function messageCells(view: MessageView, { language, words, moment }: Writing): Child[] {
  const at = view.handedOverAt;
  return [at ? moment(at) : words.waiting, view.text ?? words.erasedText, messageWords(language, view).label];
}

function inboundCells(view: InboundView, { language, words, moment }: Writing): Child[] {
  return [moment(view.receivedAt), view.text ?? words.erasedText, REPLIES_WORDS[language].meanings[view.meaning]];
}

function optOutCells({ recordedAt, recordedBy, liftedAt, scope }: OptOutView, { words, moment }: Writing): Child[] {
  const by = recordedBy === 'citizen' ? 'citizen' : recordedBy.startsWith('gateway:') ? 'gateway' : 'staff';
  const inForce = scope === 'installation' ? words.everywhere : words.inForce;
  return [`${moment(recordedAt)} (${words.recordedBy[by]})`, liftedAt ? words.lifted(moment(liftedAt)) : inForce];
}
