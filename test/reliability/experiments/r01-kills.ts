import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import type { GatewayKind, ReceiptBehaviour } from '../gateway-protocol.ts';
import { judge } from '../judge.ts';
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
}

const HOLD_MS = 600_000;
/** What one kill may cost: a lease, a hold of a minute, and the sweep. */
const LATEST_MS = 120_000;
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
];
/** One for each kind of gateway, and the pooled one. */
const SHORT_PARTS = PARTS.filter(({ receipts }) => receipts?.missing !== 0);

/** Of a long run: about as long, one as the other. */
const LANES = [
  [2, 4],
  [3, 5],
  [0, 1],
] as const;

/** R1: a worker that is killed again and again while it hands over. */
export const kills: Experiment = {
  name: 'R1',
  title: 'a worker killed again and again',
  says:
    'SIGKILL at a random moment, 200 to 700 ms after the worker is up, while reminders fall due one after another. None is lost; none is sent twice ' +
    'by a gateway that refuses a known reference, can be asked, or under `hold`; under `resend` only one whose receipt never came.',
  run: async (setting) => {
    // Much of a short one is waiting.
    if (setting.form === 'short') return Promise.all(SHORT_PARTS.map((part) => run(setting, part)));
    // Much of a long one is waiting for holds to pass: three at a time.
    const lanes = LANES.map(async (parts) => {
      const outcomes: (readonly [number, Outcome])[] = [];
      for (const n of parts) outcomes.push([n, await run(setting, PARTS[n] as Part)]);
      return outcomes;
    });
    return (await Promise.all(lanes))
      .flat()
      .sort(([a], [b]) => a - b)
      .map(([, outcome]) => outcome);
  },
};

interface Size {
  readonly reminders: number;
  readonly kills: number;
  /** By how much the clock is moved on after each kill; 0: real time. */
  readonly stepMs: number;
  readonly concurrency: number;
}

const SHORT: Size = { reminders: 180, kills: 5, stepMs: 60_000, concurrency: 8 };
const LONG: Size = { reminders: 20_000, kills: 200, stepMs: 0, concurrency: 50 };
/** How long a kill and a start take, about: over how much time the reminders of a long run are spread. */
const ROUND_MS = 2_500;

function run(setting: Setting, part: Part): Promise<Outcome> {
  const size = setting.form === 'long' ? LONG : SHORT;
  const within = part.pooled ? inPooledWorld : inWorld<Outcome>;
  return within(setting, { kind: part.kind, concurrency: size.concurrency }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh', { onUncertain: part.onUncertain });
    if (part.receipts) await world.sendReceipts(part.receipts);
    const first = world.now() + (size.stepMs === 0 ? 10_000 : 4_000);
    await world.script.book('rh', size.reminders, (n) => new Date(first + LEAD_MS + dueAfter(n, size)));
    const killed = await killAgainAndAgain(world, size, seeded(setting.seed));
    const inHand = killed.handedOver.size;
    const before = await world.countByStatus();
    await recover(world, setting.form, part);
    const verdict = await judge(world, { repeatAfterMs: part.repeatAfterMs, late: size.stepMs === 0 });
    const late = size.stepMs === 0 ? await countLate(world, killed.hits) : null;
    const hitOnce = await countUncertain(world, killed.hits);
    const bound = part.repeatAfterMs === null ? null : boundOf(inHand, part.receipts?.missing ?? 0);
    const counts = {
      kills: size.kills,
      'in hand at a kill': inHand,
      'uncertain before recovery': before.uncertain ?? 0,
      ...(late && { 'later than 120 s': late.all, 'of them later than 120 s a kill': late.unexplained }),
      ...(bound !== null && { 'bound of repeats (in hand × missing + 3 σ)': bound.toFixed(1) }),
    };
    setting.say(`  ${part.part}: done`);
    return { part: part.part, verdict, counts, failures: expectations({ verdict, part, size, bound, late, hitOnce }) };
  });
}

/** In the short form a sixth falls due after each kill, so that every worker has something in hand. */
function dueAfter(n: number, { reminders, kills, stepMs }: Size): number {
  if (stepMs === 0) return Math.floor((n / reminders) * kills * ROUND_MS);
  return (n % (kills + 1)) * stepMs;
}

interface Killed {
  /** Messages that were handed over when a worker was killed, their outcome not stored: each may be uncertain. */
  readonly handedOver: ReadonlySet<string>;
  /** By the reminder's id: at how many kills it was claimed. */
  readonly hits: ReadonlyMap<string, number>;
}

async function killAgainAndAgain(world: World, { kills, stepMs }: Size, random: () => number): Promise<Killed> {
  let { accepted } = await world.counts();
  const inHand = new Set<string>();
  const claims = new Set<string>();
  for (let kill = 0; kill < kills; kill++) {
    // Where the clock stands still between kills there is something to hand over at any moment; where it is moved on,
    // wait for the first.
    if (stepMs > 0) await world.accepted(accepted + 1 + Math.floor(random() * 20), 20_000);
    await sleep(stepMs > 0 ? random() * 15 : 200 + random() * 500);
    await world.workers.at(-1)?.kill('SIGKILL');
    for (const id of await handedOver(world)) inHand.add(id);
    // One whose claim stands since an earlier kill is not hit again.
    for (const { id, batch_id } of await claimed(world)) claims.add(`${id} ${batch_id}`);
    if (stepMs > 0) await world.advance(stepMs);
    accepted = (await world.counts()).accepted;
    await world.startWorker();
  }
  const hits = new Map<string, number>();
  for (const [id = ''] of [...claims].map((claim) => claim.split(' '))) hits.set(id, (hits.get(id) ?? 0) + 1);
  return { handedOver: inHand, hits };
}

