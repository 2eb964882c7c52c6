import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore } from '../../../src/runtime/semaphore.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import type { GatewayKind, ReceiptBehaviour } from '../gateway-protocol.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import {
  boundOf,
  countLate,
  countUncertain,
  handedOver,
  type Killed,
  type Late,
  type Life,
  mostOfOneProcess,
  sessionsEnded,
  started,
} from '../killed.ts';
import { inPooledWorld, POOLED } from '../pooled.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome, type Verdict } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

interface Part {
  readonly part: string;
  readonly kind: GatewayKind;
  readonly onUncertain: 'hold' | 'resend';
  /** null: the gateway sends none. */
  readonly receipts: Partial<ReceiptBehaviour> | null;
  /** null: no SMS may be sent twice. */
  readonly repeatAfterMs: number | null;
  readonly pooled?: boolean;
  /** SMS of one call, at the most. */
  readonly maxPerCall?: number;
}

const HOLD_MS = 600_000;
/** What was not started is handed over within so much of the time that a worker lives. */
const UNTOUCHED_MS = 5_000;
/** From a kill until what was started and has no outcome is uncertain: the heartbeat, the sweep, a start of a worker. */
const UNCERTAIN_MS = 60_000;
const PARTS: readonly Part[] = [
  {
    part: 'refuses a known reference, resend',
    kind: 'deduplicates',
    onUncertain: 'resend',
    receipts: null,
    repeatAfterMs: null,
  },
  { part: 'can be asked, hold', kind: 'lookup', onUncertain: 'hold', receipts: null, repeatAfterMs: null },
  {
    part: 'reference in receipts, resend',
    kind: 'echoed',
    onUncertain: 'resend',
    receipts: { missing: 0 },
    repeatAfterMs: HOLD_MS,
  },
  {
    part: 'reference in receipts, 2 % missing, resend',
    kind: 'echoed',
    onUncertain: 'resend',
    receipts: { missing: 0.02 },
    repeatAfterMs: HOLD_MS,
  },
  { part: 'no reference, hold', kind: 'none', onUncertain: 'hold', receipts: {}, repeatAfterMs: null },
  {
    part: `refuses a known reference, resend, ${POOLED}`,
    kind: 'deduplicates',
    onUncertain: 'resend',
    receipts: null,
    repeatAfterMs: null,
    pooled: true,
  },
  {
    part: 'many in one call, reference in receipts, resend',
    kind: 'echoed',
    onUncertain: 'resend',
    receipts: { missing: 0.02 },
    repeatAfterMs: HOLD_MS,
    maxPerCall: 20,
  },
];
/** One for each kind of gateway, the pooled one, and that which takes many in one call. */
const SHORT_PARTS = PARTS.filter(({ receipts }) => receipts?.missing !== 0);

/** A long run begins with the parts that wait the longest afterwards. */
const LONGEST_WAIT_FIRST = [2, 3, 6, 1, 0, 5, 4] as const;

