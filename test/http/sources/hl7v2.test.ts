import { createHmac, randomUUID } from 'node:crypto';
import { Hl7Message } from '@medplum/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { openDatabase } from '../../../src/database/connect.ts';
import { encodeHl7 } from '../../../src/formats/hl7v2/charset.ts';
import { Receiver } from '../../../src/sources/receive.ts';
import { adt, segment, siu } from '../../formats/hl7v2/message.ts';
import { useApp } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

let token: string;
let webhookSecret: string;
const test = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  ({ token, webhookSecret } = await test.makeSource('rh', 'epj'));
});

interface Sent {
  readonly source?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the Content-Type; null: none. */
  readonly type?: string | null;
  readonly token?: string;
}

async function post(
  body: string | Uint8Array,
  { source = 'epj', headers = {}, type = 'application/hl7-v2', token: other }: Sent = {},
): Promise<Response> {
  const sent = {
    Authorization: `Bearer ${other ?? token}`,
    ...(type !== null && { 'Content-Type': type }),
    ...headers,
  };
  // A string would bring a type of its own.
  return test.app.request(`/v1/hl7v2/${source}`, { method: 'POST', headers: sent, body: Buffer.from(body) });
}

/** MSA-1, and ERR-2 and ERR-3 where there is one, as another library reads them. */
async function told(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  const ack = Hl7Message.parse((await response.text()).trimEnd());
  const err = ack.getSegment('ERR');
  const code = ack.getSegment('MSA')?.getField(1).toString() ?? '';
  return err ? `${code} ${err.getField(2).toString()} ${err.getComponent(3, 1)}` : code;
}

const stored = (reference: string, source = 'epj') =>
  test.request(`/v1/authorities/rh/appointments/${source}/${reference}`);
const read = (reference: string) =>
  test.json<Record<string, unknown>>(200, `/v1/authorities/rh/appointments/epj/${reference}`);
const booking = (reference: string, change: Parameters<typeof siu>[0] = {}, event = 'S12') =>
  siu({ ...change, msh: { 10: randomUUID(), ...change.msh }, sch: { 2: `${reference}^EPJ`, ...change.sch } }, event);

