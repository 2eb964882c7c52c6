import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../../src/dispatch/gateways/gateway-caller.ts';
import { releaseAllMapped } from '../../../src/intake/release-mapped.ts';
import { sweep } from '../../../src/operations/sweep.ts';
import { segment, siu } from '../../formats/hl7v2/message.ts';
import { useApp } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const NOON = new Date('2026-11-24T11:00:00Z');
/** The day before the appointments, when their last reminder is due. */
const DUE = new Date('2026-11-30T11:00:00Z');

const test = useApp({
  authorities: { rh: { notices: { booked: true, moved: true, cancelled: true }, sources: ['epj'] } },
});

let made = 0;
/** A message made a second after the one before it. @param code of SCH-25 */
function message(reference: string, event: string, code = '', change: Parameters<typeof siu>[0] = {}): string {
  const at = `20261124090${String(100 + ++made).slice(-3)}`;
  const msh = { 7: at, 10: randomUUID(), ...change.msh };
  return siu({ ...change, msh, sch: { 2: `${reference}^EPJ`, 25: code, ...change.sch } }, event);
}

async function post(body: string, source = 'epj', by = test.token): Promise<string> {
  const headers = { Authorization: `Bearer ${by}`, 'Content-Type': 'application/hl7-v2' };
  const response = await test.app.request(`/v1/hl7v2/${source}`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  return (await response.text()).replaceAll('\r', '\n');
}

interface Read {
  readonly status: string;
  readonly start: string | null;
  readonly reminders: readonly {
    readonly rule: string;
    readonly slot: number;
    readonly status: string;
    readonly reason: string | null;
    readonly heldReason: string | null;
  }[];
}
const read = (reference: string, source = 'epj') =>
  test.json<Read>(200, `/v1/authorities/rh/appointments/${source}/${encodeURIComponent(reference)}`);
const statesOf = async (reference: string, source?: string) =>
  (await read(reference, source)).reminders.map(
    ({ rule, slot, status, heldReason }) => `${rule} ${slot} ${status}${heldReason === null ? '' : `, ${heldReason}`}`,
  );
const unmapped = async (source = 'epj') => {
  await test.deps.receiver.idle();
  const path = `/v1/authorities/rh/sources/${source}/unmapped`;
  const { items } = await test.json<{ items: { field: string; value: string }[] }>(200, path);
  return items.map(({ field, value }) => `${field} ${value}`);
};

/** Hands over whatever may go on the day before the appointments. @returns how many SMS each appointment got by then */
async function handOver(now = DUE): Promise<ReadonlyMap<string, number>> {
  test.clock.now = now;
  try {
    const [gateway] = test.deps.gateways;
    const dispatcher = new Dispatcher(test.deps, new GatewayCaller(gateway, test.deps));
    await dispatcher.startDue();
    await dispatcher.stop();
    const rows = await test.db
      .selectFrom('message as m')
      .innerJoin('reminder as r', 'r.id', 'm.reminder_id')
      .innerJoin('appointment as a', 'a.id', 'r.appointment_id')
      .select(['a.reference'])
      .execute();
    const sent = new Map<string, number>();
    for (const { reference } of rows) sent.set(reference, (sent.get(reference) ?? 0) + 1);
    return sent;
  } finally {
    test.clock.now = NOON;
  }
}

const WARNED = 'ERR||SCH^1^25|102^Data type error^HL70357|W|unknown_status||';
const HELD = ['three-days-before 0 planned, status_unclear', 'day-before 0 planned, status_unclear'];

describe('a booked appointment whose SCH-25 may say in unknown words that it has ended', () => {
  it.each([
    ...['Cancelled - late', 'Patient cancelled - rebook', 'Aflyst pga. sygdom', 'Ikke fremmødt', 'Cncl', 'Canc', 'CX'],
    ...['Void', 'Declined', 'Missed', 'Not Arrived', 'LWBS', 'Ikke aflyst', 'Z7^Aflyst pga. sygdom^EPJ'],
  ])('%s: a warning, it waits, and no SMS goes', async (code) => {
    const text = Buffer.from(code).toString('hex').slice(0, 20);
    for (const event of ['S12', 'S13', 'S14', 'S18', 'S23']) {
      const reference = `${event}-${text}`;
      await post(message(reference, 'S12', 'Booked'));
      const ack = await post(message(reference, event, code));
      expect(ack).toContain('MSA|AA');
      expect(ack).toContain(WARNED);
      expect(await read(reference)).toMatchObject({ status: 'booked' });
      expect((await statesOf(reference)).filter((each) => !each.includes('status_unclear'))).toEqual([]);
    }
    expect(await unmapped()).toContain(`status ${code.split('^')[1] ?? code}`);
  });

  it.each(['X', 'Inactive', 'Bumped', 'Expired'])('%s only warns', async (code) => {
    await post(message(`warn-${code}`, 'S12', 'Booked'));
    const ack = await post(message(`warn-${code}`, 'S14', code));
    expect(ack).toContain(WARNED);
    expect((await statesOf(`warn-${code}`)).join()).not.toContain('status_unclear');
    expect(await unmapped()).toContain(`status ${code}`);
  });

  it('a known status, and whatever stands in a message that ends it, brings no warning', async () => {
    expect(await post(message('known', 'S12', 'Booked'))).not.toContain('unknown_status');
    expect(await post(message('known', 'S15', 'Aflyst pga. sygdom'))).not.toContain('unknown_status');
  });

  it('a message before 2.5 has the warning in MSA-3, beside AA', async () => {
    const ack = await post(message('old', 'S12', 'Cncl', { msh: { 12: '2.3' } }));
    expect(ack).toMatch(/MSA\|AA\|[^|]+\|Warning: The status is not known, .*\(SCH-25\)/);
    expect(ack).not.toContain('ERR|');
  });

  it('a new one is booked, waits, and is told to nobody; nothing is handed over, whatever is due', async () => {
    await post(message('new', 'S12', 'Cancelled - late'));
    expect(await read('new')).toMatchObject({ status: 'booked', start: '2026-12-01T08:00:00.000Z' });
    expect(await statesOf('new')).toEqual(HELD);
    await post(message('sent', 'S12', 'Booked'));
    const sent = await handOver();
    expect(sent.get('new')).toBeUndefined();
    expect(sent.get('sent')).toBeGreaterThan(0);
    expect(await statesOf('new')).toEqual(HELD);
  });

  it('neither an unusable start nor several patients keep it from waiting', async () => {
    await post(message('bare', 'S12', 'Booked'));
    expect(await post(message('bare', 'S13', 'Cncl', { sch: { 11: '^^^rubbish' } }))).toContain('MSA|AA');
    expect((await statesOf('bare')).join()).toContain('status_unclear');
    await post(message('two', 'S12', 'Booked'));
    const other = segment('PID', { 3: 'P-200^^^RH^MR' });
    expect(await post(message('two', 'S14', 'Cncl', { more: [other] }))).toContain('MSA|AA');
    expect((await statesOf('two')).join()).toContain('status_unclear');
  });

  it('an older message of its kind holds it all the same, and moves nothing', async () => {
    const late = message('late', 'S14', 'Cncl', { sch: { 11: '^^^202612050900' } });
    await post(message('late', 'S12', 'Booked'));
    await post(late);
    expect(await read('late')).toMatchObject({ status: 'booked', start: '2026-12-01T08:00:00.000Z' });
    expect((await statesOf('late')).join()).toContain('status_unclear');
    await post(message('late', 'S14', 'Booked'));
    expect((await statesOf('late')).join()).not.toContain('status_unclear');
    await post(late.replace(/\|[^|]{36}\|P/, `|${randomUUID()}|P`));
    expect((await statesOf('late')).join()).not.toContain('status_unclear');
  });

  it('what has ended stays so, and holds nothing', async () => {
    await post(message('over', 'S12', 'Booked'));
    await post(message('over', 'S15'));
    await post(message('over', 'S12', 'Cancelled - late'));
    expect(await read('over')).toMatchObject({ status: 'cancelled' });
    expect((await statesOf('over')).join()).not.toContain('planned');
  });

  it('goes on waiting through messages without a status, new versions and moves, and is told of none', async () => {
    await post(message('long', 'S12', 'Cncl'));
    await post(message('long', 'S14'));
    await post(message('long', 'S19', 'X'));
    await post(message('long', 'S14', 'Cncl'));
    await post(message('long', 'S14', 'Cncl', { sch: { 11: '^^^202612020900' } }));
    expect(await read('long')).toMatchObject({ status: 'booked', start: '2026-12-02T08:00:00.000Z' });
    const states = await statesOf('long');
    const found = states.filter((each) => each.includes('planned'));
    expect(found).toEqual(['three-days-before 1 planned, status_unclear', 'day-before 1 planned, status_unclear']);
    await post(message('long', 'S14', 'Booked', { sch: { 11: '^^^202612020900' } }));
    expect((await statesOf('long')).filter((each) => each.includes('planned')).sort()).toEqual([
      'confirmation 1 planned',
      'day-before 1 planned',
      'three-days-before 1 planned',
    ]);
  });

  it('all occurrences of a series wait where none is named', async () => {
    for (const nth of ['1', '2'])
      await post(message('serie', 'S12', 'Booked', { sch: { 3: nth, 11: `^^^2026120${nth}0900` } }));
    expect(await post(message('serie', 'S14', 'Cncl'))).toContain('MSA|AA');
    for (const nth of ['1', '2'])
      expect((await statesOf(`serie#${nth}`)).join()).toContain('day-before 0 planned, status_unclear');
  });

  it('an event with a known status ends it, with the notice that it calls for', async () => {
    const ahead = { sch: { 11: '^^^202612080900' }, pid: { 13: '20123477^PRN^CP' } };
    await post(message('end', 'S12', 'Booked', ahead));
    expect((await handOver(new Date('2026-11-24T11:05:00Z'))).get('end')).toBe(1);
    await post(message('end', 'S14', 'Cncl', ahead));
    await post(message('end', 'S15', '', ahead));
    expect(await read('end')).toMatchObject({ status: 'cancelled' });
    expect((await statesOf('end')).filter((each) => each.includes('planned'))).toEqual(['cancellation 0 planned']);
  });

  it('a STOP ends its reminders, and past its deadline they expire as any that is held', async () => {
    await post(message('stop', 'S12', 'Cncl', { pid: { 13: '20123499^PRN^CP' } }));
    await test.json(201, '/v1/authorities/rh/opt-outs', { body: { phone: '+4520123499', reason: 'asked by phone' } });
    expect((await read('stop')).reminders.map(({ reason }) => reason)).toEqual(['opted_out', 'opted_out']);
    await post(message('expired', 'S12', 'Cncl'));
    await handOver();
    await sweep(test.deps, test.deps.receipts, new Date('2026-12-01T07:59:00Z'));
    expect((await read('expired')).reminders.at(-1)).toMatchObject({ status: 'expired', reason: 'too_late' });
  });

  it('a dry run shows that it would wait', async () => {
    const body = message('dry', 'S12', 'Aflyst pga. sygdom');
    const headers = { Authorization: `Bearer ${test.token}`, 'Content-Type': 'application/hl7-v2' };
    const response = await test.app.request('/v1/sources/epj/test', { method: 'POST', headers, body });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(text).toContain('unknown_status');
    expect(text).toContain('no SMS is sent until the status is known');
  });
});

describe('an unknown word that is mapped', () => {
  const map = (source: string, settings: Record<string, unknown>) =>
    test.put(`/v1/authorities/rh/sources/${source}`, { name: source, ...settings });

  it('ends what waited for it as what it means, as if it came now; nothing else', async () => {
    const { token: own } = await test.makeSource('rh', 'map');
    const ahead = { sch: { 11: '^^^202612080900' }, pid: { 13: '20123478^PRN^CP' } };
    await post(message('m-1', 'S12', 'Booked', ahead), 'map', own);
    expect((await handOver(new Date('2026-11-24T11:05:00Z'))).get('m-1')).toBe(1);
    await post(message('m-1', 'S14', 'Cancelled - late', ahead), 'map', own);
    await post(message('m-2', 'S12', 'Cncl', { pid: { 13: '20123479^PRN^CP' } }), 'map', own);
    await post(message('m-3', 'S12', 'CX'), 'map', own);
    await post(message('m-4', 'S12', 'LWBS^Left without being seen'), 'map', own);
    await map('map', { statusMap: { 'CANCELLED-LATE': 'cancelled', cncl: 'booked', lwbs: 'ignore' } });
    expect(await read('m-1', 'map')).toMatchObject({ status: 'cancelled' });
    const result = (await statesOf('m-1', 'map')).filter((each) => each.includes('planned'));
    expect(result).toEqual(['cancellation 0 planned']);
    const found = (await statesOf('m-2', 'map')).sort();
    expect(found).toEqual(['confirmation 0 planned', 'day-before 0 planned', 'three-days-before 0 planned']);
    expect(await statesOf('m-3', 'map')).toEqual(HELD);
    expect(await statesOf('m-4', 'map')).toEqual(['three-days-before 0 cancelled', 'day-before 0 cancelled']);
    expect((await unmapped('map')).filter((each) => each.startsWith('status'))).toEqual(['status CX']);
    expect((await handOver()).get('m-2')).toBe(2);
  });

  it('also where the process that mapped it did not come to that', async () => {
    const { token: own } = await test.makeSource('rh', 'late');
    await post(message('l-1', 'S12', 'Cncl'), 'late', own);
    const settings = JSON.stringify({ name: 'late', statusMap: { Cncl: 'booked' } });
    await update(test.db, 'source', { id: 'late' }, { settings });
    await releaseAllMapped(test.deps);
    expect((await statesOf('l-1', 'late')).join()).not.toContain('status_unclear');
  });
});

describe('a FHIR Appointment with a reason for a cancellation beside a status that is ahead', () => {
  const put = (id: string, version: number, more: object) =>
    test.request(`/v1/fhir/fhir/Appointment/${id}`, {
      method: 'PUT',
      token: fhirToken,
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'return=OperationOutcome' },
      body: {
        resourceType: 'Appointment',
        id,
        meta: { versionId: String(version) },
        start: '2026-12-01T09:00:00+01:00',
        participant: ['p1', 'p2'].map((patient) => ({
          actor: { reference: `#${patient}`, type: 'Patient' },
          status: 'accepted',
        })),
        contained: ['p1', 'p2'].map((patient) => ({
          resourceType: 'Patient',
          id: patient,
          telecom: [{ system: 'phone', value: '+4520123456', use: 'mobile' }],
        })),
        ...more,
      },
    });
  let fhirToken: string;
  beforeAll(async () => {
    ({ token: fhirToken } = await test.makeSource('rh', 'fhir'));
  });

  it.each(['cancelationReason', 'cancellationReason'])('%s: it waits until a version has none', async (name) => {
    const id = `F-${name.length}`;
    const response = await put(id, 1, { status: 'booked', [name]: { text: 'Weather' } });
    const outcome = await response.text();
    expect(outcome).toContain('status_unclear');
    expect(outcome).toContain(`Appointment.${name}`);
    for (const member of ['p1', 'p2'])
      expect((await statesOf(`${id}~${member}`, 'fhir')).join()).toContain('status_unclear');
    await put(id, 2, { status: 'booked' });
    for (const member of ['p1', 'p2'])
      expect((await statesOf(`${id}~${member}`, 'fhir')).join()).not.toContain('status_unclear');
    const found = await (await put(id, 3, { status: 'cancelled', [name]: { text: 'Weather' } })).text();
    expect(found).not.toContain('status_unclear');
  });
});

