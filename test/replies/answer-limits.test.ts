import { beforeAll, describe, expect, it } from 'vitest';
import { readAnyNumber } from '../../src/domain/phone.ts';
import type { InboundEvent, RawCallback } from '../../src/gateways/gateway.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useApp } from '../support/scenario.ts';
import { StoredRows } from '../support/stored-rows.ts';

const NUMBER = '4560575797';
const NOW = new Date('2026-11-24T11:00:00Z');

/** Reads one reply from the callback's body. */
class ReplyingGateway extends ScriptedGateway {
  override readInbound({ body }: RawCallback): readonly InboundEvent[] {
    return [JSON.parse(Buffer.from(body).toString()) as InboundEvent];
  }
}

let rows: StoredRows;
let made = 0;
const app = useApp({ deps: () => ({ gateways: [new ReplyingGateway()] }) });
beforeAll(async () => {
  rows = new StoredRows(app.db, NOW, app.deps.keyring);
  await app.makeAuthority('rh', { sender: NUMBER });
  await app.makeSource('rh', 'rh');
  await app.makeAuthority('short', { sender: '1204' });
  await app.makeAuthority('name', { sender: 'Sundhed', senders: { SE: '46701111111' } });
});

async function reply(from: string, text: string, to: string | null = NUMBER): Promise<number> {
  const event = { gatewayMessageId: `in-${++made}`, from, to, text, at: null };
  const path = '/v1/callbacks/scripted/inbound?token=test-token';
  return (await app.request(path, { token: null, method: 'POST', body: JSON.stringify(event) })).status;
}
const answers = async (phone: string): Promise<string[]> => {
  const query = app.db.selectFrom('message').select('template').where('reminder_id', 'is', null);
  const found = await query.where('phone_hash', '=', app.deps.keyring.phoneHash(phone)).execute();
  return found.map(({ template }) => template);
};
const optOuts = async (phone: string): Promise<number> => {
  const query = app.db.selectFrom('opt_out').select('id');
  return (await query.where('phone_hash', '=', app.deps.keyring.phoneHash(phone)).execute()).length;
};

describe('an answer goes only where a reminder could go:', () => {
  it.each([
    ['a Danish number', '+4520123450', 1],
    ['a Norwegian mobile', '+4741234567', 1],
    ['a country that is not allowed', '+447400123456', 0],
    ['satellites', '+881612345678', 0],
    ['a premium number', '+4590123456', 0],
    ['a fixed line', '+4621345678', 0],
    ['too many digits', '+45201234501234567', 0],
    ['no country', '+0020123450', 0],
    ['a short code', '1919', 0],
    ['a name', 'Taxa', 0],
  ])('%s (%s): %i', async (_what, from, count) => {
    expect(await reply(from, 'STOP')).toBe(200);
    expect(await optOuts(from)).toBe(1);
    expect(await answers(from)).toHaveLength(count);
  });

  it('the authority that is answered allows its country', async () => {
    await app.makeAuthority('uk', { sender: NUMBER, allowedCountries: ['DK', 'GB'] });
    await app.makeSource('uk', 'uk');
    const appointment = await rows.appointment('uk', '+447400123457', {});
    const reminder = await rows.reminder('uk', appointment, { status: 'handed_over' });
    await rows.message('uk', reminder, '+447400123457', { gateway: 'scripted', sender: NUMBER });
    await reply('+447400123457', 'STOP');
    expect(await answers('+447400123457')).toEqual(['opt-out-confirmed']);
  });
});

it('ten automatic answers a day go to a number, of all kinds together; what it says is done all the same', async () => {
  const phone = '+4520123459';
  await reply(phone, 'HJÆLP');
  for (let nth = 0; nth < 9; nth++) await reply(phone, nth % 2 === 0 ? 'STOP' : 'START');
  expect(await answers(phone)).toHaveLength(10);
  await reply(phone, 'START');
  await reply(phone, 'STOP');
  expect(await answers(phone)).toHaveLength(10);
  expect(await optOuts(phone)).toBe(6);
  app.clock.now = new Date(NOW.getTime() + 24 * 3_600_000);
  await reply(phone, 'START');
  expect(await answers(phone)).toHaveLength(11);
  app.clock.now = NOW;
});