describe('a message of an integration engine', () => {
  it('becomes an appointment with reminders, and gets an ACK', async () => {
    expect(await told(await post(booking('A-1')))).toBe('AA');
    const appointment = await read('A-1');
    expect(appointment).toMatchObject({
      status: 'booked',
      start: '2026-12-01T08:00:00.000Z',
      phone: '+4520123456',
      language: 'da',
    });
    expect(appointment.reminders).toHaveLength(2);
  });

  it('moves and cancels what was booked before', async () => {
    await post(booking('A-2'));
    expect(await told(await post(booking('A-2', { sch: { 11: '^^^202612021000' } }, 'S13')))).toBe('AA');
    expect(await read('A-2')).toMatchObject({ status: 'booked', start: '2026-12-02T09:00:00.000Z' });
    expect(await told(await post(booking('A-2', { sch: { 11: '' } }, 'S15')))).toBe('AA');
    expect(await read('A-2')).toMatchObject({ status: 'cancelled', start: '2026-12-02T09:00:00.000Z' });
  });

  it('is accepted with a warning for a number and a place that were not found', async () => {
    const response = await post(booking('A-3', { pid: { 13: 'ida@example.dk^NET' }, ail: null }));
    const errors = (await response.text()).split('\r').filter((line) => !line.startsWith('MSH'));
    expect(errors).toEqual([
      expect.stringMatching(/^MSA\|AA\|/),
      expect.stringMatching(/^ERR\|\|PID\^1\^13\|101\^.*\|W\|no_phone\|/),
      expect.stringMatching(/^ERR\|\|AIL\^1\^3\|101\^.*\|W\|no_place\|/),
      '',
    ]);
    expect(await told(await post(booking('A-3', { pid: null, ail: null, sch: { 11: '' } }, 'S15')))).toBe('AA');
  });

  it('that cancels what is not known is taken with a warning, which says where a booking would be known by it', async () => {
    const ends = (sch: Record<number, string>, settings: Sent = {}) => post(booking('', { sch }, 'S15'), settings);
    const unknown = await ends({ 1: 'P-71', 2: '' });
    const [, , error = ''] = (await unknown.text()).split('\r');
    expect(error).toMatch(/^ERR\|\|SCH\^1\^1\|204\^.*\|W\|unknown_reference\|.*SCH-2.*only with its issuer/);
    expect(await told(await ends({ 2: 'A-72' }))).toBe('AA SCH^1^2 204');
    expect(await told(await ends({ 2: 'A-72', 11: '' }))).toBe('AA');
    expect(await told(await post(booking('A-73', {}, 'S26')))).toBe('AA');
  });

  it('whose number in PID-13 can not be used is told so, and no number at work stands in for it', async () => {
    const told14 = async (id: string, pid: Record<number, string>) => told(await post(booking(id, { pid })));
    const wrong = { 13: '2012345', 14: '33445566^WPN^PH' };
    expect(await told14('A-95', wrong)).toBe('AA PID^1^13 102');
    expect(await read('A-95')).toMatchObject({ phone: null });
    expect(await told14('A-96', { ...wrong, 13: '' })).toBe('AA PID^1^13 101');
    expect(await told14('A-97', { ...wrong, 14: '20123457^WPN^CP' })).toBe('AA');
    expect(await read('A-97')).toMatchObject({ phone: '+4520123457' });
  });

  it('whose SCH-3 is no number goes on with what stands under it, and is else an appointment by itself', async () => {
    expect(await told(await post(booking('', { sch: { 2: 'A-90', 3: 'b' } })))).toBe('AA SCH^1^3 102');
    expect(await read('A-90')).toMatchObject({ status: 'booked' });
    // As an earlier version stored it.
    const stands = { reference: 'A-91#b', group_reference: 'A-91' };
    await post(booking('A-91#b'));
    await update(test.db, 'appointment', { reference: 'A-91#b' }, stands);
    expect(await told(await post(booking('', { sch: { 2: 'A-91', 3: 'b' } }, 'S15')))).toBe('AA SCH^1^3 102');
    expect(await read('A-91%23b')).toMatchObject({ status: 'cancelled' });
    const rows = test.db.selectFrom('appointment').select('reference').where('reference', 'like', 'A-91%');
    expect(await rows.execute()).toEqual([{ reference: 'A-91#b' }]);
  });

  it('whose id without an issuer may be that of another appointment is taken with a warning', async () => {
    const ids = (placer: string, filler: string, patient: string) => ({
      ...{ sch: { 1: placer, 2: filler }, pid: { 3: patient } },
    });
    const [hanne, per] = ['P-100^^^RH^MR', 'P-200^^^RH^MR'];
    expect(await told(await post(booking('', ids('W-80', '', hanne))))).toBe('AA');
    expect(await told(await post(booking('', ids('W-80', 'F-80', hanne), 'S13')))).toBe('AA');
    expect(await told(await post(booking('', ids('W-80', 'F-81', per))))).toBe('AA');
    expect(await told(await post(booking('', ids('W-82', '', hanne))))).toBe('AA');
    expect(await told(await post(booking('', ids('W-82', 'F-82', per))))).toBe('AA SCH^1^1 205');
    const ofNobody = await post(booking('', ids('W-82', 'F-83', '')));
    expect((await ofNobody.text()).split('\r')[2]).toMatch(/^ERR\|\|SCH\^1\^1\|205\^.*\|W\|maybe_another_id\|.*SCH-2/);
    expect(await told(await post(booking('', ids('W-82', 'F-82', per), 'S15')))).toBe('AA SCH^1^1 205');
    expect(await read('W-82')).toMatchObject({ status: 'booked' });
    // Two of one order, and a cancellation that may be of either.
    expect(await told(await post(booking('', ids('W-84', 'F-84', hanne))))).toBe('AA');
    expect(await told(await post(booking('', ids('W-84', 'F-85', hanne))))).toBe('AA');
    const ofEither = (await (await post(booking('', ids('W-84', '', hanne), 'S15'))).text()).split('\r');
    expect(ofEither.map((line) => line.split('|')[5]).slice(2, 4)).toEqual(['unknown_reference', 'maybe_another_id']);
    expect([await read('F-84'), await read('F-85')]).toMatchObject([{ status: 'booked' }, { status: 'booked' }]);
  });

  it('that moves to no time that can be read is refused, keeps nothing, and is listed for staff', async () => {
    await post(booking('A-51'));
    const found = await told(await post(booking('A-51', { sch: { 11: '^^^kl. 9' }, ail: null }, 'S13')));
    expect(found).toBe('AE SCH^1^11 102');
    expect(await told(await post(booking('A-51', { sch: { 11: '' } }, 'S13')))).toBe('AE SCH^1^11 101');
    expect(await told(await post(booking('A-51', { sch: { 11: '^^^20261202' } }, 'S14')))).toBe('AE SCH^1^11 102');
    expect(await read('A-51')).toMatchObject({ start: '2026-12-01T08:00:00.000Z' });
    await test.deps.receiver.idle();
    const { items } = await test.json<{ items: { field: string; value: string }[] }>(
      ...([200, '/v1/authorities/rh/sources/epj/unmapped'] as const),
    );
    const starts = items.filter(({ field }) => field === 'start').map(({ value }) => value);
    expect(starts).toEqual(['########', '(nothing)', 'kl. 9']);
  });

  it('that changes the rest and says no time keeps the time, with a warning', async () => {
    await post(booking('A-52'));
    const found = await told(await post(booking('A-52', { sch: { 11: '' }, pid: { 13: '20123457' } }, 'S14')));
    expect(found).toBe('AA SCH^1^11 101');
    expect(await read('A-52')).toMatchObject({ start: '2026-12-01T08:00:00.000Z', phone: '+4520123457' });
  });

  it('that changes the rest does not book again what was cancelled, unless it names another time', async () => {
    const at = (minute: string, sch: Record<number, string> = {}) => ({
      msh: { 7: `202611240${minute}` },
      sch,
    });
    await post(booking('A-54', at('80000')));
    await post(booking('A-54', at('80500'), 'S15'));
    for (const sch of [{ 11: '' }, {}]) {
      expect(await told(await post(booking('A-54', at('81000', sch), 'S14')))).toMatch(/^AA/);
      expect(await read('A-54')).toMatchObject({ status: 'cancelled' });
    }
    await post(booking('A-54', at('81500', { 11: '^^^202612021000', 25: 'Fjong' }), 'S14'));
    expect(await read('A-54')).toMatchObject({ status: 'cancelled' });
    await post(booking('A-54', at('82000', { 11: '^^^202612031000' }), 'S14'));
    expect(await read('A-54')).toMatchObject({ status: 'booked', start: '2026-12-03T09:00:00.000Z' });
    await post(booking('A-55', {}, 'S14'));
    expect(await read('A-55')).toMatchObject({ status: 'booked' });
  });

  it('about the resources of an appointment that is not known is accepted with a warning, and stores nothing', async () => {
    expect(await told(await post(booking('A-53', {}, 'S19')))).toBe('AA SCH^1^2 204');
    const found = await told(await post(booking('A-53', { pid: null, sch: { 25: 'Cancelled' } }, 'S20')));
    expect(found).toBe('AA SCH^1^2 204');
    expect((await stored('A-53')).status).toBe(404);
  });

  it('in the shape of Renalware’s: SCH-1 only, words for the marks of numbers, no offset', async () => {
    const message = [
      'MSH|^~\\&|TIE|BLT|RENAL|MSE|20261106150701||SIU^S12|Q166323123199|P|2.4',
      'SCH|349549015||||||Kontrol||30|MINUTES|^^30^20261206120000^20261206123000||||||||||||||Confirmed',
      'PID|1||20769857^^^RNJ MRN^MRN||TEST^IDA^^^^^CURRENT||19870101|2|||Vej 1||0766655652^MOBILE~02011110111^HOME~ida@test.co^EMAIL|""^BUSINESS||""',
      'PV1|1|O|RNJ OPD^Klinik^^RNJ ROYAL^^AMB',
      'RGS|1',
      'AIL|1||RNJ OPD^^^RNJ ROYAL^^AMB',
    ].join('\r');
    const response = await post(message);
    expect(await response.clone().text()).toContain('\rMSA|AA|Q166323123199|Warning: The phone number');
    expect(await told(response)).toBe('AA');
    const found = await read('349549015');
    expect(found).toMatchObject({ start: '2026-12-06T11:00:00.000Z', phone: null, location: { text: 'RNJ ROYAL' } });
  });

  it('in the shape of FHIR-Converter’s: TQ1 with an odd offset, XTN-12 that is no number, a language of three letters', async () => {
    const message = [
      'MSH|^~\\&|SCHApp|GHH^2.16.840^ISO|EHR^1.Aux^ISO|GHR^2.16^ISO|202109231126+0215|SECURITY|SIU^S15^SIU_S15|MSG00016|P|2.8',
      'SCH|52345|56996||||Add|EMERGENCY|Normal|60|s|2^^2 hours^202010011126+0215^202010091126+0215^R||||||||||||||Cancelled',
      'TQ1|||||||20261224093000+0215|20261224102000+0215|A',
      'PID|1||PATID1^5^M11^test1&2.16.1&HCD^MR||EVERYMAN^ADAM||198808181126+0215|M||||GL|78788788^^CP^5555^^^1111^^^^^2222~12121212^^CP|7777^^CP~1111^^TDD|ara^^HL70296',
      'AIL|001||055^Room01^^GH Clinic|C||20261224093000+0215',
    ].join('\n');
    expect(await told(await post(message))).toBe('AA SCH^1^2 204');
    expect(await read('56996')).toMatchObject({
      status: 'cancelled',
      start: '2026-12-24T07:15:00.000Z',
      phone: '+4578788788',
      language: 'ar',
    });
  });

  it('is a repeat with the same control id and body, and a new one with another body', async () => {
    const first = booking('A-3', { msh: { 10: 'SAME' } });
    expect(await told(await post(first))).toBe('AA');
    expect(await told(await post(booking('A-3', { msh: { 10: 'SAME' }, sch: { 11: '^^^202612030900' } }, 'S13')))).toBe(
      'AA',
    );
    expect(await told(await post(first))).toBe('AA');
    expect(await read('A-3')).toMatchObject({ start: '2026-12-03T08:00:00.000Z' });
  });

  it('with a key that came with another body is refused', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    expect(await told(await post(booking('A-4'), { headers }))).toBe('AA');
    expect(await told(await post(booking('A-5'), { headers }))).toBe('AE  205');
    expect((await stored('A-5')).status).toBe(404);
  });

  it('is led to its appointment by the other id where that has a namespace', async () => {
    await post(booking('F-6', { sch: { 1: 'P-6^ORD' } }));
    expect(await told(await post(booking('', { sch: { 1: 'P-6^ORD', 2: '' } }, 'S15')))).toBe('AA');
    expect(await read('F-6')).toMatchObject({ status: 'cancelled' });
  });

  it('of a test is planned and never sent', async () => {
    await post(booking('A-7', { msh: { 11: 'T' } }));
    const { reminders } = await read('A-7');
    expect(new Set((reminders as { reason: string }[]).map(({ reason }) => reason))).toEqual(new Set(['test']));
  });
});

