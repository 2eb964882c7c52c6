import { afterAll, beforeAll, expect, it } from 'vitest';
import { PAGE_LIMIT } from '../../../src/http/paging.ts';
import { writeAudit } from '../../../src/store/audit.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp('embedded');
  await app.makeAuthority('rh');
  await app.makeAuthority('rm');
});
afterAll(() => app.close());

interface Page {
  readonly items: { readonly action: string; readonly authority: string | null; readonly target: string }[];
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

it('nobody else does', async () => {
  const key = await app.makeKey('rh', 'administrator');
  await app.json(403, '/v1/installation/audit', { token: key });
  const own = await app.json<Page>(200, '/v1/authorities/rh/audit', { token: key });
  expect(own.items.map(({ action }) => action)).not.toContain('retention.erase');
});
