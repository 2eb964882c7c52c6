import pino from 'pino';
import { expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { invite, join } from '../support/pages.ts';
import { useApp } from '../support/scenario.ts';

const DAY_MS = 86_400_000;
const test = useApp({ authorities: ['rh', 'kk'] });

const log = pino({ level: 'silent' });
const purgeAfter = async (days: number) => {
  await purge({ db: test.db, log }, { auditRetentionDays: 730 }, new Date(test.clock.now.getTime() + days * DAY_MS));
};
const counts = async () => {
  const [people, accounts, sessions, invitations] = await Promise.all([
    test.db.selectFrom('person').select('id').execute(),
    test.db.selectFrom('account').select('id').execute(),
    test.db.selectFrom('session').select('id_hash').execute(),
    test.db.selectFrom('invitation').select('token_hash').execute(),
  ]);
  return [people, accounts, sessions, invitations].map(({ length }) => length);
};

it('forgets sessions and links that are over, invitations that nobody accepted, and the name of whoever left five years ago', async () => {
  await join(test, { email: 'bliver@example.org', role: 'viewer', authority: 'rh' });
  await join(test, { email: 'forlader@example.org', role: 'viewer', authority: 'rh' });
  await invite(test, { email: 'kommer-aldrig@example.org', role: 'viewer', authority: 'rh' });
  const { items } = await test.json<{ items: { id: string; email: string }[] }>(200, '/v1/authorities/rh/people');
  const { id } = items.find(({ email }) => email.startsWith('forlader')) ?? { id: '' };
  await test.json(204, `/v1/authorities/rh/people/${id}`, { method: 'DELETE' });
  expect(await counts()).toEqual([3, 2, 1, 1]);
  await purgeAfter(2);
  expect(await counts()).toEqual([3, 2, 1, 1]);
  await purgeAfter(3);
  expect(await counts()).toEqual([3, 2, 1, 0]);
  // A form that is sent after a long weekend is still known to be that person's.
  await purgeAfter(4);
  expect(await counts()).toEqual([3, 2, 1, 0]);
  await purgeAfter(5);
  expect(await counts()).toEqual([3, 2, 0, 0]);
  await purgeAfter(31);
  expect(await counts()).toEqual([2, 1, 0, 0]);
  await purgeAfter(1_826);
  expect(await counts()).toEqual([2, 1, 0, 0]);
  await purgeAfter(1_827);
  expect(await counts()).toEqual([1, 1, 0, 0]);
});

it('forgets with an invitation that nobody accepted the name that it gave, and none of another authority', async () => {
  const email = 'begge@example.org';
  await join(test, { email, role: 'viewer', authority: 'rh' });
  await invite(test, { email, role: 'viewer', authority: 'kk' });
  const named = async () => {
    const rows = await test.db.selectFrom('person_name').select('authority_id').execute();
    return ['rh', 'kk'].map((id) => rows.filter((row) => row.authority_id === id).length);
  };
  const [ofRegion = 0] = await named();
  expect(await named()).toEqual([ofRegion, 1]);
  await purgeAfter(31);
  expect(await named()).toEqual([ofRegion, 0]);
});

it('keeps the name of somebody who worked there, was invited again and did not come back', async () => {
  const email = 'igen@example.org';
  await join(test, { email, role: 'viewer', authority: 'rh' });
  await invite(test, { email, role: 'viewer', authority: 'kk' });
  const { items } = await test.json<{ items: { id: string; email: string }[] }>(200, '/v1/authorities/rh/people');
  const own = items.find((each) => each.email === email)?.id ?? '';
  await test.json(204, `/v1/authorities/rh/people/${own}`, { method: 'DELETE' });
  await invite(test, { email, role: 'viewer', authority: 'rh' });
  const named = () => test.db.selectFrom('person_name').selectAll().where('authority_id', '=', 'rh').execute();
  const before = (await named()).length;
  await purgeAfter(31);
  expect(await named()).toHaveLength(before);
});
