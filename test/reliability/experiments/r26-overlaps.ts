import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS } from '../world.ts';

const CLIENTS = 50;

/** R26: the same appointments in many hands at once. */
export const overlaps: Experiment = {
  name: 'R26',
  title: 'fifty clients that cancel the same appointments in every order',
  says: 'Each posts its own mixture of the same appointments, while they are being handed over. None gets an error, and each is cancelled.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const { appointments, posts } =
    setting.form === 'long' ? { appointments: 1_000, posts: 20 } : { appointments: 100, posts: 2 };
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const random = seeded(setting.seed);
    await world.startWorker();
    await world.makeAuthority('rh');
    const due = world.now() + 1_500;
    const made = await world.script.book('rh', appointments, (n) => new Date(due + n * 20 + LEAD_MS));
    const client = async () => {
      for (let post = 0; post < posts; post++) await world.script.cancelAll(shuffled(made, random).slice(0, 40));
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await world.script.cancelAll(made.filter(({ status }) => status !== 'cancelled'));
    await world.idle(60_000);
    const verdict = await judge(world);
    const { expect, failures } = new Expectations();
    const refused = [...world.script.refusals].map(([why, count]) => `${why}: ${count}`).join(', ');
    expect(refused === '', `no error; there were ${refused}`);
    return {
      part: `${CLIENTS} clients`,
      verdict,
      counts: { posts: CLIENTS * posts, deadlocks: verdict.deadlocks },
      failures,
    };
  });
}

function shuffled(list: readonly Scripted[], random: () => number): Scripted[] {
  return list
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}
