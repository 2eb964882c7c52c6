import { expect, it } from 'vitest';
import { ScriptedGateway } from '../../support/gateway.ts';
import { useApp } from '../../support/scenario.ts';

const PHONE = '+4520123456';

const test = useApp({ each: true, deps: () => ({ gateways: [new ScriptedGateway()] }), authorities: ['rh'] });

const citizen = <T>(action: 'lookup' | 'erase') =>
  test.json<T>(200, `/v1/authorities/rh/citizens/${action}`, { body: { phone: PHONE } });

it('the reply, its answer and the raw callback of a number that nobody wrote to are shown and erased too', async () => {
  const query = new URLSearchParams({ token: 'test-token', from: PHONE, to: '1204', text: 'STOP' });
  expect((await test.request(`/v1/callbacks/scripted/inbound?${query}`)).status).toBe(200);
  const held = await citizen<{ messages: { template: string }[]; inbound: { text: string }[] }>('lookup');
  expect(held).toMatchObject({ messages: [{ template: 'opt-out-confirmed' }], inbound: [{ text: 'STOP' }] });

  await citizen('erase');
  expect(await citizen('lookup')).toMatchObject({ messages: [], inbound: [] });
  // The row stays, so that a repeat of the callback brings nothing back.
  const [callback, ...others] = await test.db.selectFrom('callback').selectAll().execute();
  expect([callback, others]).toMatchObject([{ raw_ciphertext: null, phone_hash: null }, []]);
  expect((await test.request(`/v1/callbacks/scripted/inbound?${query}`)).status).toBe(200);
  expect(await test.db.selectFrom('inbound_message').selectAll().execute()).toEqual([]);
  const [message] = await test.db.selectFrom('message').selectAll().execute();
  expect(message).toMatchObject({
    status: 'not_sent',
    phone_ciphertext: null,
    phone_hash: null,
    text_ciphertext: null,
  });
  const [optOut] = await test.db.selectFrom('opt_out').selectAll().execute();
  expect(optOut).toMatchObject({ phone_ciphertext: null, lifted_at: null });
});

it('the raw callback of a number from which no reply was made, a sender of our own, is erased too', async () => {
  await test.makeAuthority('own', { sender: PHONE.slice(1) });
  const query = new URLSearchParams({ token: 'test-token', from: PHONE, to: '1204', text: 'STOP' });
  expect((await test.request(`/v1/callbacks/scripted/inbound?${query}`)).status).toBe(200);
  const kept = () => test.db.selectFrom('callback').select(['note', 'raw_ciphertext', 'phone_hash']).execute();
  expect(await kept()).toMatchObject([{ note: 'own_sender', raw_ciphertext: expect.anything() }]);
  await citizen('erase');
  expect(await kept()).toEqual([{ note: 'own_sender', raw_ciphertext: null, phone_hash: null }]);
});
