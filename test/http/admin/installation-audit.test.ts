import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { PAGE_LIMIT } from '../../../src/http/paging.ts';
import { writeAudit, writeAuditEntries } from '../../../src/store/audit.ts';
import { useApp } from '../../support/scenario.ts';

const app = useApp({ authorities: ['rh', 'rm'] });

interface Page {
  readonly items: {
    readonly action: string;
    readonly authority: string | null;
    readonly target: string;
    readonly at: string;
    readonly recordedAt: string | null;
    readonly recordedBy: string | null;
  }[];
  readonly nextCursor: string | null;
}

it('the installation’s administrator reads the entries of every authority and of none, page by page', async () => {
  for (let nth = 0; nth < PAGE_LIMIT; nth++) {
    const entry = { actor: 'retention', action: 'retention.erase', authorityId: null, target: `${nth}` };
    await writeAudit(app.db, entry, new Date(app.clock.now.getTime() + nth));
  }
  const first = await app.json<Page>(200, '/v1/installation/audit');
  const second = await app.json<Page>(200, `/v1/installation/audit?cursor=${first.nextCursor}`);
  const all = [...first.items, ...second.items];
  expect(all).toHaveLength(PAGE_LIMIT + 2);
  expect(new Set(all.map(({ authority }) => authority))).toEqual(new Set([null, 'rh', 'rm']));
  expect(new Set(all.map(({ target }) => target)).size).toBe(PAGE_LIMIT + 2);
  expect(second.nextCursor).toBeNull();
});

it('each entry says when, by the server’s clock, and by which user of the database it was written, whatever its time says', async () => {
  const asked = sql<{ now: Date; user: string }>`select clock_timestamp() as now, session_user as user`;
  const { rows } = await asked.execute(app.db);
  const past = new Date(app.clock.now.getTime() - 900 * 86_400_000);
  const entry = { actor: 'administrator', action: 'authority.pause', authorityId: 'rh', target: 'back-dated' };
  await writeAudit(app.db, entry, past);
  await writeAuditEntries(app.db, [{ ...entry, target: 'back-dated too' }], past);
  const later = (await asked.execute(app.db)).rows[0]?.now;
  const key = await app.createKey('rh', 'administrator');
  const own = await app.json<Page>(200, '/v1/authorities/rh/audit', { token: key });
  for (const target of ['back-dated', 'back-dated too']) {
    const [found] = own.items.filter((each) => each.target === target);
    expect(found).toMatchObject({ at: past.toISOString(), recordedBy: rows[0]?.user });
    const order = [rows[0]?.now.toISOString(), found?.recordedAt, later?.toISOString()];
    expect(order).toEqual(order.toSorted());
  }
  const whole = await app.json<Page>(200, '/v1/installation/audit');
  expect(whole.items.every(({ recordedBy, recordedAt }) => recordedBy === rows[0]?.user && recordedAt)).toBe(true);
});

it('nobody else does', async () => {
  const key = await app.createKey('rh', 'administrator');
  await app.json(403, '/v1/installation/audit', { token: key });
  const own = await app.json<Page>(200, '/v1/authorities/rh/audit', { token: key });
  expect(own.items.map(({ action }) => action)).not.toContain('retention.erase');
});
