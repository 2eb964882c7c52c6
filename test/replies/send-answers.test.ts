import { expect, it } from 'vitest';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { AUTH, OPTED_OUT, RETRY, UNCERTAIN } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE, type Sending } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

const OTHER = '+4520123457';

describeSending('handing over answers to citizens', (sending, _database) => {
  const answer = (phone = PHONE, row: Parameters<Sending['rows']['message']>[3] = {}) =>
    sending.rows.message('rh', null, phone, {
      template: 'opt-out-confirmed',
      text: 'Du får ikke flere.',
      gateway: 'scripted',
      status: 'planned',
      attempts: 0,
      next_at: MONDAY,
      valid_until: later(HOUR),
      handed_over_at: null,
      accepted_at: null,
      delivered_at: null,
      ...row,
    });
  const send = () => sendAnswers(sending.deps, sending.caller);
  const now = (id: string) =>
    sending.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('sends each once, at night too, from the sender that was answered, also to a number that opted out', async () => {
    sending.clock.now = new Date('2026-11-30T02:00:00Z');
    await sending.rows.optOut('rh', PHONE);
    const id = await answer(PHONE, { sender: '1204', next_at: sending.clock.now });
    expect(await send()).toBe(1);
    expect(sending.gateway.sent).toMatchObject([
      { reference: id, to: PHONE, from: '1204', text: 'Du får ikke flere.', validUntil: later(HOUR) },
    ]);
    expect(await now(id)).toMatchObject({
      status: 'accepted',
      attempts: 1,
      handed_over_at: sending.clock.now,
      accepted_at: sending.clock.now,
    });
    expect(await send()).toBe(0);
  });

  it('retries answers that certainly were not sent, until their validity ends', async () => {
    sending.gateway.script(RETRY);
    const id = await answer(PHONE, { valid_until: later(4_000) });
    await send();
    expect(await now(id)).toMatchObject({ status: 'planned', reason: 'temporary', next_at: later(1_000) });
    sending.clock.now = later(1_000);
    await send();
    expect(await now(id)).toMatchObject({ status: 'planned', attempts: 2, next_at: later(3_000) });
    sending.clock.now = later(3_000);
    await send();
    expect(await now(id)).toMatchObject({ status: 'not_sent', reason: 'temporary', next_at: null });
    expect(new Set(sending.gateway.sent.map(({ reference }) => reference))).toEqual(new Set([id]));
  });

  it.each([
    ['uncertain', UNCERTAIN, { status: 'uncertain', code: 'timeout' }],
    ['rejected', OPTED_OUT, { status: 'rejected', reason: 'opted_out', code: '21' }],
    ['rejected with a NUL', { ...OPTED_OUT, code: '\0' } as const, { status: 'rejected', code: '' }],
    [
      'accepted with nonsense',
      { kind: 'accepted', gatewayMessageId: 'a\0', segments: -3 } as const,
      { status: 'accepted', gateway_segments: null },
    ],
  ])('is not repeated when it is %s', async (_, result, message) => {
    sending.gateway.script(result);
    const id = await answer();
    await send();
    sending.clock.now = later(50 * MINUTE);
    expect(await send()).toBe(0);
    expect(await now(id)).toMatchObject(message);
  });

  it('records that the number has opted out at the gateway', async () => {
    sending.gateway.script(OPTED_OUT);
    await answer();
    await send();
    expect(await sending.db.selectFrom('opt_out').select(['recorded_by', 'lifted_at']).execute()).toEqual([
      { recorded_by: 'gateway:scripted', lifted_at: null },
    ]);
  });

  it('does not send an answer that can’t be decrypted, is too late or was erased, and sends the others', async () => {
    const unreadable = await answer(OTHER, { phone_ciphertext: Buffer.from([1]) });
    const late = await answer(OTHER, { valid_until: MONDAY });
    const erased = await answer(OTHER, { phone_ciphertext: null, phone_hash: null });
    const good = await answer();
    await send();
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
    expect(await now(unreadable)).toMatchObject({ status: 'not_sent', reason: 'internal_error' });
    expect(await now(late)).toMatchObject({ status: 'not_sent', reason: 'too_late' });
    expect(await now(erased)).toMatchObject({ status: 'not_sent', reason: 'erased' });
    expect(await now(good)).toMatchObject({ status: 'accepted' });
  });

  it('sends none while sending is off, the clocks are apart, the gateway is out of use, or the process stops', async () => {
    const id = await answer();
    sending.held = 'sending_off';
    expect(await send()).toBe(0);
    sending.held = null;
    sending.clocksApart = true;
    expect(await send()).toBe(0);
    sending.clocksApart = false;
    sending.gateway.script(AUTH);
    expect(await send()).toBe(1);
    sending.clock.now = later(29_999);
    expect(await send()).toBe(0);
    sending.clock.now = later(MINUTE);
    sending.caller.hurry();
    expect(await send()).toBe(0);
    expect(await now(id)).toMatchObject({ status: 'planned', attempts: 1 });
  });

  it('leaves answers through another gateway alone', async () => {
    await answer(PHONE, { gateway: 'another' });
    expect(await send()).toBe(0);
  });

  it('keeps the state of a receipt that came before the outcome of its call', async () => {
    const id = await answer();
    sending.gateway.script(async () => {
      await update(sending.db, 'message', { id }, { status: 'delivered', delivered_at: MONDAY });
      return UNCERTAIN;
    });
    await send();
    expect(await now(id)).toMatchObject({ status: 'delivered' });
  });
});