describe('news of a patient', () => {
  const pid = (id: string, phone: string, more = {}) =>
    segment('PID', { 3: `${id}^^^RH^MR`, 13: `${phone}^PRN^CP`, ...more });

  it('changes the number of appointments ahead', async () => {
    await post(booking('A-10', { pid: { 3: 'N-1^^^RH^MR' } }));
    expect(await told(await post(adt('A08', pid('N-1', '20123499'))))).toBe('AA');
    expect(await read('A-10')).toMatchObject({ phone: '+4520123499' });
  });

  it('that somebody has died cancels what is planned', async () => {
    await post(booking('A-11', { pid: { 3: 'N-2^^^RH^MR' } }));
    expect(await told(await post(adt('A31', pid('N-2', '20123456', { 30: 'Y' }))))).toBe('AA');
    const { reminders } = await read('A-11');
    expect((reminders as { status: string }[]).filter(({ status }) => status === 'planned')).toEqual([]);
  });

  it('a merge leads the new id to the old one’s appointments', async () => {
    await post(booking('A-12', { pid: { 3: 'N-3^^^RH^MR' } }));
    expect(await told(await post(adt('A40', pid('N-4', '20123498'), 'MRG|N-3')))).toBe('AA');
    expect(await read('A-12')).toMatchObject({ phone: '+4520123498' });
  });
});

