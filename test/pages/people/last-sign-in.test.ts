import { describe, expect, it } from 'vitest';
import { invite, PASSWORD, PageClient } from '../../support/pages.ts';
import { scenario } from '../../support/scenario.ts';

const { test } = scenario({
  authorities: { rh: { name: 'Regionen' } },
});

const lastSignIns = async () =>
  (await test.db.selectFrom('person').select('signed_in_at').execute()).map(Object.values);

describe('the last sign-in of a person', () => {
  it('is known from the first page on, of the first account and of who accepts an invitation', async () => {
    const client = new PageClient(test);
    await client.post('/admin/sign-in', { token: test.adminToken });
    await client.post('/admin/first-account', { email: 'chef@example.org', name: 'Chef', password: PASSWORD });
    expect(await lastSignIns()).toEqual([[test.clock.now]]);
    const path = await invite(test, { email: 'ny@example.org', role: 'operator', authority: 'rh' });
    expect(await lastSignIns()).toContainEqual([null]);
    expect((await new PageClient(test).post(path, { password: PASSWORD })).status).toBe(303);
    expect(await lastSignIns()).toEqual([[test.clock.now], [test.clock.now]]);
  });
});