describe('an event of a type that a mapping leaves out', () => {
  const MAPPING = {
    type: '/event',
    types: { created: 'appointment.booked', 'booking.cancelFee': null },
    fields: { id: '/id', start: '/start', phone: '/phone', timestamp: '/at' },
  };
  let own: string;
  beforeAll(async () => {
    ({ token: own } = await test.makeSource('rh', 'vendor', { mapping: MAPPING }));
  });
  const send = async (event: string, id: string, at: string) => {
    const booking = { event, id, at: `2026-11-24T${at}:00Z`, start: '2026-12-01T09:00:00+01:00', phone: '20123456' };
    return test.json(202, '/v1/webhooks/vendor', { token: own, body: booking });
  };
  const states = async (id: string) => (await statesOf(id, 'vendor')).join();

  it('stays ignored; where it may tell of an end there is a warning, and its appointment waits', async () => {
    await send('created', 'V-1', '08:00');
    const answer = await send('booking.cancel_requested', 'V-1', '08:01');
    expect(answer).toMatchObject({ result: 'ignored', warnings: [{ pointer: '/event', code: 'unknown_status' }] });
    expect(await states('V-1')).toContain('day-before 0 planned, status_unclear');
    expect(await unmapped('vendor')).toEqual(['status booking.cancel_requested']);
    expect(await send('paid', 'V-1', '08:02')).not.toHaveProperty('warnings');
    expect(await send('BookingDeleted', 'V-unknown', '08:02')).toMatchObject({ result: 'ignored' });
    expect((await test.request('/v1/authorities/rh/appointments/vendor/V-unknown')).status).toBe(404);
    await send('created', 'V-1', '08:03');
    expect(await states('V-1')).not.toContain('status_unclear');
  });

  it('says nothing where types have it as null, and older ones than the appointment change nothing', async () => {
    await send('created', 'V-2', '08:00');
    expect(await send('booking.cancelFee', 'V-2', '08:01')).not.toHaveProperty('warnings');
    await send('appointmentVoided', 'V-2', '07:00');
    expect(await states('V-2')).not.toContain('status_unclear');
  });

  it('waits until types have it', async () => {
    await send('created', 'V-3', '08:00');
    await send('visit.slettet', 'V-3', '08:01');
    await send('created', 'V-4', '08:00');
    await send('visit.annulCheck', 'V-4', '08:01');
    expect(await states('V-3')).toContain('status_unclear');
    const types = { ...MAPPING.types, 'visit.slettet': 'appointment.cancelled', 'visit.annulCheck': null };
    const body = { name: 'vendor', mapping: { ...MAPPING, types } };
    await test.put('/v1/authorities/rh/sources/vendor', body);
    expect(await read('V-3', 'vendor')).toMatchObject({ status: 'cancelled' });
    expect(await states('V-4')).not.toContain('status_unclear');
    expect(await states('V-4')).toContain('day-before 0 planned');
    expect(await unmapped('vendor')).not.toContain('status visit.slettet');
  });
});
