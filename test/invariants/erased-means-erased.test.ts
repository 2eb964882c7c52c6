import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateway-caller.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { purge } from '../../src/operations/purge.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { findCanaries } from '../support/canaries.ts';
import { FORMATS } from '../support/every-field.ts';
import { ScriptedGateway } from '../support/gateway.ts';

const CANARY = 'Kanariefugl';
/** The numbers of the messages of every-field.ts: of the citizen, and of a guardian. */
const NUMBERS = ['20123456', '20123457', '20123458', '20123450'];
/**
 * An appointment's own id stays, so that a later event about it brings no number back. Requests are answered again with
 * it for a week.
 */
const KEPT = [
  ...['appointment.reference', 'appointment.group_reference', 'appointment.replaced_by', 'idempotency_key.answer'],
  // Reference of the appointment, as long as that is there.
  'event.reference',
];

/** A life with everything in it: every field of every format, handed over, received, answered, refused. */
async function live(app: TestApp, gateway: ScriptedGateway): Promise<void> {
  await app.makeAuthority('rh', { maxPerNumberPerDay: 1000 });
  for (const format of FORMATS) {
    const { token } = await app.makeSource('rh', format.name, format.settings);
    const send = (path: string, body: string, headers: Record<string, string> = {}) =>
      app.request(path, { token, method: 'POST', body, headers: { 'Content-Type': format.type, ...headers } });
    for (const [nth, { body }] of format.variants(CANARY).entries()) {
      const home = body.replaceAll('"kind":"visit"', '"kind":"home"').replaceAll('"A-', '"H-');
      await send(format.address, body, { 'Idempotency-Key': `${CANARY}-${format.name}-${nth}` });
      if (home !== body) await send(format.address, home);
      await send(`/v1/sources/${format.name}/test`, body);
    }
  }
  await app.deps.receiver.idle();
  app.clock.now = new Date('2026-11-30T09:00:00Z');
  const caller = new GatewayCaller(gateway, app.deps);
  const dispatcher = new Dispatcher(app.deps, caller);
  await dispatcher.drain();
  await dispatcher.stop();
  const callbacks = NUMBERS.flatMap((number) => [
    ...gateway.sent
      .filter(({ to }) => to === `+45${number}`)
      .slice(0, 5)
      .map(({ reference }) => gateway.receipt(reference, 'delivered')),
    gateway.inbound(`+45${number}`, `+45${number}`, `${CANARY} spørger`),
    gateway.inbound(`+45${number}`, CANARY, 'STOP'),
  ]);
  for (const { path, query } of callbacks) await app.request(`${path}?${new URLSearchParams(query)}`, { token: null });
  await app.deps.receipts.idle();
  await sendAnswers(app.deps, caller);
  await sweep(app.deps, app.deps.receipts as never, app.clock.now);
  expect(await numberRecordedEvents(app.deps, app.clock.now)).toBeGreaterThan(100);
  await app.json(200, '/v1/authorities/rh/pause', { body: { reason: 'Strømafbrydelse' } });
  for (const number of NUMBERS) {
    const phone = `+45${number}`;
    const optOut = { phone, reason: `${CANARY} ringede` };
    const { id } = await app
      .json<{ id: string }>(201, '/v1/authorities/rh/opt-outs', { body: optOut })
      .catch(() => app.json<{ id: string }>(200, '/v1/authorities/rh/opt-outs', { body: optOut }));
    await app.json(204, `/v1/authorities/rh/opt-outs/${id}`, { method: 'DELETE', body: { reason: CANARY } });
    await app.json(201, '/v1/authorities/rh/opt-outs', { body: optOut });
  }
}

describe('a citizen with every field filled in every format', () => {
  let app: TestApp;
  const gateway = new ScriptedGateway();
  const found = async () => (await findCanaries(app.db, [CANARY, ...NUMBERS])).filter((at) => !KEPT.includes(at));
  beforeAll(async () => {
    app = await openTestApp('embedded', { gateways: [gateway] });
    await live(app, gateway);
  });
  afterAll(() => app.close());

  it('stands in no column any more, in no writing, once erased', async () => {
    expect(gateway.sent.length).toBeGreaterThan(100);
    expect(await found()).toEqual(
      expect.arrayContaining(['appointment.location_text', 'appointment.department', 'opt_out.reason']),
    );
    for (const number of NUMBERS)
      await app.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: `+45${number}` } });
    // A status is a word of the booking system; one that it makes up stays in the list for staff.
    await app.db.deleteFrom('unmapped_value').where('field', '=', 'status').execute();
    expect(await found()).toEqual([]);
  });

  it('nor does a later event bring anything back', async () => {
    for (const format of FORMATS) {
      const { token } = await app.json<{ token: string }>(201, `/v1/authorities/rh/sources/${format.name}/secrets`, {
        method: 'POST',
      });
      for (const { body } of format.variants(CANARY)) {
        const newer = body.replaceAll('"version":3', '"version":4').replaceAll('"versionId":"3"', '"versionId":"4"');
        await app.request(format.address, {
          token,
          method: 'POST',
          body: newer.replaceAll('2026-11-24T', '2026-11-25T'),
          headers: { 'Content-Type': format.type },
        });
      }
    }
    expect((await found()).filter((at) => !at.startsWith('unmapped_value'))).toEqual([]);
  });
});

it('nor does a citizen whose retention has passed', async () => {
  const gateway = new ScriptedGateway();
  const app = await openTestApp('embedded', { gateways: [gateway] });
  await live(app, gateway);
  await purge(app.deps, { auditRetentionDays: 730 }, new Date('2027-06-01T00:00:00Z'));
  const left = await findCanaries(app.db, [CANARY, ...NUMBERS]);
  // A refusal in force keeps its reason, for the staff who may lift it.
  expect(left.filter((at) => at !== 'opt_out.reason' && !KEPT.includes(at))).toEqual([]);
  expect(left).not.toContain('event.reference');
  await app.close();
});
