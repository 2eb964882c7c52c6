import { type AppointmentEvent, EMPTY_EVENT } from '../../src/domain/appointment.ts';
import { SOURCE_DEFAULTS, type SourceSettings } from '../../src/domain/authority.ts';
import type { Problem } from '../../src/domain/errors.ts';
import type { IngestContext, IngestElement } from '../../src/formats/format.ts';

/** What a reader is told about a source with these settings; hashes of patients can be read. */
export function ingestContext(settings: Partial<SourceSettings> = {}): IngestContext {
  return {
    source: { ...SOURCE_DEFAULTS, name: 'EPJ', ...settings, id: 'epj', authorityId: 'rh', version: 1, paused: null },
    now: new Date('2026-11-24T11:00:00Z'),
    hashPatient: (id) => Buffer.from(`hash of ${id}`),
  };
}

/** The event of an element, or of the only member of its group. */
export function eventIn(element: IngestElement | undefined): AppointmentEvent {
  if (element?.kind === 'appointment') return element.event;
  const [only, ...others] = element?.kind === 'group' ? element.group.members : [];
  if (!only || others.length > 0) throw new Error(`no single event in ${JSON.stringify(element)}`);
  return only;
}

export function problemIn(element: IngestElement | undefined): Problem {
  if (element?.kind !== 'refused') throw new Error(`not refused: ${JSON.stringify(element)}`);
  return element.problem;
}

/** An event that says no more than is given. */
export function eventWith(said: Pick<AppointmentEvent, 'reference'> & Partial<AppointmentEvent>): AppointmentEvent {
  return { ...EMPTY_EVENT, status: 'booked', test: false, ...said };
}
