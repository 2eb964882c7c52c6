import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import type { Acceptance } from '../gateway-protocol.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, senderOf, type World } from '../world.ts';

interface Part {
  readonly part: string;
  readonly reminders: number;
  readonly authorities: number;
  /** Calls a second that the gateway takes; null: as many as come. */
  readonly perSecond: number | null;
  /**
   * Of all SMS, the part within which the smallest authority has all of its own; null: there are not many more than a
   * look takes.
   */
  readonly within: number | null;
}

const SHORT: readonly Part[] = [
  { part: 'no limit', reminders: 8_000, authorities: 40, perSecond: null, within: 0.5 },
  { part: 'a gateway of 50 a second', reminders: 750, authorities: 10, perSecond: 50, within: null },
];
const LONG: readonly Part[] = [
  { part: 'no limit', reminders: 1_000_000, authorities: 200, perSecond: null, within: 0.5 },
  { part: 'a gateway of 200 a second', reminders: 60_000, authorities: 40, perSecond: 200, within: 0.5 },
];
const SMALLEST_WITHIN_S = 120;
/** By how much the pace may be exceeded, and in any one second, since what the machine holds up comes together then. */
const PACE = 1.01;
const PACE_OF_A_SECOND = 1.5;
/** What the booking may take. */
const AHEAD_MS = 3 * 3_600_000;
const BEFORE_MS = 3_000;

/** R37: very many reminders of many authorities, all due at one moment. */
export const allAtOnce: Experiment = {
  name: 'R37',
  title: 'very many due at one moment, for authorities of very different sizes',
  says:
    'All that is booked falls due at once, a million in the long form; the nth authority has n^-1.5 of what the first one has, and the smallest was booked last. ' +
    `Nothing is lost or sent twice; the smallest authority’s last SMS is among the first half, and taken within ${SMALLEST_WITHIN_S / 60} minutes; and a ` +
    'gateway that takes only so many calls a second gets no more than 1 % more, and no burst. The clocks are moved on together to that moment.',
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const part of setting.form === 'long' ? LONG : SHORT) outcomes.push(await run(setting, part));
    return outcomes;
  },
};

function run(setting: Setting, part: Part): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    await world.startWorker({ env: { GATEWAY_PER_SECOND: part.perSecond === null ? '' : String(part.perSecond) } });
    const sizes = sizesOf(part);
    const due = world.now() + AHEAD_MS;
    for (const [n, size] of sizes.entries()) {
      await world.makeAuthority(`a${n}`);
      await world.script.book(`a${n}`, size, () => new Date(due + LEAD_MS));
    }
    await world.advance(due - BEFORE_MS - world.now());
    await world.accepted(part.reminders, 3_600_000);
    await world.idle(120_000);
    const [accepted] = await world.books();
    return outcome(world, part, accepted, { due, smallest: senderOf(`a${sizes.length - 1}`) });
  });
}

/** As many as 1, 2^-1.5, 3^-1.5, …; the largest takes what is left over. */
function sizesOf({ reminders, authorities }: Part): number[] {
  const shares = Array.from({ length: authorities }, (_, n) => (n + 1) ** -1.5);
  const all = shares.reduce((sum, share) => sum + share, 0);
  const [, ...others] = shares.map((share) => Math.ceil((share / all) * reminders));
  return [reminders - others.reduce((sum, size) => sum + size, 0), ...others];
}

async function outcome(
  world: World,
  { part, perSecond, within }: Part,
  accepted: readonly Acceptance[],
  { due, smallest }: { readonly due: number; readonly smallest: string },
): Promise<Outcome> {
  const verdict = await judge(world, { late: false });
  const inOrder = [...accepted].sort((a, b) => a.at - b.at);
  const place = inOrder.findLastIndex(({ from }) => from === smallest);
  const secondsAfter = (sms: Acceptance | undefined) => ((sms?.at ?? Number.POSITIVE_INFINITY) - due) / 1000;
  const asked = accepted.map(({ askedAt }) => askedAt).sort((a, b) => a - b);
  const rate = ((asked.length - 1) * 1000) / ((asked.at(-1) ?? 0) - (asked[0] ?? 0));
  const most = mostIn(asked, 1_000);
  const smallestDone = (place + 1) / inOrder.length;
  const { expect, failures } = new Expectations();
  expect(
    secondsAfter(inOrder[place]) <= SMALLEST_WITHIN_S,
    `the smallest authority’s last within ${SMALLEST_WITHIN_S} s; it came after ${secondsAfter(inOrder[place])} s`,
  );
  expect(
    within === null || smallestDone <= within,
    `the smallest authority’s last among the first ${within} of all; it was at ${smallestDone}`,
  );
  expect(
    perSecond === null || rate <= perSecond * PACE,
    `the pace of the gateway kept within 1 %; it was ${rate} a second`,
  );
  expect(perSecond === null || most <= perSecond * PACE_OF_A_SECOND, `no burst; ${most} came in one second`);
  expect(verdict.uncertain === 0 && verdict.expired === 0, 'nothing uncertain or expired without a fault');
  const counts = {
    'smallest authority’s last, s': secondsAfter(inOrder[place]).toFixed(1),
    'and its place, of all': smallestDone.toFixed(2),
    'last of all, s': secondsAfter(inOrder.at(-1)).toFixed(1),
    'calls a second': rate.toFixed(1),
    'most in one second': most,
  };
  return { part, verdict, counts, failures };
}

/** @param moments in order */
function mostIn(moments: readonly number[], ms: number): number {
  let most = 0;
  let first = 0;
  for (const [n, moment] of moments.entries()) {
    while (moment - (moments[first] ?? 0) >= ms) first++;
    most = Math.max(most, n - first + 1);
  }
  return most;
}