describe('what is refused is told in the ACK', () => {
  it.each([
    ['no SCH', siu({ sch: null }), 'AE SCH 100'],
    ['no id', siu({ sch: { 2: '' } }), 'AE SCH^1^2 101'],
    ['a booking without a start', booking('B-1', { sch: { 11: '' } }), 'AE SCH^1^11 101'],
    ['a date only', booking('B-2', { sch: { 11: '^^^20261201' } }), 'AE SCH^1^11 102'],
    ['an hour that the clocks skip', booking('B-3', { sch: { 11: '^^^202703280230' } }), 'AE SCH^1^11 102'],
    ['news without a patient of what is not known', booking('B-4', { pid: null }), 'AE PID 100'],
    ['two messages', `${booking('B-5')}\r${booking('B-6')}`, 'AR MSH^2 100'],
  ])('%s', async (_, message, answer) => {
    expect(await told(await post(message))).toBe(answer);
  });

  it('and nothing of it is stored', async () => {
    for (const reference of ['B-1', 'B-2', 'B-3', 'B-4', 'B-5', 'B-6'])
      expect((await stored(reference)).status).toBe(404);
  });

  it('without repeating a value of it', async () => {
    const message = booking('B-7', { sch: { 11: '^^^20123456' }, pid: { 13: 'x20123457', 19: '0101801234' } });
    expect(await (await post(message)).text()).not.toMatch(/2012345|010180/);
  });

  it('what is about no appointment is accepted, or refused where the source says so', async () => {
    const strict = await test.makeSource('rh', 'strict', { unknownEvents: 'reject' });
    const message = (type: string) => siu({ msh: { 9: type, 10: randomUUID() } });
    // It holds an SCH, of which nothing is stored.
    expect(await told(await post(message('ORU^R01')))).toBe('AA SCH 102');
    const found = await told(await post(message('ORU^R01'), { source: 'strict', token: strict.token }));
    expect(found).toBe('AR MSH^1^9 200');
    const result = await told(await post(message('SIU^S99'), { source: 'strict', token: strict.token }));
    expect(result).toBe('AR MSH^1^9 201');
  });
});

