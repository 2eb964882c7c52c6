import type { Transaction } from 'kysely';
import { grouped } from '../database/grouped.ts';
import type { Database } from '../database/tables.ts';
import type { PatientEvent } from '../domain/appointment.ts';
import { probesOf } from '../domain/identity/probes.ts';
import { type ResolvedEvent, resolve, resolvePatient } from '../domain/identity/resolve.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { Turns } from '../runtime/turns.ts';
import { keepPatient, renameKnownPatient } from '../store/known-patients.ts';
import type { Change, Envelope } from './envelope.ts';
import { findAppointmentsOfPatient, findKnownAppointments, mergePatient } from './known-appointments.sql.ts';

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
  const probes = envelopes.flatMap(({ element, source }, asked) =>
    element.kind === 'patient'
      ? []
      : probesOf(element, hashFor(source.id)).map((probe) => ({ ...probe, asked, sourceId: source.id })),
  );
  await renamePatients(trx, envelopes, now);
  const known = grouped(await findKnownAppointments(trx, probes), (each) => each.asked);
  const resolved: Change[][] = [];
  const turns = new Turns();
  for (const [asked, envelope] of envelopes.entries()) {
    await turns.pass();
    const { element, source } = envelope;
    const events =
      element.kind === 'patient'
        ? await eventsOfPatient(trx, source.id, element.patient, now)
        : resolve(element, known.get(asked) ?? [], hashFor(source.id));
    resolved.push(events.map((event) => ({ ...event, envelope })));
  }
  return resolved;
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
