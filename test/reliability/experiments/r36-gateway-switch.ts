import { type ProvedProcess, startProcess } from '../child-process.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { type GatewayCounts, type GatewayKind, NO_FAULTS } from '../gateway-protocol.ts';
import { jobsDone, nothingCalled } from '../jobs.ts';
import { judge } from '../judge.ts';
import { killInFailover } from '../kills-in-failover.ts';
import { OTHER_GATEWAY_ID } from '../provable-gateway.ts';
import { SHOWN_REMINDERS } from '../shown.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

interface Part {
  readonly part: string;
  readonly kind: GatewayKind;
  readonly onUncertain: 'hold' | 'resend';
}

const PARTS: readonly Part[] = [
  { part: 'refuses a known reference, resend', kind: 'deduplicates', onUncertain: 'resend' },
  { part: 'can be asked, hold', kind: 'lookup', onUncertain: 'hold' },
  { part: 'reference in receipts, resend', kind: 'echoed', onUncertain: 'resend' },
  { part: 'no reference, hold', kind: 'none', onUncertain: 'hold' },
];
const HOLD_MS = 600_000;
/**
 * A busy machine takes its time to store them, and what is stored after its moment is never sent: so far ahead all are
 * due, and clocks are moved on.
 */
const DUE_MS = 300_000;

/** R36: another gateway comes first while messages are uncertain. */
export const gatewaySwitch: Experiment = {
  name: 'R36',
  title: 'another gateway while messages are uncertain',
  says:
    'Of the calls to a gateway some are cut before it takes the SMS and some after, and the worker is killed over the next; then another gateway comes ' +
    'first. What is new or was clearly not taken goes through that one; what may have been taken never does, however long nobody hears of it. And with two gateways in ' +
    'use, of which the first refuses, throttles, cuts and works in turn, the worker is killed in the midst of each failover: 200 times in the long form.',
  run: (setting) => Promise.all([...PARTS.map((part) => run(setting, part)), killInFailover(setting)]),
};

function run(setting: Setting, part: Part): Promise<Outcome> {
  const count = setting.form === 'long' ? 2_000 : 40;
  return inWorld(setting, { kind: part.kind, concurrency: 8 }, async (world) => {
    const other = await startProcess('gateway-process.ts', [world.folder, part.kind, String(setting.seed)]);
    try {
      await world.startWorker();
      await world.makeAuthority('rh', { onUncertain: part.onUncertain });
      await leaveUncertain(world, count);
      const uncertain = await started(world);
      const before = (await world.counts()).accepted;
      await tell(other, { offsetMs: world.offsetMs });
      await world.startWorker({ env: { OTHER_GATEWAY_URL: other.url } });
      await bookDue(world, count);
      await tell(other, { offsetMs: world.offsetMs });
      await letHoldsPass(world, other);
      const { accepted } = await tell(other, {});
      const repeats = part.kind === 'echoed' && part.onUncertain === 'resend';
      const verdict = await judge(world, { late: false, repeatAfterMs: repeats ? HOLD_MS : null });
      const { expect, failures } = new Expectations();
      expect(uncertain.length > 0, 'something was uncertain at the switch');
      expect(
        (await sentThroughOther(world, uncertain)) === 0,
        'nothing that may have been taken goes through the other gateway',
      );
      expect(accepted >= count, 'what is new goes through the other one');
      expect(
        part.kind !== 'lookup' || verdict.uncertain === verdict.uncertainNotTaken,
        'what the first one took is found out by asking it',
      );
      expect(verdict.quarantined === 0, 'none quarantined');
      // Without receipts the policy repeats what was taken, each once, through the first gateway: the judge looks at those.
      const once = verdict.taken - verdict.repeated;
      expect(once + verdict.uncertainNotTaken === count * 3, 'each is sent once, or uncertain');
      const counts = { 'at the switch': uncertain.length, 'through the first': before, 'through the other': accepted };
      return { part: part.part, verdict, counts, failures };
    } finally {
      await other.kill();
    }
  });
}

/** Books so many, and moves the clocks on to when they are due. */
async function bookDue(world: World, count: number): Promise<void> {
  const at = new Date(world.now() + DUE_MS + LEAD_MS);
  await world.script.book('rh', count, () => at);
  await world.advance(Math.max(0, at.getTime() - LEAD_MS - world.now()));
}

/** Calls that were cut, and calls that the worker died over. */
async function leaveUncertain(world: World, count: number): Promise<void> {
  await world.behave({ faults: { ...NO_FAULTS, cutBefore: 0.3, cutAfter: 0.4 } });
  await bookDue(world, count);
  await until(async () => (await world.countByStatus()).uncertain !== undefined, 'something uncertain', 60_000, 20);
  await world.behave({ faults: NO_FAULTS, delayMs: 2_000 });
  const { calls } = await world.counts();
  await bookDue(world, count);
  await until(async () => (await world.counts()).calls > calls, 'a call to die over', 60_000, 5);
  await world.workers.at(-1)?.kill();
  // What the gateway has in hand it takes all the same.
  await nothingCalled(world);
}

/** Those that were handed over, and of which nobody knows what became. */
async function started({ db }: World): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from ${SHOWN_REMINDERS} r where status in ('uncertain', 'handing_over')`,
  );
  return rows.map(({ id }) => id);
}

async function sentThroughOther({ db }: World, reminders: readonly string[]): Promise<number> {
  const { rows } = await db.query('select from message where reminder_id = any($1) and gateway = $2', [
    reminders,
    OTHER_GATEWAY_ID,
  ]);
  return rows.length;
}

async function letHoldsPass(world: World, other: ProvedProcess): Promise<void> {
  for (const wait of [65_000, HOLD_MS + 10_000, HOLD_MS + 10_000]) {
    await jobsDone(world);
    await world.advance(wait);
    await tell(other, { offsetMs: world.offsetMs });
    // The first one stands behind the other and can still be asked.
    await jobsDone(world);
    await world.idle(120_000);
  }
}

async function tell(gateway: ProvedProcess, behaviour: object): Promise<GatewayCounts> {
  const response = await fetch(`${gateway.url}/behave`, { method: 'POST', body: JSON.stringify(behaviour) });
  return (await response.json()) as GatewayCounts;
}
