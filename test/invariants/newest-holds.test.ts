import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { describeSending } from '../support/scenario.ts';
import { PHONE, startSending } from '../support/sending.ts';

const start = (day: number) => new Date(Date.UTC(2026, 11, day, 8));

describeSending(
  'an older version never overwrites a newer one, and the same event twice has one effect',
  (sending, _database, kind) => {
    it('in whatever order versions come, and however often, the highest stands in the end', async () => {
      let number = 0;
      const law = fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        async (versions) => {
          const reference = `A-${number++}`;
          let highest = 0;
          for (const version of versions) {
            const { result } = await sending.post('rh', {
              reference,
              version,
              phone: PHONE,
              start: start(version),
            });
            expect(result).toBe(version > highest ? 'accepted' : version === highest ? 'duplicate' : 'stale');
            highest = Math.max(highest, version);
          }
          const { id, ...stands } = await sending.db
            .selectFrom('appointment')
            .selectAll()
            .where('reference', '=', reference)
            .executeTakeFirstOrThrow();
          expect(stands).toMatchObject({ version: String(highest), start_at: start(highest) });
          const planned = await sending.db
            .selectFrom('reminder')
            .selectAll()
            .where('appointment_id', '=', id)
            .where('status', '=', 'planned')
            .execute();
          expect(planned.every(({ slot }) => slot === stands.slot)).toBe(true);
          expect(new Set(planned.map(({ rule }) => rule)).size).toBe(planned.length);
        },
      );
      await fc.assert(law, { numRuns: kind === 'embedded' ? 30 : 15, seed: 7, endOnFailure: true });
    });
  },
);

describe('two versions at the same moment (postgres)', () => {
  it.each([
    [1, 2, 'new'],
    [2, 1, 'new'],
    [1, 2, 'known'],
    [2, 1, 'known'],
  ])(
    'version %i commits first, version %i of the %s appointment waits for it: 2 stands',
    async (first, second, known) => {
      const database = await openTestDatabase('postgres');
      const other = await openDatabase({ databaseUrl: database.url });
      try {
        const sending = startSending(database);
        await sending.rows.authority('rh');
        const event = (version: number) => ({ reference: 'A-1', version, phone: PHONE, start: start(version) });
        if (known === 'known') await sending.post('rh', event(0));
        const open = await inOpenTransaction(other.db, (trx) => sending.post('rh', event(first), trx));
        const waiting = sending.post('rh', event(second));
        await waitingForLock(database.db);
        await open.commit();
        expect((await waiting).result).toBe(second === 2 ? 'accepted' : 'stale');
        expect(await database.db.selectFrom('appointment').selectAll().execute()).toMatchObject([
          { version: '2', start_at: start(2) },
        ]);
      } finally {
        await other.close();
        await database.close();
      }
    },
  );
});
