import { Wordings } from '../dispatch/start/due-settings.ts';
import type { UnmappedValue } from '../domain/appointment.ts';
import type { Authority, Source } from '../domain/authority.ts';
import { isSamePatient } from '../domain/patient-key.ts';
import { shownStatus } from '../domain/reminder.ts';
import { printedPlace } from '../domain/sms/printed-place.ts';
import type { IngestElement } from '../formats/format.ts';
import { unmappedIn } from '../formats/source-maps.ts';
import { acceptAndRollBack } from '../intake/accept.ts';
import type { AcceptRequest, EventResult } from '../intake/envelope.ts';
import type {
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  Logging,
  SendingPermission,
  TemplateAccess,
} from '../runtime/deps.ts';
import { TimeSlices } from '../runtime/time-slices.ts';
import { type AppointmentRecord, findTouchedAppointments } from '../staff/appointments/appointments.sql.ts';
import { viewAppointments } from '../staff/appointments/appointments.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { noWayOut, wayOutWarning } from '../templates/index.ts';
import { type DryRunNote, distinctNotes, explainElement } from './notes.ts';
import { type DryRunAppointment, type DryRunReminder, type Printed, preview, printedOf } from './preview.ts';

/** The effect of accepting one element. */
export interface DryRunElement {
  readonly result: EventResult;
  /** The appointments that it is about, as they would stand; none where it would leave nothing. */
  readonly appointments: readonly DryRunAppointment[];
  readonly unmapped: readonly UnmappedValue[];
  /** Sentences about what decides about the SMS. */
  readonly notes: readonly DryRunNote[];
}

/** The effect of accepting a request. */
export interface DryRunResult {
  /** The result of each element. */
  readonly results: readonly EventResult[];
  /** Every appointment that the elements are about, once. */
  readonly appointments: readonly DryRunAppointment[];
  /** In the order of the request. */
  readonly elements: readonly DryRunElement[];
}

type DryRunDeps = DatabaseAccess & GatewayAccess & KeyringAccess & TemplateAccess & Logging & SendingPermission;

/** Numbers stay masked: a token that lets somebody send must not let them read. */
const NOBODY = { name: 'dry run', seesNumbers: false } as const;

/**
 * Shows what accepting a request would do, by accepting it in a transaction that is rolled back. Nothing is stored,
 * sent or counted.
 * @throws Problem as acceptance would; SourceChanged
 */
export async function dryRun(deps: DryRunDeps, request: AcceptRequest, now: Date): Promise<DryRunResult> {
  return acceptAndRollBack(deps, request, now, async (trx, results) => {
    const { source } = request;
    const owner = (await findSourcesWithAuthority(trx, [source.id])).get(source.id);
    const records = await findTouchedAppointments(
      trx,
      { authorityId: source.authorityId, sourceId: source.id, now },
      wantedOf(request, results),
    );
    const appointments = owner ? await viewAll({ ...deps, db: trx }, owner, records, now) : [];
    const slices = new TimeSlices();
    const elements: DryRunElement[] = [];
    for (const [index, element] of request.elements.entries()) {
      const result = results[index] as EventResult;
      const own = appointments.filter((_, at) => isAbout(element, result, records[at] as AppointmentRecord, now));
      const notes = [...explainElement(element, result, own, source), ...wayOutNotes(result, own, owner?.authority)];
      elements.push({ result, appointments: own, unmapped: unmappedOf(element, own), notes });
      await slices.pass();
    }
    return { results, appointments, elements };
  });
}

/** Keeps what staff would be shown: no place of an appointment at home, which may be the citizen's address. */
function unmappedOf(element: IngestElement, appointments: readonly DryRunAppointment[]): UnmappedValue[] {
  const isVisit = appointments.every(({ kind }) => kind === 'visit');
  return unmappedIn(element).flatMap(({ untyped, ...value }) => (untyped && !isVisit ? [] : [value]));
}

/** Actions that the SMS which would go leaves the citizen no way to take. */
function wayOutNotes(
  { result }: EventResult,
  appointments: readonly DryRunAppointment[],
  authority: Authority | undefined,
): DryRunNote[] {
  if (!authority || result !== 'accepted') return [];
  const texts = appointments.flatMap(({ reminders }) =>
    reminders.flatMap(({ status, text, rule }) =>
      status === 'planned' && text !== null && rule !== 'cancellation' ? [text] : [],
    ),
  );
  return distinctNotes(
    texts.flatMap((text) =>
      noWayOut(text, false, authority).map((code) => ({ of: 'way-out' as const, code, detail: wayOutWarning(code) })),
    ),
  );
}

/** The keys by which the appointments of the elements are found. */
function wantedOf(request: AcceptRequest, results: readonly EventResult[]) {
  const references = results.flatMap(({ result, reference }) =>
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

function isAbout(element: IngestElement, result: EventResult, { appointment }: AppointmentRecord, now: Date): boolean {
  if (result.result === 'refused' || element.kind === 'ignored' || element.kind === 'refused') return false;
  if (appointment.reference === result.reference) return true;
  if (element.kind === 'appointment') return element.event.replaces?.includes(appointment.reference) ?? false;
  if (element.kind === 'group') return appointment.group_reference === element.group.id;
  return isSamePatient(appointment.patient_key, element.patient.patientKey) && appointment.updated_at >= now;
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
  const slices = new TimeSlices();
  const seen: DryRunAppointment[] = [];
  for (const [index, view] of views.entries()) {
    const record = records[index] as AppointmentRecord;
    const printed = printedOf(deps, record.appointment);
    const reminders = remindersOf(record, printed, owner, wordings, now);
    seen.push({ ...view, printedPlace: printedPlace(printed, owner.source), reminders });
    await slices.pass();
  }
  return seen;
}

function remindersOf(
  { appointment, reminders, messages }: AppointmentRecord,
  printed: Printed,
  owner: { readonly authority: Authority; readonly source: Source },
  wordings: Wordings,
  now: Date,
): DryRunReminder[] {
  const current = reminders.filter(
    (row) => row.slot === appointment.slot || row.updated_at.getTime() === now.getTime(),
  );
  return current.map((row) => {
    const { rule, template, language, due_at: dueAt, expires_at: expiresAt } = row;
    // Reminders of an earlier slot were about another start, or for another citizen.
    const about = row.slot === appointment.slot ? printed : { ...printed, start: null };
    const shown = shownStatus(
      row,
      messages.findLast((message) => message.reminder_id === row.id),
    );
    return { rule, template, language, dueAt, expiresAt, ...preview({ ...row, ...shown }, about, owner, wordings) };
  });
}
