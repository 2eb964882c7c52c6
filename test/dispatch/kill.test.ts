import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Cipher, Keyring } from '../../src/domain/keyring.ts';
import { type Child, startChild } from '../support/child.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { useOpened } from '../support/scenario.ts';
import { MINUTE, MONDAY, startSending } from '../support/sending.ts';

const REMINDERS = 300;
const KILLS = 5;
const CONCURRENCY = 8;
const SEED = 20_261_130;
/** The name in PostgreSQL of the sessions of the processes that are killed. */
const KILLED = 'killed';

let gateway: Server;
let folder: string;
let accepts: string;
let watchers: { readonly count: number; readonly seen: () => void }[] = [];
let child: Child | null = null;

/** The gateway's own book: an accept is in it before the answer goes, whatever becomes of who asked. */
const accepted = (): string[] => readFileSync(accepts, 'utf8').split('\n').filter(Boolean);

const database = useOpened(() => openTestDatabase('postgres'), { each: true });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easysms-kill-'));
  accepts = join(folder, 'accepts');
  writeFileSync(accepts, '');
  let count = 0;
  gateway = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { reference } = JSON.parse(Buffer.concat(chunks).toString()) as { reference: string };
    await new Promise((resolve) => setTimeout(resolve, 5));
    appendFileSync(accepts, `${reference}\n`);
    count++;
    watchers = watchers.filter((watcher) => {
      if (count >= watcher.count) watcher.seen();
      return count < watcher.count;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    response.end();
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await child?.kill('SIGKILL');
  gateway.closeAllConnections();
  gateway.close();
  rmSync(folder, { recursive: true });
});

it('loses none and sends none twice when its process is killed again and again; what can’t be known is uncertain', async () => {
  const keys = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
  const keyring = new Keyring(new Cipher([{ id: 'test', bytes: keys[0] }]), keys[1], keys[2]);
  const sending = startSending(database, { keyring });
  await sending.rows.authority('rh');
  await sql`update authority set max_per_number_per_day = 100000`.execute(database.db);
  await sending.multiply(await sending.due('rh'), REMINDERS - 1);
  // Some are fresh for each process, so that each is killed with as many calls open as it may have.
  await sql`update reminder r set next_at = ${MONDAY}::timestamptz + n % ${KILLS + 1}::int * interval '1 minute'
    from (select id, row_number() over () as n from reminder) numbered where numbered.id = r.id`.execute(database.db);
  const address = gateway.address();
  if (typeof address !== 'object' || address === null) throw new Error('the gateway has no port');
  const env = {
    DATABASE_URL: namedKilled(database.url),
    GATEWAY_URL: `http://127.0.0.1:${address.port}/`,
    KEYS: keys.map((key) => key.toString('base64')).join(' '),
    CONCURRENCY: String(CONCURRENCY),
  };

  const random = seeded(SEED);
  let now = MONDAY;
  /** The messages of the groups that a killed process left. */
  const underWay = new Set<string>();
  for (let kills = 0; kills < KILLS; kills++) {
    child = startChild('test/support/sending-worker.ts', [], { ...env, NOW: now.toISOString() });
    expect(await child.nextLine(), child.errors()).toBe('ready');
    // At a moment of its own: so many accepts further on, and a little.
    const target = accepted().length + 5 + Math.floor(random() * 25);
    await new Promise<void>((resolve) => watchers.push({ count: target, seen: resolve }));
    await new Promise((resolve) => setTimeout(resolve, random() * 12));
    expect(await sessionsOfKilled()).toBeGreaterThan(0);
    await child.kill('SIGKILL');
    // Statements that the dead process had sent may still be read, and committed.
    await eventually(async () => expect(await sessionsOfKilled()).toBe(0));
    const { rows: started } = await sql<{ id: string }>`
      select unnest(message_ids) as id from hand_over_group`.execute(database.db);
    for (const { id } of started) underWay.add(id);
    // The next one starts once this one counts as gone.
    now = new Date(now.getTime() + MINUTE);
  }
  child = startChild('test/support/sending-worker.ts', [], { ...env, NOW: now.toISOString() });
  for (;;) {
    const { accepted: sent = 0, uncertain = 0, ...others } = await sending.countByStatus();
    if (Object.keys(others).length === 0 && sent + uncertain === REMINDERS) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await child.kill('SIGKILL');

  const references = accepted();
  const { rows } = await sql<{ id: string; status: string; message: string | null }>`
    select r.id, m.status, m.id as message from reminder r left join message m on m.reminder_id = r.id`.execute(
    database.db,
  );
  const uncertain = rows.filter(({ status }) => status === 'uncertain');
  expect(uncertain.filter(({ message }) => !underWay.has(message ?? ''))).toEqual([]);
  const lost = rows.filter(({ status, message }) => status === 'accepted' && !references.includes(message ?? ''));
  expect({ lost: lost.length, twice: references.length - new Set(references).size }).toEqual({ lost: 0, twice: 0 });
  expect(rows).toHaveLength(REMINDERS);
  expect(uncertain.length).toBeGreaterThan(0);
  expect(uncertain.length).toBeLessThanOrEqual(KILLS * 2 * CONCURRENCY);
  const known = new Set(rows.map(({ message }) => message));
  expect(references.filter((reference) => !known.has(reference))).toEqual([]);
});

/** The address of the database, at which the process calls its sessions so. */
function namedKilled(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', KILLED);
  return url.href;
}

/** Sessions of killed processes that the database has not ended yet. */
async function sessionsOfKilled(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name = ${KILLED}`.execute(database.db);
  return rows[0]?.count ?? 0;
}

/** mulberry32: the same moments in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