it('the answer to START goes beside the two a day, and is none of them', async () => {
  const phone = '+4520123457';
  const appointment = await rows.appointment('rh', phone);
  const reminder = await rows.reminder('rh', appointment, { status: 'handed_over', next_at: null });
  await rows.message('rh', reminder, phone, { gateway: 'scripted', sender: NUMBER });
  await reply(phone, 'Forkert nummer');
  await reply(phone, 'START');
  await reply(phone, 'HJÆLP');
  await reply(phone, 'AFBUD');
  expect((await answers(phone)).sort()).toEqual(['help', 'reply-received', 'wrong-number-received']);
});

it('START is answered also where two answers went that day', async () => {
  const phone = '+4520123456';
  const appointment = await rows.appointment('rh', phone);
  const reminder = await rows.reminder('rh', appointment, { status: 'handed_over', next_at: null });
  await rows.message('rh', reminder, phone, { gateway: 'scripted', sender: NUMBER });
  await reply(phone, 'HJÆLP');
  await reply(phone, 'Forkert nummer');
  await reply(phone, 'START');
  expect((await answers(phone)).sort()).toEqual(['help', 'reply-received', 'wrong-number-received']);
});

describe('what comes from a sender of our own is not applied:', () => {
  it.each(['4560575797', '+4560575797', '60575797', '1204', 'SUNDHED', '+46701111111'])('%s', async (from) => {
    const before = (await app.db.selectFrom('inbound_message').select('id').execute()).length;
    expect(await reply(from, 'STOP', null)).toBe(200);
    expect(await app.db.selectFrom('inbound_message').select('id').execute()).toHaveLength(before);
    expect([await optOuts(from), await answers(from)]).toEqual([0, []]);
    const hash = app.deps.keyring.phoneHash(readAnyNumber(from) ?? from);
    const noted = app.db.selectFrom('callback').select('note').where('phone_hash', '=', hash);
    expect((await noted.execute()).map(({ note }) => note)).toContain('own_sender');
  });

  it('the number that the message went to', async () => {
    await reply('+4560575700', 'hej', '+4560575700');
    expect(await answers('+4560575700')).toEqual([]);
  });

  it('but a number that was written to is a citizen’s, whose STOP counts, and is not answered', async () => {
    const phone = '+4520123458';
    await app.makeAuthority('odd', { sender: '4520123458' });
    const appointment = await rows.appointment('rh', phone, {});
    const reminder = await rows.reminder('rh', appointment, { status: 'handed_over' });
    await rows.message('rh', reminder, phone, { gateway: 'scripted', sender: NUMBER });
    await reply(phone, 'STOP');
    expect([await optOuts(phone), await answers(phone)]).toEqual([1, []]);
  });
});

it('an answer comes from a sender that there can be: what else a callback names as answered is stored in no clear column', async () => {
  const phone = '+4520123499';
  const appointment = await rows.appointment('rh', phone);
  const reminder = await rows.reminder('rh', appointment, { status: 'handed_over', next_at: null });
  await rows.message('rh', reminder, phone, { gateway: 'scripted', sender: NUMBER });
  expect(await reply(phone, 'STOP', 'CPR: 010180/1234')).toBe(200);
  const answer = app.db.selectFrom('message').select('sender').where('reminder_id', 'is', null);
  const found = await answer.where('phone_hash', '=', app.deps.keyring.phoneHash(phone)).execute();
  expect(found).toEqual([{ sender: NUMBER }]);
});

describe('a sender with control characters is refused at the callback:', () => {
  it.each([
    '+4520123450\r\n',
    '+4520123450\r\nX-Kannel-To: +4599999999',
    '+45\u000020123450',
    '\u2028+4520123450',
    '+4520\t123450',
  ])('%j', async (from) => {
    // The callback is kept as it came, and nothing follows from it.
    const followed = () =>
      Promise.all(
        (['inbound_message', 'opt_out', 'message'] as const).map((table) =>
          app.db.selectFrom(table).select('id').execute(),
        ),
      );
    const before = await followed();
    expect(await reply(from, 'STOP')).toBe(422);
    expect(await followed()).toEqual(before);
  });
});