/** R1: a worker that is killed again and again while it hands over. */
export const kills: Experiment = {
  name: 'R1',
  title: 'a worker killed again and again',
  says:
    'SIGKILL at a random moment, 200 to 700 ms after the worker is up, while reminders fall due one after another. None is lost; none is sent twice ' +
    'by a gateway that refuses a known reference, can be asked, or under `hold`; under `resend` only one whose receipt never came. What no kill found ' +
    `started goes within ${UNTOUCHED_MS / 1000} s in which a worker lives; what one found started is uncertain ${UNCERTAIN_MS / 1000} s later at the latest.`,
  run: async (setting) => {
    // Much of a short one is waiting.
    if (setting.form === 'short') return Promise.all(SHORT_PARTS.map((part) => run(setting, part, new Semaphore(1))));
    // Much of a long one is waiting for holds to pass. Workers are killed in one part at a time: several that start again
    // and again at once leave each other no processor time to hand anything over in; nor do databases that are made.
    const killing = new Semaphore(1);
    const opened = meeting(PARTS.length);
    const outcomes = new Map<number, Outcome>();
    await Promise.all(
      LONGEST_WAIT_FIRST.map(async (n) =>
        outcomes.set(
          n,
          await run(setting, PARTS[n] as Part, killing, opened)
            .finally(opened)
            .catch(brokeOff(n)),
        ),
      ),
    );
    return [...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  },
};

/** The outcome of a part that broke off, so that those of the others are kept. */
const brokeOff =
  (n: number) =>
  (error: unknown): Outcome => ({
    part: `${PARTS[n]?.part}: broke off`,
    verdict: null,
    counts: {},
    failures: [error instanceof Error ? error.message : String(error)],
  });

interface Size {
  readonly reminders: number;
  readonly kills: number;
  /** By how much the clock is moved on after each kill; 0: real time. */
  readonly stepMs: number;
  readonly concurrency: number;
}

const SHORT: Size = { reminders: 180, kills: 5, stepMs: 60_000, concurrency: 8 };
/**
 * In a long run 67 reminders fall due while a worker lives: with a hundred, as many as it starts at once, one that has
 * just begun does not get through them in half a second, and what the kills leave lying says how fast the machine is.
 * At that pace 79 fall due a second, where the first release had 40 a second to hand over, and was killed 200 times.
 */
const LONG: Size = { reminders: 20_000, kills: 300, stepMs: 0, concurrency: 50 };
/** How long a kill and a start take, about: over how much time the reminders of a long run are spread. */
const ROUND_MS = 850;

/** @returns a function that resolves once it was called so many times */
function meeting(size: number): () => Promise<void> {
  let resolve: () => void;
  const met = new Promise<void>((done) => {
    resolve = done;
  });
  let missing = size;
  return () => {
    missing -= 1;
    if (missing === 0) resolve();
    return met;
  };
}

/** @param opened called once the part's world is there; resolves when those of all parts are */
function run(setting: Setting, part: Part, killing: Semaphore, opened?: () => Promise<void>): Promise<Outcome> {
  const size = setting.form === 'long' ? LONG : SHORT;
  const within = part.pooled ? inPooledWorld : inWorld<Outcome>;
  const { kind, maxPerCall = 1 } = part;
  return within(setting, { kind, maxPerCall, concurrency: size.concurrency }, async (world) => {
    await opened?.();
    await killing.take(1, 1);
    const killed = await bookAndKill(world, size, part, setting.seed).finally(() => killing.giveBack(1));
    const inHand = killed.handedOver.size;
    const before = await world.countByStatus();
    await recover(world, setting.form, part, killed);
    const verdict = await judge(world, { repeatAfterMs: part.repeatAfterMs, late: size.stepMs === 0 });
    const late = size.stepMs === 0 ? await countLate(world, killed) : null;
    const hitOnce = await countUncertain(world, killed.hits);
    const bound = part.repeatAfterMs === null ? null : boundOf(inHand, part.receipts?.missing ?? 0);
    const counts = {
      kills: size.kills,
      'in hand at a kill': inHand,
      'most of one process': killed.most,
      'uncertain before recovery': before.uncertain ?? 0,
      ...(late && {
        'later than 120 s': late.all,
        'of them later than 120 s a kill': late.unexplained,
        'latest that no kill found started, s of a living worker': (late.untouchedMs / 1000).toFixed(1),
        'latest uncertain after a kill, s': (late.uncertainMs / 1000).toFixed(1),
      }),
      ...(bound !== null && { 'bound of repeats (in hand × missing + 3 σ)': bound.toFixed(1) }),
    };
    setting.say(`  ${part.part}: done`);
    return {
      part: part.part,
      verdict,
      counts,
      failures: expectations({ verdict, part, size, bound, late, hitOnce, most: killed.most, hits: killed.hits.size }),
    };
  });
}

async function bookAndKill(world: World, size: Size, part: Part, seed: number): Promise<Killed> {
  await world.startWorker();
  await world.makeAuthority('rh', { onUncertain: part.onUncertain });
  if (part.receipts) await world.sendReceipts(part.receipts);
  const first = world.now() + (size.stepMs === 0 ? 10_000 : 4_000);
  await world.script.book('rh', size.reminders, (n) => new Date(first + LEAD_MS + dueAfter(n, size)));
  return killAgainAndAgain(world, size, seeded(seed));
}

/** In the short form a sixth falls due after each kill, so that every worker has something in hand. */
function dueAfter(n: number, { reminders, kills, stepMs }: Size): number {
  if (stepMs === 0) return Math.floor((n / reminders) * kills * ROUND_MS);
  return (n % (kills + 1)) * stepMs;
}

async function killAgainAndAgain(world: World, { kills, stepMs }: Size, random: () => number): Promise<Killed> {
  let { accepted } = await world.counts();
  const inHand = new Set<string>();
  const hits = new Map<string, number[]>();
  const known = new Set<string>();
  const lives: Life[] = [];
  let most = 0;
  let from = world.now();
  for (let kill = 0; kill < kills; kill++) {
    // Where the clock stands still between kills there is something to hand over at any moment; where it is moved on,
    // wait for the first.
    if (stepMs > 0) await world.accepted(accepted + 1 + Math.floor(random() * 20), 20_000);
    await sleep(stepMs > 0 ? random() * 15 : 200 + random() * 500);
    await world.workers.at(-1)?.kill('SIGKILL');
    const to = world.now();
    lives.push({ from, to });
    // Statements under way are committed, or not, after its end: they are this kill's, not the next one's.
    await sessionsEnded(world);
    for (const id of await handedOver(world)) inHand.add(id);
    // One that stands since an earlier kill is not hit again.
    const hit = (await started(world)).filter(({ call }) => !known.has(call));
    most = Math.max(most, await mostOfOneProcess(world));
    for (const { reminder, call } of hit) {
      known.add(call);
      hits.set(reminder, [...(hits.get(reminder) ?? []), to]);
    }
    if (stepMs > 0) await world.advance(stepMs);
    accepted = (await world.counts()).accepted;
    await world.startWorker();
    from = world.now();
  }
  lives.push({ from, to: Number.POSITIVE_INFINITY });
  return { handedOver: inHand, hits, most, lives };
}

/** Lets heartbeats lapse and holds pass: in real time, or by moving the clock on. */
async function recover(
  world: World,
  form: Setting['form'],
  { kind, onUncertain }: Part,
  { hits }: Killed,
): Promise<void> {
  const waits = [
    60_000,
    ...(kind === 'lookup' || onUncertain === 'resend' ? [kind === 'echoed' ? HOLD_MS : 70_000] : []),
  ];
  if (form === 'long') await world.idle(600_000);
  for (const wait of waits) {
    if (form === 'long') await sleep(wait);
    else await world.advance(wait);
    await jobsDone(world);
    await world.idle(120_000);
  }
  if (kind === 'lookup') await asked(world, form, hits);
}

/**
 * Waits until nothing is uncertain that one kill at most found started: what the gateway never took goes once more, and
 * a second kill in that call leaves it to staff. Rounds of questions are not what idle waits for.
 */
async function asked(world: World, form: Setting['form'], hits: Killed['hits']): Promise<void> {
  const cleared = async () => {
    const { handing_over: open } = await world.countByStatus();
    return !open && (await countUncertain(world, hits)) === 0;
  };
  // A round that a kill cut short is asked again after ten minutes.
  if (form === 'long') return until(cleared, 'nothing uncertain', 700_000, 200);
  await until(cleared, 'nothing uncertain', 30_000, 200).catch(() => world.advance(600_000));
  await until(cleared, 'nothing uncertain', 120_000, 200);
}

interface Found {
  readonly verdict: Verdict;
  readonly part: Part;
  readonly size: Size;
  readonly bound: number | null;
  readonly late: Late | null;
  /** Uncertain though one kill at most found it started. */
  readonly hitOnce: number;
  readonly most: number;
  /** How many a kill found started. */
  readonly hits: number;
}

function expectations({ verdict, part, size, bound, late, hitOnce, most, hits }: Found): readonly string[] {
  const { expect, failures } = new Expectations();
  expect(verdict.quarantined === 0, 'none quarantined');
  expect(verdict.expired === 0, 'none expired');
  const cleared = part.kind === 'deduplicates' || part.kind === 'lookup';
  // It is repeated once: a second kill in its call leaves it to staff.
  expect(
    !cleared || hitOnce === 0,
    'nothing stays uncertain after one kill where the gateway refuses a known reference or can be asked',
  );
  // Contract §2.
  expect(
    most <= 2 * size.concurrency,
    'at most twice as many as calls in flight started by one process without an outcome',
  );
  expect(verdict.uncertain <= hits, 'nothing uncertain that no kill found started');
  expect(bound === null || verdict.repeated <= bound, 'no more repeated than uncertain × missing + 3 σ');
  // Where only a receipt tells, one that was never taken waits for the hold to pass.
  expect(
    !late || part.kind === 'echoed' || late.unexplained === 0,
    'none later than 120 s for each kill that found it started',
  );
  expect(
    !late || late.untouchedMs <= UNTOUCHED_MS,
    `what no kill found started goes within ${UNTOUCHED_MS / 1000} s of a living worker`,
  );
  expect(
    !late || late.uncertainMs <= UNCERTAIN_MS,
    `what a kill found started is uncertain within ${UNCERTAIN_MS / 1000} s`,
  );
  return failures;
}
