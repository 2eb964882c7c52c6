import { afterEach, beforeEach, expect, it } from 'vitest';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { recordEvents } from '../../src/store/events.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Delivering, startDelivering } from '../support/delivering.ts';
import { answer, EventReceiver } from '../support/event-receiver.ts';
import { useOpened } from '../support/scenario.ts';
import { PHONE } from '../support/sending.ts';
import { insert } from '../support/stored-rows.ts';

let site: Delivering;
let receiver: EventReceiver;

const database = useOpened(openTestDatabase, { each: true });
beforeEach(async () => {
  site = startDelivering(database);
  receiver = await new EventReceiver().start();
  await site.rows.authority('rh');
  await site.endpoint('rh', receiver.url);
});
afterEach(async () => {
  await receiver.close();
  await site.close();
});

/** A reply that a person must read, about so many appointments, of which the booking system is told. */
async function replied(reason: 'other' | 'cancel', appointments: number): Promise<string> {
  const inboundId = await site.rows.reply(['rh'], PHONE, 'Hvor skal jeg parkere?');
  await database.db.updateTable('inbound_authority').set({ holds: false }).execute();
  for (let n = 0; n < appointments; n++) {
    const appointmentId = await site.appointment('rh');
    const about = { inbound_id: inboundId, appointment_id: appointmentId, authority_id: 'rh', slot: 0 };
    const phone_hash = site.rows.keyring.phoneHash(PHONE);
    await insert(database.db, 'inbound_appointment', {
      ...about,
      phone_hash,
      subject: appointments === 1,
      holds: false,
      had_number: true,
    });
    await recordEvents(database.db, [{ type: 'citizen.replied', appointmentId, inboundId, reason }], site.clock.now);
  }
  await numberRecordedEvents(site.deps, site.clock.now);
  return inboundId;
}

const stateOf = async (id: string) => {
  const query = database.db.selectFrom('inbound_authority').select(['needs_person', 'taken_at']);
  return query.where('inbound_id', '=', id).executeTakeFirstOrThrow();
};

it.each([
  ['nobody understood', 'other', 1],
  ['may cancel', 'cancel', 1],
  ['may be about two appointments', 'other', 2],
] as const)(
  'a reply that %s needs a person also when the endpoint has taken it, which is noted',
  async (_what, reason, appointments) => {
    const id = await replied(reason, appointments);
    receiver.behaviour = answer(500);
    await site.deliver();
    expect([receiver.calls.length > 0, await stateOf(id)]).toEqual([true, { needs_person: true, taken_at: null }]);
    receiver.behaviour = answer(204);
    const at = new Date(site.clock.now.getTime() + 60_000);
    site.clock.now = at;
    await site.deliver();
    expect(await stateOf(id)).toEqual({ needs_person: true, taken_at: at });
  },
);
