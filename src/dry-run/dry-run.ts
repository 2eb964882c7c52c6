import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { Wordings } from '../dispatch/wording.ts';
import type { Authority, Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import { printedPlace } from '../domain/printed-place.ts';
import { acceptInTransaction } from '../intake/accept.ts';
import { type EventAnswer, Overtaken } from '../intake/apply-events.ts';
import type { AcceptRequest } from '../intake/request.ts';
import type { Deps } from '../runtime/deps.ts';
import { type AppointmentRecord, findTouchedAppointments } from '../staff/appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../staff/appointments.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { type Preview, type Printed, preview } from './preview.ts';

/** A reminder as it would stand. */
export interface DryRunPlannedReminder extends Preview {
  readonly rule: string;
  readonly template: string;
  readonly language: string;
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/**
 * An appointment as it would stand; its number is masked. Its reminders: those about its time, and those that the
 * request would end.
 */
export type DryRunAppointment = Omit<AppointmentView, 'reminders'> & {
  /** What an SMS prints of its place. */
  readonly printedPlace: string | null;
  readonly reminders: readonly DryRunPlannedReminder[];
};

/** What a request would come to. */
export interface DryRunResult {
  /** What the request would be answered: one for each element. */
  readonly answers: readonly EventAnswer[];
  /** Every appointment that the elements are about, once. */
  readonly appointments: readonly DryRunAppointment[];
  /** For each element the references of the appointments that it is about; none where it would leave nothing. */
  readonly touched: readonly (readonly string[])[];
}

type DryRunDeps = Pick<Deps, 'db' | 'keyring' | 'templates' | 'log' | 'sending'>;

/** Numbers stay masked: a token that lets somebody send must not let them read. */
const NOBODY = { name: 'rehearsal', seesNumbers: false } as const;
const TRIES = 5;

/** Takes everything back that the transaction did. */
class RollBack extends Error {}

/**
 * What accepting this request would come to, by accepting it and taking all of it back. Nothing is stored, sent or
 * counted.
 * @throws Problem as acceptance would; SourceChanged
 */
export async function dryRun(deps: DryRunDeps, request: AcceptRequest, now: Date): Promise<DryRunResult> {
  for (let attempt = 1; ; attempt++) {
    let rehearsal: DryRunResult | undefined;
    try {
      await inTransaction(deps.db, async (trx) => {
        rehearsal = await acceptAndRead(deps, trx, request, now);
        throw new RollBack();
      });
    } catch (error) {
      if (error instanceof RollBack && rehearsal) return rehearsal;
      if (!(error instanceof Overtaken)) throw error;
      if (attempt === TRIES) {
        const detail = 'The same appointments are arriving elsewhere too: send it again.';
        throw new Problem(503, 'busy', detail, { retryAfterSeconds: 1, cause: error });
      }
    }
  }
}

async function acceptAndRead(
  deps: DryRunDeps,
  trx: Transaction<Database>,
  request: AcceptRequest,
  now: Date,
): Promise<DryRunResult> {
  const [answers] = await acceptInTransaction(deps, trx, [request], now);
  if (!answers || answers instanceof Error) throw answers ?? new Error('a request was not answered');
  const owner = (await findSourcesWithAuthority(trx, [request.source.id])).get(request.source.id);
  if (!owner) return { answers, appointments: [], touched: answers.map(() => []) };
  const records = await findTouchedAppointments(
    trx,
    { authorityId: owner.authority.id, sourceId: owner.source.id, now },
    wantedOf(request, answers),
  );
  const touched = request.elements.map((_, index) =>
    records.filter(isAbout(request, answers, index, now)).map(({ appointment }) => appointment.reference),
  );
  return { answers, appointments: await viewAll({ ...deps, db: trx }, owner, records, now), touched };
}

/** What leads from the elements to the appointments. */
function wantedOf(request: AcceptRequest, answers: readonly EventAnswer[]) {
  const references = answers.flatMap(({ result, reference }) =>
    result === 'refused' || reference === null ? [] : [reference],
  );
  const replaced = request.elements.flatMap((element) =>
    element.kind === 'appointment' ? (element.event.replaces ?? []) : [],
  );
  return {
    references: [...new Set([...references, ...replaced])],
    groups: request.elements.flatMap((element) => (element.kind === 'group' ? [element.group.id] : [])),
    patientKeys: request.elements.flatMap((element) =>
      element.kind === 'patient' ? [element.patient.patientKey] : [],
    ),
  };
}

function isAbout(
  request: AcceptRequest,
  answers: readonly EventAnswer[],
  index: number,
  now: Date,
): (record: AppointmentRecord) => boolean {
  const element = request.elements[index];
  const answer = answers[index];
  if (!element || !answer || answer.result === 'refused' || element.kind === 'ignored' || element.kind === 'refused')
    return () => false;
  return ({ appointment }) => {
    if (appointment.reference === answer.reference) return true;
    if (element.kind === 'appointment') return appointment.reference === element.event.replaces;
    if (element.kind === 'group') return appointment.group_reference === element.group.id;
    const own = appointment.patient_key?.equals(element.patient.patientKey) ?? false;
    return own && appointment.updated_at.getTime() === now.getTime();
  };
}

async function viewAll(
  deps: DryRunDeps,
  owner: { readonly authority: Authority; readonly source: Source },
  records: readonly AppointmentRecord[],
  now: Date,
): Promise<DryRunAppointment[]> {
  const wordings = new Wordings(deps);
  await wordings.load([owner.authority]);
  const views = await viewAppointments(deps, NOBODY, owner.authority.id, records, now);
  return views.map((view, index) => {
    const record = records[index] as AppointmentRecord;
    const printed = printedOf(record.appointment);
    return {
      ...view,
      printedPlace: printedPlace(printed, owner.source),
      reminders: remindersOf(record, printed, owner, wordings, now),
    };
  });
}

function printedOf(appointment: AppointmentRecord['appointment']): Printed {
  return {
    start: appointment.start_at,
    kind: appointment.kind,
    locationCode: appointment.location_code,
    locationText: appointment.location_text,
    locationPrintable: appointment.location_printable,
    department: appointment.department,
    contactPhone: appointment.contact_phone,
  };
}

function remindersOf(
  { appointment, reminders }: AppointmentRecord,
  printed: Printed,
  owner: { readonly authority: Authority; readonly source: Source },
  wordings: Wordings,
  now: Date,
): DryRunPlannedReminder[] {
  const current = reminders.filter(
    (row) => row.slot === appointment.slot || row.updated_at.getTime() === now.getTime(),
  );
  return current.map((row) => {
    const { rule, template, language, due_at: dueAt, expires_at: expiresAt } = row;
    // What an earlier slot said was about another time.
    const about = row.slot === appointment.slot ? printed : { ...printed, start: null };
    return { rule, template, language, dueAt, expiresAt, ...preview(row, about, owner, wordings) };
  });
}
