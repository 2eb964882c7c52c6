import { describe, expect, it } from 'vitest';
import type { IngestElement } from '../../src/formats/format.ts';
import { rounds } from '../../src/intake/order.ts';
import { MOVED, OTHER, PHONE, START, useBookingSystem } from '../support/booking-system.ts';

describe('elements that turn out to be about one appointment are applied one after another', () => {
  const system = useBookingSystem('postgres');

  const cancelled = { status: 'cancelled', start: undefined, version: 2 } as const;

  it.each([
    ['the cancellation first', (said: IngestElement, patient: IngestElement) => [said, patient]],
    ['the patient first', (said: IngestElement, patient: IngestElement) => [patient, said]],
  ])('a cancellation that names no patient, beside a change of that patient, holds: %s', async (_order, ordered) => {
    await system.send(system.appointment('A', { phone: PHONE, patientKey: system.key('p'), version: 1 }));
    await system.send(...ordered(system.appointment('A', cancelled), system.patient('p', { phone: OTHER })));
    await system.send(system.patient('p', { phone: PHONE }));
    expect(await system.seen('A')).toMatchObject({ status: 'cancelled', version: 2 });
    expect(await system.planned('A')).toBe(0);
  });

  it('a move that names no patient, beside a change of that patient, holds, with one set of reminders', async () => {
    await system.send(system.appointment('A', { phone: PHONE, patientKey: system.key('p'), version: 1 }));
    await system.send(system.appointment('A', { start: MOVED, version: 2 }), system.patient('p', { phone: OTHER }));
    expect(await system.seen('A')).toMatchObject({ start: MOVED.toISOString(), version: 2, phone: OTHER });
    expect(await system.planned('A')).toBe(2);
  });

  it('two requests that come at once, one about the appointment and one about its patient, both hold', async () => {
    await system.send(system.appointment('A', { phone: PHONE, patientKey: system.key('p') }));
    // The first is under way alone; the other two gather behind it and are committed together.
    const first = system.send(system.appointment('B', { phone: PHONE }));
    await Promise.all([
      first,
      system.send(system.appointment('A', cancelled)),
      system.send(system.patient('p', { phone: OTHER })),
    ]);
    await system.send(system.patient('p', { phone: PHONE }));
    expect(await system.all()).toEqual({ A: 'cancelled 0', B: 'booked 2' });
  });

  it('two ids of one appointment in one request end at what the later says', async () => {
    await system.send(system.appointment('old', { phone: PHONE }));
    await system.send(system.appointment('new', { phone: PHONE, replaces: ['old'] }));
    await system.send(
      system.appointment('old', { start: MOVED, replaces: ['other'] }),
      system.appointment('new', { ...cancelled, replaces: ['another'] }),
    );
    const replaced = { old: 'entered-in-error 0', other: 'entered-in-error 0', another: 'entered-in-error 0' };
    expect(await system.all()).toEqual({ ...replaced, new: 'cancelled 0' });
  });

  it('of very many versions of one appointment in one request the newest count', async () => {
    const versions = Array.from({ length: 60 }, (_, nth) =>
      system.appointment('A', { phone: PHONE, version: nth, department: `D${nth}` }),
    );
    const answers = await system.send(...versions.toReversed());
    expect(answers.filter(({ result }) => result === 'stale')).toHaveLength(59);
    expect((await system.seen('A')).version).toBe(59);
  });

  it('of very many events without versions the first are taken, and the rest refused with a word of what to do', async () => {
    const answers = await system.send(
      ...Array.from({ length: 52 }, (_, nth) => system.appointment('A', { phone: PHONE, department: `D${nth}` })),
    );
    expect(answers.map(({ result }) => result)).toEqual([...Array(50).fill('accepted'), 'refused', 'refused']);
    expect(answers.at(-1)).toMatchObject({ problem: { status: 422, faults: [{ code: 'too_big' }] } });
  });

  it('of the same version the last said counts', async () => {
    await system.send(
      ...Array.from({ length: 60 }, (_, nth) =>
        system.appointment('A', { phone: PHONE, version: 1, start: nth < 59 ? START : MOVED }),
      ),
    );
    expect((await system.seen('A')).start).toBe(MOVED.toISOString());
  });

  it('what only shares the number of a series, or a patient of whom nothing is told, goes together', () => {
    const series = [{ kind: 'urn:series', namespace: 'urn:series', value: '1' }];
    const elements = Array.from({ length: 100 }, (_, nth) =>
      system.appointment(`A-${nth}`, { aliases: series, permanent: true, patientKey: system.key('p') }),
    );
    const roundsOf = (...said: readonly IngestElement[]) =>
      rounds(
        said.map((element, position) => ({ source: { id: 's' }, element, position })) as unknown as Parameters<
          typeof rounds
        >[0],
      );
    expect(roundsOf(...elements, system.patient('other'))).toHaveLength(1);
    expect(roundsOf(elements[0] as IngestElement, system.patient('p'))).toHaveLength(2);
  });
});
