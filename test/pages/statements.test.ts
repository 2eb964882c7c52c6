import { expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { enter, PageClient, type TestInvite } from '../support/pages.ts';
import { scenario } from '../support/scenario.ts';
import { countingRows } from '../support/statements.ts';
import { insert } from '../support/stored-rows.ts';

const TOMORROW = new Date('2026-11-25T08:00:00Z');
const DEPARTMENT = 'Øre';

let statements = 0;
let app: ReturnType<typeof createApp>;
/** An authority in which every list of the start page has something, and which tells what SMS cost. */
const { test, rows } = scenario({
  authorities: { rh: { sources: { rh: { mode: 'paused' } } }, other: {} },
  prepare: async () => {
    const { db, deps, clock } = test;
    app = createApp({ ...deps, db: db.withPlugin(countingRows(() => statements++)) });
    const appointment = (phone: string | null, reference: string) =>
      rows.appointment('rh', phone, { reference, start_at: TOMORROW, department: DEPARTMENT });
    const unsent = { status: 'expired', reason: 'too_late', expires_at: TOMORROW, next_at: null } as const;
    await rows.reminder('rh', await appointment('+4520123456', 'A-1'), unsent);
    await rows.reminder('rh', await appointment(null, 'A-2'), { ...unsent, status: 'suppressed', reason: 'no_phone' });
    const handled = await appointment('+4520123457', 'A-3');
    await enter(test, { role: 'operator', authority: 'rh' });
    const { id: person } = await db.selectFrom('person').select('id').executeTakeFirstOrThrow();
    await insert(db, 'handled_appointment', {
      ...{ appointment_id: handled, slot: 0, authority_id: 'rh', handled_at: clock.now },
      handled_by: `person:${person}`,
    });
    await rows.cancellation('rh', '+4520123458', await appointment('+4520123458', 'A-4'));
    const price = { currency: 'DKK', per_segment_micro: '300000', valid_from: '2026-11-10' };
    await insert(db, 'gateway_price', { ...price, gateway: 'simulator', country: 'DK' });
  },
});

/** The statements that a page executes for a new person, but for those that only its first visitor ever causes. */
async function statementsOf(path: string, who: Omit<TestInvite, 'role'>): Promise<number> {
  const { cookie } = await enter(test, { role: 'operator', ...who });
  const client = new PageClient({ app, deps: test.deps });
  client.cookie = cookie;
  await client.get(path);
  statements = 0;
  const { status } = await client.get(path);
  expect(status).toBe(200);
  return statements;
}

const [EVERYWHERE, LIMITED] = [{ authority: null }, { authority: 'rh', departments: [DEPARTMENT] }] as const;

it('the start page asks the database sixteen times at most, whoever visits it and whatever it lists', async () => {
  expect(await statementsOf('/admin?authority=rh', EVERYWHERE)).toBeLessThanOrEqual(16);
  expect(await statementsOf('/admin?authority=rh', LIMITED)).toBeLessThanOrEqual(13);
});

it.each([
  ['of replies', '/admin/replies?authority=rh', 6],
  ['of opt-outs', '/admin/opt-outs?authority=rh', 4],
])('a list %s asks twice who the visitor is and what they may see, and few times for itself', async (_, path, most) => {
  expect(await statementsOf(path, EVERYWHERE)).toBeLessThanOrEqual(most);
  expect(await statementsOf(path, LIMITED)).toBeLessThanOrEqual(most);
});
