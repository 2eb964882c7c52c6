import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { PatientEvent } from '../domain/appointment.ts';
import { grouped } from '../domain/grouped.ts';
import { keptFor } from '../domain/identity/kept-patient.ts';
import { resolveAppointment, resolvePatient } from '../domain/identity/resolve.ts';
import { resolveGroup } from '../domain/identity/resolve-group.ts';
import type { ResolvedEvent } from '../domain/identity/resolved-event.ts';
import { type Match, searchesOf } from '../domain/identity/searches.ts';
import { successorsOf } from '../domain/identity/successors.ts';
import type { Keyring } from '../domain/keyring.ts';
import { choosePhone } from '../domain/phone.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { inTimeSlices, TimeSlices } from '../runtime/time-slices.ts';
import { type KeptPatient, keepPatient, renameKnownPatient } from '../store/known-patients.ts';
import type { Owner } from '../store/sources.ts';
import { countriesOf } from './decide.ts';
import { type Change, type Envelope, eventsOf } from './envelope.ts';
import {
  findAppointmentsOfPatient,
  findKnownAppointments,
  findSuccessors,
  mergePatient,
} from './known-appointments.sql.ts';

/** How a patient is kept; null: not at all. */
export type KeptAs = Extract<KeptPatient, 'kept' | 'new'> | null;

/** The appointments that an element is about. */
export interface ResolvedEnvelope {
  /** None where a patient has no appointment ahead. */
  readonly changes: readonly Change[];
  /** Whether a patient is kept until an appointment comes, and nothing was stored of the patient before (`new`). */
  readonly kept: KeptAs;
}

/** Finds the appointments that these elements are about, by reference, alias, group and patient. */
export async function resolveEnvelopes(
  { keyring }: KeyringAccess,
  trx: Transaction<Database>,
  envelopes: readonly Envelope[],
  now: Date,
): Promise<ResolvedEnvelope[]> {
  const hashFor = (sourceId: string) => (id: string) => keyring.idHash(sourceId, id);
  const searches = envelopes.flatMap(({ element, source }, asked) =>
    element.kind === 'patient'
      ? []
      : searchesOf(element, hashFor(source.id)).map((search) => ({ ...search, asked, sourceId: source.id })),
  );
  await renamePatients(trx, keyring, envelopes, now);
  const found = await findKnownAppointments(trx, searches);
  const successors = successorsIn(envelopes, grouped(found, byElement), hashFor);
  const known = grouped([...found, ...(await findSuccessors(trx, successors))], byElement);
  const resolved: ResolvedEnvelope[] = [];
  const slices = new TimeSlices();
  for (const [asked, envelope] of envelopes.entries()) {
    await slices.pass();
    const { element, source } = envelope;
    const [stored, hash] = [known.get(asked) ?? [], hashFor(source.id)];
    const { events, kept = null } =
      element.kind === 'patient'
        ? await eventsOfPatient(trx, keyring, { ...envelope, patient: element.patient }, now)
        : element.kind === 'group'
          ? { events: await inTimeSlices(resolveGroup(element.group, stored, hash), slices) }
          : { events: resolveAppointment(element.event, stored, hash) };
    resolved.push({ changes: events.map((event) => ({ ...event, envelope })), kept });
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
async function renamePatients(
  trx: Transaction<Database>,
  keyring: Keyring,
  envelopes: readonly Envelope[],
  now: Date,
): Promise<void> {
  for (const { element, source } of envelopes) {
    for (const { patientKey, formerPatientKeys } of eventsOf(element)) {
      if (!patientKey || !formerPatientKeys) continue;
      await mergePatient(trx, source.id, patientKey, formerPatientKeys, now);
      const former = { keys: formerPatientKeys, sameRecord: true };
      await renameKnownPatient(trx, keyring, { sourceId: source.id, patientKey }, former, now);
    }
  }
}

async function eventsOfPatient(
  trx: Transaction<Database>,
  keyring: Keyring,
  { patient, source, authority }: Owner & { readonly patient: PatientEvent },
  now: Date,
): Promise<{ readonly events: ResolvedEvent[]; readonly kept?: KeptAs }> {
  const { patientKey, formerKeys, deceased, keep } = patient;
  const key = { sourceId: source.id, patientKey };
  await mergePatient(trx, source.id, patientKey, formerKeys, now);
  await renameKnownPatient(trx, keyring, key, { keys: formerKeys, sameRecord: false }, now);
  const rules = { defaultRegion: source.defaultRegion, allowedCountries: countriesOf(source, authority) };
  const became = await keepPatient(
    trx,
    keyring,
    {
      ...key,
      authorityId: authority.id,
      version: patient.version ?? null,
      occurredAt: patient.occurredAt ?? null,
      deceased: deceased ?? null,
      protected: keep ? patient.protected === true : null,
      language: patient.language ?? null,
      phone: patient.phone === undefined ? undefined : choosePhone(patient.phone, rules).phone,
      keep: keep === true && keptFor(source) > 0,
    },
    now,
  );
  if (became === 'old') return { events: [] };
  const references = await findAppointmentsOfPatient(trx, key, deceased === true, now);
  return { events: resolvePatient(patient, references), kept: became === 'known' ? null : became };
}
