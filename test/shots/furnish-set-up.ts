import { Deliverer } from '../../src/events/deliverer.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { SimulatorGateway } from '../../src/gateways/simulator.ts';
import { recordEvents } from '../../src/store/events.ts';
import type { TestApp } from '../support/app.ts';
import { answer, EventReceiver } from '../support/event-receiver.ts';
import { invite } from '../support/pages.ts';
import { operate } from './in-operation.ts';
import { AUTHORITY, type Scene } from './scene.ts';

/** Puts into the scene what the set-up, the installation and the phones show after some use. */
export async function furnishSetUp({ test }: Scene): Promise<void> {
  await makeDeliveries(test);
  const { token } = await test.makeSource(AUTHORITY, 'import', { name: 'Ældre bookingsystem, Øresundshospitalet' });
  for (const data of [{ id: 'X-2', start: 'i morgen' }, { start: '2026-12-01T09:00:00+01:00' }])
    await test.request('/v1/webhooks/import', { token, body: { type: 'appointment.booked', data } });
  await test.request('/v1/webhooks/import', { token, body: '{"type":' });
  const who = { name: 'Børge Østergaard-Sørensen', role: 'operator', authority: AUTHORITY } as const;
  const departments = ['Børne- og Ungdomspsykiatrisk Ambulatorium', 'Klinik for Ortopædkirurgi'];
  await invite(test, { ...who, email: 'boerge.oestergaard-soerensen@region.example', departments });
  await operate(test);
  await callPhones(test);
}

/** A booking system that took one event, refused the others for a while, and has some that wait. */
async function makeDeliveries(test: TestApp): Promise<void> {
  const receiver = await new EventReceiver().start();
  const settings = { name: 'Booking, privathospitalet', events: { url: receiver.url } };
  const { token } = await test.makeSource(AUTHORITY, 'booking', settings);
  const start = new Date(test.clock.now.getTime() + 5 * 86_400_000).toISOString();
  const data = { id: 'PH-2026-000417', start, patient: { phone: '22304190' } };
  await test.json(202, '/v1/webhooks/booking', { token, body: { type: 'appointment.booked', data } });
  const found = test.db.selectFrom('appointment').select('id').where('reference', '=', data.id);
  const { id: appointmentId } = await found.executeTakeFirstOrThrow();
  const deliverer = new Deliverer(test.deps);
  for (const [type, status] of [
    ['citizen.confirmed', 204],
    ['citizen.replied', 500],
    ['citizen.cancelled', 500],
  ] as const) {
    receiver.behaviour = answer(status);
    const event = { type, appointmentId, inboundId: null, reason: null } as const;
    await recordEvents(test.db, [event], test.clock.now);
    await numberRecordedEvents(test.deps, test.clock.now);
    await deliverer.deliver();
    await deliverer.idle();
  }
  await deliverer.stop();
  await receiver.close();
}

async function callPhones({ app, deps }: TestApp): Promise<void> {
  const [simulator] = deps.gateways;
  if (!(simulator instanceof SimulatorGateway)) throw new Error('the simulator was expected');
  simulator.connect(async (request) => app.fetch(request));
  const text =
    'Husk din aftale hos Region Nord onsdag d. 25. november kl. 09.00, Opgang 4, 3. sal. Afbud: ring 70101010.';
  for (const [nth, to] of ['+4522304150', '+4522304151', '+4915123456789'].entries()) {
    const sms = {
      reference: `s${nth}`,
      to,
      from: 'Region Nord',
      text,
      encoding: 'gsm7',
      validUntil: deps.now(),
    } as const;
    await simulator.send(sms, { signal: new AbortController().signal });
  }
}
