import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AppointmentEvent, GroupEvent, PatientEvent } from '../../../src/domain/appointment.ts';
import { SOURCE_DEFAULTS, type Source } from '../../../src/domain/authority.ts';
import { Problem } from '../../../src/domain/errors.ts';
import { readFhir } from '../../../src/formats/fhir/read-fhir.ts';
import type { FhirReading, FhirRequest } from '../../../src/formats/fhir/reading.ts';
import type { IngestContext, IngestElement } from '../../../src/formats/format.ts';
import { IGNORED } from '../../../src/formats/ignored.ts';
import { finished } from '../../support/steps.ts';

const SOURCE: Source = { ...SOURCE_DEFAULTS, id: 'epj', name: 'EPJ', authorityId: 'rh', version: 1, paused: null };

export const keyOf = (id: string): Buffer => createHash('sha256').update(`key of ${id}`).digest();

export function contextOf(settings: Partial<Source> = {}): IngestContext {
  return { source: { ...SOURCE, ...settings }, now: new Date('2026-11-24T08:00:00Z'), hashPatient: keyOf };
}

export function read(
  body: unknown,
  settings: Partial<Source> = {},
  request: Partial<FhirRequest> = {},
  fetched?: ReadonlyMap<string, unknown>,
): FhirReading {
  return finished(readFhir({ method: 'POST', body, ...request }, contextOf(settings), fetched));
}

/** The elements in the order of their application, without ignored ones. */
export const newsOf = (reading: FhirReading): IngestElement[] =>
  reading.entries.map(({ element }) => element).filter(({ kind }) => kind !== 'ignored');

export const whysOf = (reading: FhirReading): string[] =>
  reading.entries.flatMap(({ element }) => (element.kind === 'ignored' ? [IGNORED[element.why]] : []));

export function groupOf(reading: FhirReading): GroupEvent {
  const [element, ...more] = newsOf(reading);
  if (element?.kind !== 'group' || more.length > 0)
    throw new Error(`not one group: ${newsOf(reading).map(({ kind }) => kind)}`);
  return element.group;
}

export function eventOf(reading: FhirReading): AppointmentEvent {
  const [event, ...more] = groupOf(reading).members;
  if (!event || more.length > 0) throw new Error('not one member');
  return event;
}

export function patientOf(reading: FhirReading): PatientEvent {
  const [element] = newsOf(reading);
  if (element?.kind !== 'patient') throw new Error('no patient');
  return element.patient;
}

export function faultsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem && error.status === 422)
      return error.faults.map(({ pointer, code }) => `${pointer} ${code}`);
    throw error;
  }
  throw new Error('it was taken');
}

export function caseOf(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./cases/${name}.json`, import.meta.url), 'utf8'));
}

export const PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.208.176.1.2', value: '0101011234' }],
  name: [{ text: 'Anna Andersen' }],
  telecom: [{ system: 'phone', value: '20 12 34 56', use: 'mobile' }],
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'da' }] }, preferred: true }],
};

/** An Appointment as sent by a server with `_include` or a good profile. */
export function appointment(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Appointment',
    id: 'A-1',
    meta: { versionId: '3', lastUpdated: '2026-11-24T07:00:00Z' },
    contained: [
      {
        ...PATIENT,
        id: 'pat',
        identifier: [...PATIENT.identifier, { system: 'https://epj.example/patients', value: '77' }],
      },
    ],
    status: 'booked',
    start: '2026-12-01T09:00:00+01:00',
    end: '2026-12-01T09:30:00+01:00',
    participant: [{ actor: { reference: '#pat' }, status: 'accepted' }],
    ...changes,
  };
}

export function bundle(type: string, ...entry: unknown[]): Record<string, unknown> {
  return { resourceType: 'Bundle', id: 'b1', type, entry };
}

/** An Appointment whose patient is known by reference only. */
export const referring = (changes: Record<string, unknown> = {}): Record<string, unknown> =>
  appointment({
    contained: undefined,
    participant: [{ actor: { reference: 'Patient/p1' }, status: 'accepted' }],
    ...changes,
  });

export const located = (
  location: Record<string, unknown> | undefined,
  actor: Record<string, unknown> = {},
): Record<string, unknown> =>
  appointment({
    contained: [PATIENT, ...(location ? [{ resourceType: 'Location', id: 'loc', ...location }] : [])],
    participant: [{ actor: { reference: '#p1' } }, { actor: { ...(location && { reference: '#loc' }), ...actor } }],
  });