async function claimed(world: World): Promise<readonly { id: string; batch_id: string }[]> {
  const { rows } = await world.db.query<{ id: string; batch_id: string }>(
    "select id, batch_id from reminder where status = 'claimed'",
  );
  return rows;
}

/** @returns how many stay uncertain although they were claimed at one kill at most */
async function countUncertain(world: World, hits: Killed['hits']): Promise<number> {
  const { rows } = await world.db.query<{ id: string }>("select id from reminder where status = 'uncertain'");
  return rows.filter(({ id }) => (hits.get(id) ?? 0) <= 1).length;
}

interface Late {
  /** Taken more than `LATEST_MS` after they were due. */
  readonly all: number;
  /** Of these, more than so long for each kill that they were claimed at. */
  readonly unexplained: number;
}

/** By the gateway's book. */
async function countLate(world: World, hits: Killed['hits']): Promise<Late> {
  const { rows } = await world.db.query<{ message: string; reminder: string; due_at: Date }>(
    'select m.id as message, r.id as reminder, r.due_at from message m join reminder r on r.id = m.reminder_id',
  );
  const byMessage = new Map(rows.map((row) => [row.message, row]));
  const first = new Map<string, number>();
  const [accepted] = await world.books();
  for (const { reference, at } of accepted)
    first.set(reference, Math.min(at, first.get(reference) ?? Number.POSITIVE_INFINITY));
  const late = [...first].flatMap(([reference, at]) => {
    const row = byMessage.get(reference);
    return row && at > row.due_at.getTime() + LATEST_MS
      ? [{ ms: at - row.due_at.getTime(), hits: hits.get(row.reminder) ?? 0 }]
      : [];
  });
  return { all: late.length, unexplained: late.filter((each) => each.ms > LATEST_MS * Math.max(1, each.hits)).length };
}

async function handedOver(world: World): Promise<readonly string[]> {
  const { rows } = await world.db.query<{ id: string }>(
    `select id from message where status in ('handing_over', 'uncertain')`,
  );
  return rows.map(({ id }) => id);
}

/** Of the repeats of `uncertain` SMS, each of whose receipts is missing by itself with the chance of `missing`. */
function boundOf(uncertain: number, missing: number): number {
  return uncertain * missing + 3 * Math.sqrt(uncertain * missing * (1 - missing));
}

/** Lets leases lapse and holds pass: in real time, or by moving the clock on. */
async function recover(world: World, form: Setting['form'], { kind, onUncertain }: Part): Promise<void> {
  const waits = [
    60_000,
    ...(kind === 'lookup' || onUncertain === 'resend' ? [kind === 'echoed' ? HOLD_MS : 70_000] : []),
  ];
  if (form === 'long') await world.idle(600_000);
  for (const wait of waits) {
    if (form === 'long') await sleep(wait);
    else await world.advance(wait);
    // Until the watchdog has seen the jump and the sweep has come.
    await sleep(2_500);
    await world.idle(120_000);
  }
  // Rounds of questions are not what idle waits for; one that a kill cut short is asked again after ten minutes.
  if (kind === 'lookup')
    await until(() => cleared(world), 'nothing uncertain', form === 'long' ? 700_000 : 60_000, 200);
}

async function cleared(world: World): Promise<boolean> {
  const { uncertain, claimed } = await world.countByStatus();
  return !uncertain && !claimed;
}

interface Found {
  readonly verdict: Verdict;
  readonly part: Part;
  readonly size: Size;
  readonly bound: number | null;
  readonly late: Late | null;
  /** Uncertain though claimed at one kill at most. */
  readonly hitOnce: number;
}

function expectations({ verdict, part, size, bound, late, hitOnce }: Found): readonly string[] {
  const { expect, failures } = new Expectations();
  expect(verdict.parked === 0, 'none parked');
  expect(verdict.expired === 0, 'none expired');
  const cleared = part.kind === 'deduplicates' || part.kind === 'lookup';
  // It is repeated once: a second kill in its call leaves it to staff.
  expect(
    !cleared || hitOnce === 0,
    'nothing stays uncertain after one kill where the gateway refuses a known reference or can be asked',
  );
  expect(
    verdict.uncertain <= size.kills * size.concurrency,
    'at most so many uncertain as calls were in flight at the kills',
  );
  expect(bound === null || verdict.repeated <= bound, 'no more repeated than uncertain × missing + 3 σ');
  // Where only a receipt tells, one that was never taken waits for the hold to pass.
  expect(
    !late || part.kind === 'echoed' || late.unexplained === 0,
    'none later than 120 s for each kill that it was claimed at',
  );
  return failures;
}
