import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { Known } from '../../../src/domain/identity/match-known.ts';
import type { Alias } from '../../../src/domain/reference.ts';
import { eventWith } from '../../support/ingest.ts';

/** A stored appointment that is booked, in a group of its own. */
export const known = (reference: string, rest: Partial<Known> = {}): Known => ({
  reference,
  status: 'booked',
  start: null,
  patientKey: null,
  aliases: [],
  group: reference,
  version: null,
  occurredAt: null,
  cancelStamp: null,
  replacedBy: null,
  ...rest,
});
export const filler = (value: string, namespace: string | null = 'RIS'): Alias => ({
  kind: 'filler',
  namespace,
  value,
});
export const placer = (value: string, namespace: string | null = 'EPJ'): Alias => ({
  kind: 'placer',
  namespace,
  value,
});
export const asIs = (id: string) => id;
export const key = (patient: string) => Buffer.from(patient);
export const event = (reference: string, rest: Partial<AppointmentEvent> = {}) => eventWith({ reference, ...rest });
