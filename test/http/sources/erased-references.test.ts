import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberRecordedEvents } from '../../../src/events/number-events.ts';
import { eraseWithProof } from '../../../src/staff/citizens/erase-citizen.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { inOpenTransaction, waitingForLock } from '../../support/contention.ts';
import { SIU } from '../../support/every-field.ts';

interface Answer {
  readonly results?: readonly { readonly reference: string | null }[];
  readonly result: string;
  readonly reference: string | null;
}

let test: TestApp;
let token: string;
async function open(kind?: 'embedded' | 'postgres'): Promise<void> {
  test = await openTestApp(kind);
  await test.makeAuthority('rh');
  ({ token } = await test.makeSource('rh', 'epj'));
}
const post = (id: string, data: object = {}, { type = 'appointment.booked', key = '' } = {}) =>
  test.json<Answer>(202, '/v1/webhooks/epj', {
    token,
    body: { type, data: { id, start: '2026-12-01T09:00:00+01:00', ...data } },
    headers: key === '' ? {} : { 'Idempotency-Key': key },
  });
const erase = (phone: string) =>
  eraseWithProof(test.deps, { authorityId: 'rh', phone, actor: 'administrator' }, test.clock.now);
const references = async () => {
  const rows = await test.db.selectFrom('appointment').select('reference').orderBy('reference').execute();
  return rows.map(({ reference }) => reference);
};
const erasedOf = (reference: string) => `erased-${test.deps.keyring.idHash('epj', reference)}`;

