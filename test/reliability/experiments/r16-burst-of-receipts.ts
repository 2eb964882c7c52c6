import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { freePort } from '../../support/postgres-server.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { FaultProxy } from '../fault-proxy.ts';
import { CALLBACK_TOKEN } from '../gateway-protocol.ts';
import { judge } from '../judge.ts';
import { GATEWAY_ID } from '../provable-gateway.ts';
import type { Attempt } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** From a statement to its answer twice this. */
const DATABASE_MS = 100;
const CONNECTIONS = 100;
const APPOINTMENTS_EVERY_MS = 50;

/** R16: a gateway that reports everything at once, while the database is slow. */
export const burstOfReceipts: Experiment = {
  name: 'R16',
  title: 'a burst of receipts while the database takes 200 ms for everything',
  says:
    'A hundred connections report as fast as they get responses, appointments come in beside them, and at the end of the burst the worker is killed. Every ' +
    'receipt that got a 2xx is stored and comes to be applied by the next worker; how long appointments took is told.',
  run: async (setting) => [await run(setting)],
};

interface Burst {
  acknowledged: number;
  /** Of which at least one was. */
  readonly references: Set<string>;
  readonly refused: Map<number, number>;
}

function run(setting: Setting): Promise<Outcome> {
  const messages = setting.form === 'long' ? 5_000 : 300;
  const burstMs = setting.form === 'long' ? 10_000 : 8_000;
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const proxy = await FaultProxy.open(world.databaseUrl ?? '', await freePort());
    try {
      const worker = await world.startWorker({ env: { DATABASE_URL: proxy.url } });
      await world.makeAuthority('rh');
      await world.script.book('rh', messages, () => new Date(world.now() + 2_000 + LEAD_MS));
      await world.accepted(messages, 120_000);
      await world.idle(60_000);
      proxy.set({ latencyMs: DATABASE_MS });
      const { burst, intake, bookings } = await report(world, burstMs);
      // What is on its way to the database is lost with it; what the database has in hand it finishes.
      await Promise.all([proxy.refuse(), worker.kill()]);
      await until(() => noSession(world), 'no session of the dead one', 60_000, 20);
      const stored = await receipts(world, 'true');
      const unapplied = await receipts(world, 'applied_at is null');
      await world.startWorker();
      await world.advance(60_000);
      const began = performance.now();
      await until(
        async () => (await receipts(world, 'applied_at is null')) === 0,
        'every receipt applied',
        120_000,
        200,
      );
      const appliedS = ((performance.now() - began) / 1000).toFixed(1);
      // What the dead one did not answer is repeated until this one does.
      await Promise.all(bookings);
      const verdict = await judge(world, { late: false });
      const { expect, failures } = new Expectations();
      const reported = burst.references.size;
      const delivered = await deliveredOf(world, [...burst.references]);
      expect(burst.acknowledged > 0 && intake.length > 0, 'something came in');
      expect(
        stored >= burst.acknowledged,
        `every receipt answered 2xx is stored: ${burst.acknowledged}; there are ${stored}`,
      );
      expect(delivered === reported, `every SMS that was reported is delivered: ${reported}; there are ${delivered}`);
      expect(burst.refused.size === 0, `no receipt refused: ${JSON.stringify([...burst.refused])}`);
      const counts = {
        'receipts acknowledged a second': Math.round((burst.acknowledged * 1000) / burstMs),
        'not applied when it was killed': unapplied,
        'applied after, s': appliedS,
        ...intakeCounts(intake),
      };
      return { part: `${burstMs / 1000} s, a kill`, verdict, counts, failures };
    } finally {
      await proxy.close();
    }
  });
}

/** Resolves at the end of the burst, with calls still under way. */
async function report(
  world: World,
  ms: number,
): Promise<{ burst: Burst; intake: Attempt[]; bookings: Promise<unknown>[] }> {
  const references = (await world.books())[0].map(({ reference }) => reference);
  const burst: Burst = { acknowledged: 0, references: new Set(), refused: new Map() };
  const intake: Attempt[] = [];
  const bookings: Promise<unknown>[] = [];
  world.script.listen = (attempt) => void intake.push(attempt);
  const pool = new Pool(world.publicUrl, { connections: CONNECTIONS });
  let n = 0;
  let over = false;
  const line = async () => {
    while (!over) {
      const reference = references[n % references.length] ?? '';
      const status = await post(pool, JSON.stringify({ reference, state: 'delivered', n: n++ }));
      if (over) return;
      if (status === 200) burst.acknowledged++;
      if (status === 200) burst.references.add(reference);
      else burst.refused.set(status, (burst.refused.get(status) ?? 0) + 1);
    }
  };
  for (let each = 0; each < CONNECTIONS; each++) void line();
  const end = performance.now() + ms;
  while (performance.now() < end) {
    bookings.push(world.script.book('rh', 1, () => new Date(world.now() + 3_600_000 + LEAD_MS)));
    await sleep(APPOINTMENTS_EVERY_MS);
  }
  over = true;
  void pool.destroy();
  return { burst, intake: intake.slice(), bookings };
}

/** @returns the status; 0: no answer */
async function post(pool: Pool, body: string): Promise<number> {
  try {
    const headers = { 'content-type': 'application/json', 'x-prove-token': CALLBACK_TOKEN };
    const answer = await pool.request({ method: 'POST', path: `/v1/callbacks/${GATEWAY_ID}/receipts`, headers, body });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return 0;
  }
}

/** PostgreSQL notices that a client is gone once it has done what the client asked for last. */
async function noSession({ db }: World): Promise<boolean> {
  const { rows } = await db.query(
    "select from pg_stat_activity where datname = current_database() and application_name = 'easysms'",
  );
  return rows.length === 0;
}

async function receipts({ db }: World, condition: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from callback where kind = 'receipt' and ${condition}`,
  );
  return rows[0]?.count ?? 0;
}

async function deliveredOf({ db }: World, references: readonly string[]): Promise<number> {
  const { rows } = await db.query("select from message where id = any($1) and status = 'delivered'", [references]);
  return rows.length;
}

function intakeCounts(attempts: readonly Attempt[]): Record<string, number | string> {
  const took = attempts.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const p99 = (took[Math.floor(took.length * 0.99)] ?? 0) / 1000;
  const refused = attempts.filter(({ why }) => why !== null).length;
  return { appointments: attempts.length, 'not taken at once': refused, 'p99 of an appointment, s': p99.toFixed(2) };
}