it('local codes are read as the source says', async () => {
  const mapped = await test.makeSource('rh', 'mapped', {
    statusMap: { '4': 'cancelled', '9': 'ignore' },
    idField: 'placer',
  });
  const send = (code: string) =>
    post(booking('F-1', { sch: { 1: `P-${code}`, 25: code } }, 'S14'), { source: 'mapped', token: mapped.token });
  expect([await told(await send('4')), await told(await send('9'))]).toEqual(['AA SCH^1^1 204', 'AA']);
  expect(await (await stored('P-4', 'mapped')).json()).toMatchObject({ status: 'cancelled' });
  expect((await stored('P-9', 'mapped')).status).toBe(404);
});

describe('how it is acknowledged', () => {
  it.each([
    ['application/hl7-v2', 'application/hl7-v2; charset=utf-8'],
    ['application/hl7-v2+er7; charset=UTF-8', 'application/hl7-v2+er7; charset=UTF-8'],
    ['x-application/hl7-v2+er7', 'x-application/hl7-v2+er7; charset=utf-8'],
    ['text/plain;charset="utf-8"', 'text/plain; charset=utf-8'],
    ['application/octet-stream', 'application/octet-stream; charset=utf-8'],
    [null, 'application/hl7-v2; charset=utf-8'],
  ])('%s with %s', async (type, answered) => {
    const response = await post(booking('C-1'), { type });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, answered]);
  });

  it('in the characters of the message', async () => {
    const message = encodeHl7(booking('C-2', { msh: { 3: 'Hjørring', 18: '8859/1' } }), 'windows-1252');
    const response = await post(message);
    expect(response.headers.get('Content-Type')).toBe('application/hl7-v2; charset=windows-1252');
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toContain('|Hjørring|');
    // A charset that is claimed and does not fit is not claimed again.
    const claimed = await post(message, { type: 'text/plain; charset=utf-8' });
    expect(claimed.headers.get('Content-Type')).toBe('text/plain; charset=windows-1252');
  });

  it('an acknowledgement with nothing', async () => {
    const response = await post('MSH|^~\\&|A|B|C|D|20261124||ACK^S12|1|P|2.5\rMSA|AA|7');
    expect([response.status, await response.text(), response.headers.get('Content-Type')]).toEqual([200, '', null]);
  });

  it('in enhanced mode as MSH-15 asks', async () => {
    const enhanced = await test.makeSource('rh', 'enhanced', { ackMode: 'enhanced' });
    const send = (accept: string, change = {}) =>
      post(booking('C-3', { msh: { 15: accept, 16: 'NE' }, ...change }), { source: 'enhanced', token: enhanced.token });
    expect(await told(await send('AL'))).toBe('CA');
    expect(await told(await send('ER', { pid: null, sch: { 2: 'C-9' } }))).toBe('CE PID 100');
    expect(await (await send('ER')).text()).toBe('');
    expect(await told(await post(booking('C-4', { msh: { 15: 'AL', 16: 'NE' } })))).toBe('AA');
  });
});

