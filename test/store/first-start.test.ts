import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import type { Service } from '../../src/service.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { createMigratedPostgres } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { Installation } from '../support/installation.ts';
import { insert } from '../support/stored-rows.ts';

/** Longer than a statement of the service may take. */
const LONG_MS = 20_000;

let url: string;
let drop: () => Promise<void>;
let installation: Installation;
let database: Awaited<ReturnType<typeof openDatabase>>;
beforeEach(async () => {
  ({ url, drop } = await createMigratedPostgres());
  installation = new Installation({ DATABASE_URL: url });
  database = await openDatabase({ databaseUrl: url });
  await installation.setUp(await installation.start());
  await installation.stop();
  const { db } = database;
  const seen = { authority_id: 'rh', key: 'Ambulatoriet', name: 'Ambulatoriet', patients: Buffer.alloc(0) };
  await insert(db, 'department', { ...seen, seen_at: new Date() });
  // As the upgrade of the first release leaves it.
  await db.updateTable('installation').set({ clear_ids: true }).execute();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
});
afterEach(async () => {
  vi.useRealTimers();
  await installation.stop();
  await database.close();
  await drop();
});

const logged = (text: string) => installation.logged.filter((line) => line.includes(text)).length;

it('the first start after the upgrade takes as long as it takes, and those beside it wait for it and say so', async () => {
  const { db } = database;
  const held = await inOpenTransaction(db, (trx) => sql`lock table department in access exclusive mode`.execute(trx));
  const starts: Promise<Service>[] = [installation.start()];
  await waitingForLock(db, 1);
  starts.push(installation.start(), installation.start());
  await waitingForLock(db, 3);
  await eventually(async () => expect(logged('the start waits for it')).toBe(2));
  expect(logged('first start after the upgrade')).toBe(1);
  vi.advanceTimersByTime(LONG_MS);
  // A start whose statement is given up ends with its error; the lock is let go of before, or nothing could be closed.
  const ready = Promise.all(starts);
  await Promise.race([waitingForLock(db, 3), ready]).finally(held.commit);
  await ready;
  const departments = await db.selectFrom('department').select('key').execute();
  expect(departments.map(({ key }) => key)).not.toContain('Ambulatoriet');
  expect(logged('first start after the upgrade')).toBe(1);
});
