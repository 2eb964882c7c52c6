import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { PatientEvent } from '../domain/appointment.ts';
import { grouped } from '../domain/grouped.ts';
import { resolveAppointment, resolvePatient } from '../domain/identity/resolve.ts';
import { resolveGroup } from '../domain/identity/resolve-group.ts';
import type { ResolvedEvent } from '../domain/identity/resolved-event.ts';
import { type Match, searchesOf } from '../domain/identity/searches.ts';
import { successorsOf } from '../domain/identity/successors.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { inTimeSlices, TimeSlices } from '../runtime/time-slices.ts';
import { keepPatient, renameKnownPatient } from '../store/known-patients.ts';
import type { Change, Envelope } from './envelope.ts';
import {
  findAppointmentsOfPatient,
  findKnownAppointments,
  findSuccessors,
  mergePatient,
} from './known-appointments.sql.ts';

/**
 * Finds the appointments that these elements are about, by reference, alias, group and patient.
 * @returns for each envelope its changes; none where a patient has no appointment ahead
 */
export async function resolveEnvelopes(
  { keyring }: KeyringAccess,
  trx: Transaction<Database>,
  envelopes: readonly Envelope[],
  now: Date,
): Promise<Change[][]> {
  const hashFor = (sourceId: string) => (id: string) => keyring.idHash(sourceId, id);
  const searches = envelopes.flatMap(({ element, source }, asked) =>
    element.kind === 'patient'
      ? []
      : searchesOf(element, hashFor(source.id)).map((search) => ({ ...search, asked, sourceId: source.id })),
  );
  await renamePatients(trx, envelopes, now);
  const found = await findKnownAppointments(trx, searches);
  const successors = successorsIn(envelopes, grouped(found, byElement), hashFor);
  const known = grouped([...found, ...(await findSuccessors(trx, successors))], byElement);
  const resolved: Change[][] = [];
  const slices = new TimeSlices();
  for (const [asked, envelope] of envelopes.entries()) {
    await slices.pass();
    const { element, source } = envelope;
    const [stored, hash] = [known.get(asked) ?? [], hashFor(source.id)];
    const events =
      element.kind === 'patient'
        ? await eventsOfPatient(trx, source.id, element.patient, now)
        : element.kind === 'group'
          ? await inTimeSlices(resolveGroup(element.group, stored, hash), slices)
          : resolveAppointment(element.event, stored, hash);
    resolved.push(events.map((event) => ({ ...event, envelope })));
  }
  return resolved;
}

const byElement = ({ asked }: { readonly asked: number }) => asked;

/** Ids to look up as well: of the appointments that have already replaced what an element replaces. */
function successorsIn(
  envelopes: readonly Envelope[],
  found: ReadonlyMap<number, readonly Match[]>,
  hashFor: (sourceId: string) => (id: string) => string,
): { asked: number; sourceId: string; value: string }[] {
  return envelopes.flatMap(({ element, source }, asked) => {
    if (element.kind === 'patient') return [];
    const [event] = element.kind === 'group' ? element.group.members : [element.event];
    const known = found.get(asked) ?? [];
    const references = event && event.replaces !== undefined ? successorsOf(event, known, hashFor(source.id)) : [];
    return references.map((value) => ({ asked, sourceId: source.id, value }));
  });
}

/** Brings what is stored under former keys of the patients of these appointments under their present ones. */
async function renamePatients(trx: Transaction<Database>, envelopes: readonly Envelope[], now: Date): Promise<void> {
  for (const { element, source } of envelopes) {
    if (element.kind === 'patient') continue;
    const events = element.kind === 'group' ? element.group.members : [element.event];
    for (const { patientKey, formerPatientKeys } of events) {
      if (!patientKey || !formerPatientKeys) continue;
      await mergePatient(trx, source.id, patientKey, formerPatientKeys, now);
      await renameKnownPatient(trx, source.id, patientKey, formerPatientKeys);
    }
  }
}

async function eventsOfPatient(
  trx: Transaction<Database>,
  sourceId: string,
  patient: PatientEvent,
  now: Date,
): Promise<ResolvedEvent[]> {
  const { patientKey, formerKeys, deceased } = patient;
  await mergePatient(trx, sourceId, patientKey, formerKeys, now);
  if (!(await keepPatient(trx, sourceId, patient, now))) return [];
  return resolvePatient(
    patient,
    await findAppointmentsOfPatient(trx, { sourceId, patientKey }, deceased === true, now),
  );
}