describe('who may send', () => {
  const message = () => booking('D-1');
  const status = async (headers: Record<string, string>) => (await post(message(), { headers })).status;

  it('a bearer token, Basic, or a Standard Webhooks signature', async () => {
    expect(await status({})).toBe(200);
    expect(await status({ Authorization: `Basic ${Buffer.from(`mirth:${token}`).toString('base64')}` })).toBe(200);
    const body = message();
    const [id, at] = [randomUUID(), String(test.clock.now.getTime() / 1000)];
    const key = Buffer.from(webhookSecret.replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
    const headers = {
      Authorization: '',
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': `v1,${signature}`,
    };
    expect((await post(body, { headers })).status).toBe(200);
    expect((await post(message(), { headers })).status).toBe(401);
  });

  it('nobody else: 401 offers Basic, and nothing is read before', async () => {
    for (const source of ['epj', 'nowhere']) {
      const response = await post('this is no message', { source, token: 'wrong' });
      expect([response.status, response.headers.get('Content-Type')]).toEqual([401, 'text/plain; charset=utf-8']);
      expect(response.headers.get('WWW-Authenticate')).toContain('Basic realm=');
      expect(await response.text()).toMatch(/credentials/);
    }
  });
});

describe('what is no message to acknowledge', () => {
  it.each<[string, number, string | Uint8Array, Sent]>([
    ['no MSH', 400, 'PID|1', {}],
    ['nothing', 400, '', {}],
    ['XML', 415, '<SIU_S12/>', { type: 'application/hl7-v2+xml' }],
    ['JSON', 415, '{}', { type: 'application/json' }],
    ['FHIR', 415, '{}', { type: 'application/fhir+json' }],
    ['an unknown charset', 415, siu(), { type: 'application/hl7-v2; charset=klingon' }],
    ['compressed', 415, siu(), { headers: { 'Content-Encoding': 'gzip' } }],
    ['over 1 MiB', 413, 'x'.repeat(1024 * 1024 + 1), {}],
  ])('%s is %d, with a sentence in plain text', async (_, status, body, sent) => {
    const response = await post(body, sent);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'text/plain; charset=utf-8']);
    expect(await response.text()).toMatch(/^[A-Z].*\.\n$/s);
  });

  it('another method is 405', async () => {
    const response = await test.request('/v1/hl7v2/epj', { method: 'PUT', token });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST']);
  });

  it('our own outage is 503, never an AE: the sender keeps the message', async () => {
    const away = await openDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' });
    const deps = { ...test.deps, db: away.db };
    const app = createApp({ ...deps, receiver: new Receiver(deps) });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/hl7-v2' };
    const response = await app.request('/v1/hl7v2/epj', { method: 'POST', headers, body: booking('E-1') });
    await away.close();
    expect([response.status, response.headers.get('Content-Type')]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});

it('no number of a message reaches a log', async () => {
  await post(booking('F-1', { pid: { 13: '20123488', 19: '0101801234' } }));
  await post(booking('0101801234', { pid: { 13: '20123488' } }));
  expect(test.logged.length).toBeGreaterThan(0);
  for (const line of test.logged) expect(line).not.toMatch(/20123488|0101801234/);
});
