import { expect, it } from 'vitest';
import { signInByPassword } from '../../../src/accounts/people/sign-in.ts';
import { useApp } from '../../support/scenario.ts';

const test = useApp();

it('a sign-in that nobody had the time to look at counts as no wrong try', async () => {
  const sent = Array.from({ length: 40 }, (_, nth) =>
    signInByPassword(
      test.deps,
      { email: `${nth}@example.org`, password: 'a wrong password', client: '192.0.2.1', devices: [] },
      test.clock.now,
    ),
  );
  const kinds = (await Promise.all(sent)).map(({ kind }) => kind);
  const looked = kinds.filter((kind) => kind === 'wrong').length;
  expect(kinds.filter((kind) => kind === 'wait').length).toBeGreaterThan(0);
  const rows = await test.db.selectFrom('sign_in_failure').select('failures').orderBy('failures', 'desc').execute();
  const [ofAddress, ...ofAccounts] = rows.map(({ failures }) => failures);
  expect(ofAddress).toBe(looked);
  // Each account is counted twice: from this address, and from wherever.
  expect(ofAccounts.reduce((sum, failures) => sum + failures, 0)).toBe(2 * looked);
});
