import { setTimeout as sleep } from 'node:timers/promises';
import type { ProvedProcess } from '../child-process.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { NO_RECEIPTS } from '../gateway-protocol.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { EACH, POINTS, type Point } from '../kill-points.ts';
import type { Scripted } from '../script.ts';
import { SHOWN_REMINDERS } from '../shown.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

/** As many go as one group after an unclean end. */
const CONCURRENCY = 4;
const AT_ONCE_MS = 20_000;

/** R3: a worker that dies at a marked point. */
export const killPoints: Experiment = {
  name: 'R3',
  title: 'a worker that dies at each marked point',
  says:
    'SIGKILL from within, exactly there; then the next worker. What becomes of what it had in hand is what the states promise, and is never a second SMS; ' +
    'what was not started is sent by the next worker before any heartbeat has lapsed.',
  // Much of it is waiting.
  run: (setting) =>
    Promise.all([
      ...[0, 1, 2].map((lane) =>
        run(
          setting,
          POINTS.filter((_, n) => n % 3 === lane),
        ),
      ),
      run(setting, POINTS.filter(isOfCalls), EACH),
    ]),
};

/** Points between the start and the outcome, where it matters whether what was started goes in one call. */
function isOfCalls({ at }: Point): boolean {
  return / a call$|the start$|outcome is recorded$/.test(at);
}

function run(setting: Setting, points: readonly Point[], maxPerCall = 1): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 50 : 1;
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY, maxPerCall }, async (world) => {
    const { expect, failures } = new Expectations();
    await world.startWorker();
    await world.makeAuthority('rh', { onUncertain: 'hold' });
    const tried: { point: Point; some: readonly Scripted[] }[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const point of points) tried.push({ point, some: await tryPoint(world, point) });
    }
    const left = await readLeft(world);
    for (const { point, some } of tried) {
      const found = some.map(({ reference }) => left.get(reference) ?? { status: 'missing', taken: 0 });
      const statuses = found.map(({ status }) => status);
      const taken = found.reduce((sum, each) => sum + each.taken, 0);
      expect(
        point.holds({ statuses, taken }),
        `${nameOf(point)}: ${point.says}; found ${statuses.join(', ')}, taken ${taken}`,
      );
    }
    const verdict = await judge(world, { late: false });
    expect(verdict.quarantined === 0, 'none quarantined');
    const together = maxPerCall > 1 ? ', many in one call' : '';
    const part = `${points.length} points${together}: ${points.map(nameOf).join('; ')}`;
    return { part, verdict, counts: { kills: tried.length }, failures };
  });
}

function nameOf({ at, afterUncleanEnd, deathsBefore }: Point): string {
  if (deathsBefore !== undefined) return `${at}, alone after two tries`;
  return afterUncleanEnd ? `${at}, after an unclean end` : at;
}

/** @returns the appointments whose reminders were in hand */
async function tryPoint(world: World, point: Point): Promise<readonly Scripted[]> {
  await world.behave({ receipts: NO_RECEIPTS });
  if (point.inRecovery) return dieInRecovery(world, point);
  const { accepted } = await world.counts();
  const some = await bookSome(world, EACH, point.dueInMs);
  const worker = point.afterUncleanEnd ? await startAmongDue(world, point) : world.workers.at(-1);
  worker?.tell({ failAt: point.at });
  const leading = point.lead(world, some);
  await dead(worker, point);
  await world.startWorker();
  const more = await leading;
  if (point.atOnce) await world.accepted(accepted + EACH, AT_ONCE_MS);
  await recover(world);
  return Array.isArray(more) ? (more as Scripted[]) : some;
}

function bookSome(world: World, count: number, dueInMs: number): Promise<Scripted[]> {
  const start = new Date(world.now() + dueInMs + LEAD_MS);
  return world.script.book('rh', count, () => start);
}

/** A worker that finds something due at its start, and that another worker died, or several over the same reminders. */
async function startAmongDue(world: World, point: Point): Promise<ProvedProcess> {
  await world.workers.at(-1)?.kill();
  await world.advance(point.dueInMs);
  for (let death = 0; death < (point.deathsBefore ?? 0); death++)
    await dead(await world.startWorker({ env: { FAIL_AT: 'after a try is counted' } }), point);
  return world.startWorker({ env: { FAIL_AT: point.at } });
}

async function dieInRecovery(world: World, point: Point): Promise<readonly Scripted[]> {
  const some = await bookSome(world, EACH, point.dueInMs);
  const first = world.workers.at(-1);
  first?.tell({ failAt: 'after the answer to a call' });
  await dead(first, point);
  await world.advance(60_000);
  await dead(await world.startWorker({ env: { FAIL_AT: point.at } }), point);
  await world.startWorker();
  await recover(world);
  return some;
}

const HANG_MS = 20_000;

async function dead(worker: ProvedProcess | undefined, { at }: Point): Promise<void> {
  await Promise.race([worker?.gone, sleep(HANG_MS).then(() => Promise.reject(new Error(`it did not die ${at}`)))]);
}

/** Before the next kill, which must find nothing of this one. */
async function recover(world: World): Promise<void> {
  await world.advance(60_000);
  await jobsDone(world);
  await world.idle(60_000);
}

async function readLeft(world: World): Promise<Map<string, { status: string; taken: number }>> {
  const [accepted] = await world.books();
  const taken = new Set(accepted.map(({ reference }) => reference));
  const { rows } = await world.db.query<{ reference: string; status: string; message_id: string | null }>(
    `select a.reference, r.status, r.message_id from ${SHOWN_REMINDERS} r join appointment a on a.id = r.appointment_id`,
  );
  return new Map(
    rows.map((row) => [row.reference, { status: row.status, taken: taken.has(row.message_id ?? '') ? 1 : 0 }]),
  );
}
