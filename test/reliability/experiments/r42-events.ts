import { type ProvedProcess, startProcess } from '../child-process.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import {
  allEventsDelivered,
  behave,
  type EventBooks,
  judgeEventBooks,
  readEventBooks,
  type SystemCounts,
} from '../outgoing-events.ts';
import { missingForNodes } from '../postgres-node.ts';
import { TwoNodes } from '../two-nodes.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** A busy machine takes its time to store them, and what is stored after its moment is never sent. */
const DUE_MS = 4_000;
/** More than a lease: what a process had that is gone is taken over. */
const LAPSE_MS = 35_000;
const MINUTE = 60_000;
/** An event that was refused again and again is tried hours later. */
const HOUR = 60 * MINUTE;
const FLAPPING = { fail: 0.15, throttle: 0.03, cutBefore: 0.05, cutAfter: 0.1, delayMs: 15 };
const CALM = { fail: 0, throttle: 0, cutBefore: 0, cutAfter: 0, down: false };
/** A call was answered, and its outcome is not recorded, or not committed. */
const RECORDING = 'update delivery d set status';

/** R42: what booking systems are told, while everything on the way fails. */
export const events: Experiment = {
  name: 'R42',
  title: 'events under kills, a fail-over and an endpoint that flaps',
  says:
    'Reminders go out, receipts come in, and a booking system is told by an endpoint that refuses, asks for fewer calls, cuts connections before and after it has taken an event, ' +
    'and is away for minutes. Two workers are killed by turns, also between the response to a call and its recording; the primary is killed and its standby promoted. Every ' +
    'event is taken at least once and in the order of its appointment, none that did not happen, each is signed, and in the end the booking system knows of each reminder what the API shows. ' +
    'The judge itself is tried with a book that lacks an event, has two exchanged, has one too many, or one that was changed.',
  run: async (setting) => {
    const outcomes = [await killed(setting)];
    if (missingForNodes() === null) outcomes.push(await failedOver(setting));
    return outcomes;
  },
};

function killed(setting: Setting): Promise<Outcome> {
  const { reminders, kills } = setting.form === 'long' ? { reminders: 4_000, kills: 40 } : { reminders: 160, kills: 4 };
  return inWorld(setting, { kind: 'echoed' }, (world) =>
    withSystem(world, setting, async (system, env) => {
      await world.startWorker({ env, beside: true });
      await bookAll(world, reminders);
      for (let nth = 0; nth < kills; nth++) {
        const { taken } = await behave(system);
        const victim = world.workers.filter((worker) => !worker.hasEnded())[nth % 2];
        const isPublic = victim?.url === world.publicUrl;
        await behave(system, { down: nth % 4 === 3 });
        if (nth % 2 === 0) victim?.tell({ failBefore: { source: RECORDING, nth: 2 + (nth % 5) } });
        else await settles(async () => (await behave(system)).taken > taken + 3);
        if (nth % 2 === 0) await settles(async () => victim?.hasEnded() ?? true);
        await victim?.kill();
        await behave(system, { down: false });
        await world.startWorker({ env, beside: !isPublic });
        await world.advance(LAPSE_MS);
      }
      return { part: `${kills} kills`, counts: { kills } };
    }),
  );
}

async function failedOver(setting: Setting): Promise<Outcome> {
  const { reminders, rounds } = setting.form === 'long' ? { reminders: 400, rounds: 20 } : { reminders: 80, rounds: 1 };
  const nodes = await TwoNodes.start();
  try {
    return await inWorld(setting, { kind: 'echoed', databaseUrl: nodes.url }, (world) =>
      withSystem(world, setting, async (system) => {
        for (let round = 0; round < rounds; round++) {
          const { taken } = await behave(system);
          await bookAll(world, reminders);
          await settles(async () => (await behave(system)).taken > taken + 10);
          await nodes.failOver();
          await nodes.rejoin();
          await world.advance(LAPSE_MS);
        }
        return { part: 'primary killed, standby promoted', counts: { 'fail-overs': rounds } };
      }),
    );
  } finally {
    await nodes.close();
  }
}

type Course = (system: ProvedProcess, env: Record<string, string>) => Promise<Pick<Outcome, 'part' | 'counts'>>;

/** Sets the endpoint up, lets the course be run, waits until all is told, and judges. */
async function withSystem(world: World, { seed }: Setting, course: Course): Promise<Outcome> {
  const system = await startProcess('booking-system-process.ts', [world.folder, String(seed)]);
  try {
    const env = { EASYSMS_ALLOWED_ADDRESSES: new URL(system.url).host };
    await world.startWorker({ env });
    await world.makeAuthority('rh');
    const settings = { name: 'rh', mode: 'live', events: { url: `${system.url}/events` } };
    const made = await world.admin<{ secrets: { events: string } }>('PUT', '/v1/authorities/rh/sources/rh', settings);
    await behave(system, { secret: made.secrets.events, ...FLAPPING });
    await world.sendReceipts({ undelivered: 0.2, delayMs: 300 });
    const { part, counts } = await course(system, env);
    await behave(system, CALM);
    await world.idle(180_000);
    for (const step of [...Array<number>(10).fill(MINUTE), ...Array<number>(30).fill(3 * HOUR)]) {
      await world.advance(step);
      if (await isToldWithin(world, 3_000)) break;
    }
    await allEventsDelivered(world, 240_000);
    const verdict = await judge(world, { late: false });
    const books = await readEventBooks(world);
    const failures = [...judgeEventBooks(books), ...expectationsOf(books, await behave(system))];
    const repeated = books.taken.length - books.events.length;
    return { part, verdict, counts: { ...counts, events: books.events.length, repeated }, failures };
  } finally {
    await system.kill();
  }
}

async function bookAll(world: World, count: number): Promise<void> {
  const first = world.now() + DUE_MS;
  await world.script.book('rh', count, () => new Date(first + LEAD_MS));
}

function expectationsOf(books: EventBooks, { refused, wrongSignatures }: SystemCounts): string[] {
  const { expect, failures } = new Expectations();
  expect(books.events.length > 0 && refused > 0, 'there was something to tell, and some of it was refused');
  expect(books.taken.length > books.events.length, 'some came again');
  expect(wrongSignatures === 0, `every call is signed; ${wrongSignatures} were not`);
  for (const [fault, taken] of Object.entries(spoilt(books.taken)))
    expect(judgeEventBooks({ ...books, taken }).length > 0, `the judge notices ${fault}`);
  return failures;
}

/** Books that a judge must not believe. */
function spoilt(taken: EventBooks['taken']): Record<string, EventBooks['taken']> {
  const [first] = taken;
  const next = taken.find(({ reference, id }) => reference === first?.reference && id !== first.id);
  if (!first || !next) return {};
  const without = taken.filter(({ id }) => id !== first.id && id !== next.id);
  return {
    'an event that is missing': taken.filter(({ id }) => id !== next.id),
    'two that are exchanged': [next, first, ...without],
    'one too many': [...taken, { ...first, id: next.id.replace(/^./, 'f') }],
    'one that was changed': [{ ...first, status: 'rejected' }, ...taken.slice(1)],
  };
}

async function isToldWithin(world: World, ms: number): Promise<boolean> {
  return allEventsDelivered(world, ms).then(
    () => true,
    () => false,
  );
}

/** Goes on all the same: what is waited for only makes the moment of a kill a good one. */
async function settles(holds: () => Promise<boolean>): Promise<void> {
  await until(holds, 'the moment', 20_000, 5).catch(() => {});
}