describe('a reference that may be its citizen’s number', () => {
  beforeAll(() => open());
  afterAll(() => test.close());

  it('is taken, and replaced by its keyed hash once the citizen is erased, where any other stays', async () => {
    for (const id of ['REF-51234567', 'ABC0107851234', 'A-1']) await post(id, { patient: { phone: '20110101' } });
    await numberRecordedEvents(test.deps, test.clock.now);
    expect(await references()).toEqual(['A-1', 'ABC0107851234', 'REF-51234567']);
    await erase('+4520110101');
    const erased = ['REF-51234567', 'ABC0107851234'].map(erasedOf);
    expect(await references()).toEqual(['A-1', ...erased].sort());
    await numberRecordedEvents(test.deps, test.clock.now);
    const feed = await (await test.request('/v1/sources/epj/events', { token })).text();
    expect(feed).toContain(erased[0]);
    expect(feed).not.toMatch(/51234567|0107851234/);
  });

  it.each([
    ['a change', 'appointment.updated', {}],
    ['a booking', 'appointment.booked', { patient: { phone: '20110102' } }],
    ['a cancellation', 'appointment.cancelled', {}],
  ])('goes on leading to what was erased: %s brings nothing back, and is told no number', async (_, type, data) => {
    const before = await references();
    const given = await post('REF-51234567', { department: 'Klinik 7', ...data }, { type });
    expect(given.reference).toBe(erasedOf('REF-51234567'));
    expect(await references()).toEqual(before);
    const row = await test.db
      .selectFrom('appointment')
      .select(['phone_hash', 'department', 'reference'])
      .where('reference', '=', erasedOf('REF-51234567'))
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ phone_hash: null, department: null });
  });

  it('finds it for the booking system and for staff, who are not told it', async () => {
    const own = await test.json(200, '/v1/sources/epj/appointments/REF-51234567', { token });
    const ofStaff = await test.json(200, '/v1/authorities/rh/appointments/epj/REF-51234567');
    for (const view of [own, ofStaff]) {
      expect(view).toMatchObject({ reference: erasedOf('REF-51234567'), erasedAt: expect.any(String), phone: null });
      expect(JSON.stringify(view)).not.toContain('51234567');
    }
  });

  it('is in no result that is kept with an idempotency key, and in the answer to a repeat', async () => {
    const first = await post('RUN-30405060', { patient: { phone: '20110103' } }, { key: 'k-1' });
    const kept = await test.db.selectFrom('idempotency_key').select(['key', 'response']).execute();
    expect([first.reference, JSON.stringify(kept)]).toEqual(['RUN-30405060', expect.not.stringContaining('30405060')]);
    const again = await post('RUN-30405060', { patient: { phone: '20110103' } }, { key: 'k-1' });
    expect(again).toMatchObject({ result: 'duplicate', reference: 'RUN-30405060' });
  });

  it('leaves the occurrences of a series one series', async () => {
    const hl7 = (event: string, nth: string, control: string) => {
      const body = SIU.join('\r')
        .replace('SCH|P-A-0^ORD|A-0^EPJ||', `SCH|P-9^ORD|SER-40506070^EPJ|${nth}|`)
        .replace('20123456^PRN', '20110104^PRN')
        .replace('S12^SIU_S12|A-0|P', `${event}^SIU_S12|${control}|P`);
      return test.request('/v1/hl7v2/epj', { token, body, headers: { 'Content-Type': 'application/hl7-v2' } });
    };
    for (const nth of ['1', '2']) expect((await hl7('S12', nth, `c-${nth}`)).status).toBe(200);
    await erase('+4520110104');
    expect((await references()).filter((each) => each.includes('40506070'))).toEqual([]);
    expect((await hl7('S15', '""', 'c-3')).status).toBe(200);
    const rows = await test.db
      .selectFrom('appointment')
      .select(['reference', 'status'])
      .where('reference', 'like', `${erasedOf('SER-40506070')}#%`)
      .execute();
    expect(rows.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('stays where others go by it, too, unless it is this very number', async () => {
    const group = (id: string, phones: readonly string[]) => {
      const contained = phones.map((value, nth) => {
        const telecom = [{ system: 'phone', value, use: 'mobile' }];
        return {
          resourceType: 'Patient',
          id: `p${nth}`,
          identifier: [{ system: 'x', value: `${id}-${nth}` }],
          telecom,
        };
      });
      const body = {
        ...{ resourceType: 'Appointment', id, status: 'booked', start: '2026-12-01T08:00:00Z', contained },
        participant: contained.map((each) => ({ actor: { reference: `#${each.id}` }, status: 'accepted' })),
      };
      return test.request('/v1/fhir/epj', { token, body, headers: { 'Content-Type': 'application/fhir+json' } });
    };
    for (const [id, phones] of [
      ['G-50607080', ['20110105', '20110106']],
      ['G-20110107', ['20110107', '20110108']],
    ] as const)
      expect((await group(id, phones)).status).toBeLessThan(300);
    const groups = async () => {
      const rows = await test.db.selectFrom('appointment').select('group_reference').execute();
      return new Set(rows.map((row) => row.group_reference).filter((id) => id !== null && !id.includes('SER')));
    };
    expect([...(await groups())]).toEqual(expect.arrayContaining(['G-50607080', 'G-20110107']));
    for (const phone of ['+4520110105', '+4520110107']) await erase(phone);
    expect([...(await groups())]).toContain('G-50607080');
    expect((await references()).filter((each) => each.includes('20110107'))).toEqual([]);
    expect([...(await groups())]).not.toContain('G-20110107');
    await erase('+4520110106');
    expect([...(await groups())]).not.toContain('G-50607080');
    expect((await references()).filter((each) => each.includes('50607080'))).toEqual([]);
  });
});

describe('an erasure and a message about the same appointment at once', () => {
  beforeAll(() => open('postgres'));
  afterAll(() => test.close());

  it('leave one appointment, without the number', async () => {
    await post('REF-51234568', { patient: { phone: '20110109' } });
    const held = await inOpenTransaction(test.db, (trx) =>
      trx.selectFrom('appointment').select('id').where('reference', '=', 'REF-51234568').forUpdate().execute(),
    );
    const erased = erase('+4520110109');
    await waitingForLock(test.db, 1);
    const changed = post('REF-51234568', { patient: { phone: '20110109' } }, { type: 'appointment.updated' });
    await waitingForLock(test.db, 2);
    await held.commit();
    await Promise.all([erased, changed]);
    expect(await references()).toEqual([erasedOf('REF-51234568')]);
    expect(await test.db.selectFrom('appointment').select('phone_hash').execute()).toEqual([{ phone_hash: null }]);
  });
});
