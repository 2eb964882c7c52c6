import { expect, it } from 'vitest';
import { updateAccount } from '../../../src/accounts/people/people.sql.ts';
import { changePerson, invitePerson, readPerson } from '../../../src/accounts/people/people.ts';
import { inOpenTransaction, waitingForLock } from '../../support/contention.ts';
import { useApp } from '../../support/scenario.ts';

const test = useApp({ kind: 'postgres', authorities: ['rh'] });

it('of two changes of one person’s access at the same moment the second is told of the first, and writes nothing', async () => {
  const now = test.clock.now;
  const seen = { role: 'viewer', departments: null } as const;
  const invite = { email: 'bo@example.org', name: 'Bo', authorityId: 'rh', actor: 'anna', ...seen };
  const { id } = await invitePerson(test.deps, invite, now);
  const theirs = { role: 'operator', departments: ['Hud'] } as const;
  const first = await inOpenTransaction(test.db, (trx) => updateAccount(trx, id, theirs));
  const mine = {
    authorityId: 'rh',
    id,
    actor: 'bo',
    evenLast: false,
    role: 'administrator',
    departments: null,
  } as const;
  const second = changePerson(test.deps, { ...mine, seen }, now).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
  await waitingForLock(test.db);
  await first.commit();
  expect(await second).toBe('changed');
  expect(await readPerson(test.deps, 'rh', id, now)).toMatchObject(theirs);
});
