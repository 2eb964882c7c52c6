import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { bodyOf } from '../../src/domain/events/event.ts';
import { readEventsAfter } from '../../src/events/events.sql.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { recordEvents } from '../../src/store/events.ts';
import { describeSending } from '../support/scenario.ts';
import { MONDAY, PHONE } from '../support/sending.ts';

describeSending('numbering of events', { authority: 'a' }, (sending, database) => {
  const number = (): Promise<number> => numberRecordedEvents(sending.deps, MONDAY);
  const told = (source: string, after = 0) =>
    readEventsAfter(database.db, sending.deps.keyring, { sourceId: source, includePhone: true }, { after, limit: 100 });

  it('an event is shown once it is numbered, with what its reminder and message say', async () => {
    const { reminder, reference } = await sending.due('a');
    await sending.drain();
    expect(await told('a')).toEqual([]);
    expect(await number()).toBe(1);
    const [event] = await told('a');
    expect(event && bodyOf(event)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      type: 'reminder.handed_over',
      timestamp: MONDAY.toISOString(),
      sequence: 1,
      data: { source: 'a', reference, reminder, rule: `rule-${reminder}`, status: 'accepted', phone: PHONE },
    });
    expect(await number()).toBe(0);
  });

  it('sequences rise by one within each source, in the order of recording', async () => {
    await sending.rows.authority('b');
    const of = { a: await sending.rows.appointment('a', PHONE), b: await sending.rows.appointment('b', PHONE) };
    const record = (appointmentId: string, reason: string) =>
      recordEvents(database.db, [{ type: 'citizen.replied', appointmentId, inboundId: null, reason }], MONDAY);
    await record(of.a, '1');
    await record(of.b, '2');
    await record(of.a, '3');
    await number();
    await record(of.a, '4');
    await number();
    const short = async (source: string) => (await told(source)).map(({ sequence, reason }) => [sequence, reason]);
    expect(await short('a')).toEqual([
      [1, '1'],
      [2, '3'],
      [3, '4'],
    ]);
    expect(await short('b')).toEqual([[1, '2']]);
  });

  it('an event of an appointment that is gone is dropped, and stands in nobody way', async () => {
    const [gone, kept] = [await sending.rows.appointment('a', PHONE), await sending.rows.appointment('a', PHONE)];
    for (const appointmentId of [gone, kept])
      await recordEvents(
        database.db,
        [{ type: 'citizen.confirmed', appointmentId, inboundId: null, reason: null }],
        MONDAY,
      );
    await sql`delete from appointment where id = ${gone}`.execute(database.db);
    expect(await number()).toBe(2);
    expect((await told('a')).map(({ sequence, appointmentId }) => [sequence, appointmentId])).toEqual([[1, kept]]);
  });
});
