import { setTimeout as sleep } from 'node:timers/promises';
import { preloaded } from '../child-process.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until } from '../world.ts';

/** Within what a heartbeat may stay out, and beyond it. */
const STILL_MS = { short: [30_000], long: [30_000, 60_000] } as const;

const CONCURRENCY = 8;

/** R24: a process whose event loop stands still in the middle of its calls. */
export const still: Experiment = {
  name: 'R24',
  title: 'an event loop that stands still',
  says:
    'A worker is kept from everything for 30 s (in the long form for 60 s too, which is longer than its heartbeat may stay out) while calls are open and reminders fall due, ' +
    'a second one beside it. The second goes on alone, nothing is sent twice, whoever asks the first one meanwhile gets no response, and it is ready again afterwards.',
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const stillMs of STILL_MS[setting.form]) outcomes.push(await run(setting, stillMs));
    return outcomes;
  },
};

function run(setting: Setting, stillMs: number): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 3 : 1;
  const each = 80;
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
    const random = seeded(setting.seed);
    const first = await world.startWorker({ env: { ...preloaded('stand-still.ts'), STILL_MS: String(stillMs) } });
    const second = await world.startWorker({ beside: true });
    await world.makeAuthority('rh');
    await world.behave({ delayMs: 150 });
    const { expect, failures } = new Expectations();
    for (let round = 1; round <= rounds; round++) {
      const { accepted } = await world.counts();
      const due = world.now() + 3_000;
      // Half at once, half while it stands still.
      await world.script.book('rh', each, (n) => new Date(due + (n % 2 === 0 ? 0 : random() * 20_000) + LEAD_MS));
      await world.accepted(accepted + 3, 60_000);
      first.signal('SIGUSR2');
      const began = performance.now();
      await until(async () => !(await ready(first.url)), 'no answer while it stands still', stillMs / 2, 20);
      expect(await ready(second.url), 'the other is ready');
      const during = (await world.counts()).accepted;
      await until(async () => (await world.counts()).accepted > during, 'the other goes on', 30_000, 100);
      await sleep(Math.max(0, stillMs - (performance.now() - began)));
      await until(() => ready(first.url), 'ready again', 20_000, 200);
      await jobsDone(world);
      await world.idle(120_000);
    }
    const verdict = await judge(world);
    expect(verdict.taken + verdict.uncertainNotTaken === rounds * each, 'each is sent once, or uncertain');
    expect(verdict.quarantined === 0, 'none quarantined');
    expect(
      stillMs > 45_000 || verdict.uncertain <= rounds * CONCURRENCY,
      'at most so many uncertain as calls were open',
    );
    return { part: `${rounds} times ${stillMs / 1000} s`, verdict, counts: {}, failures };
  });
}

async function ready(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })
    .then((response) => response.ok)
    .catch(() => false);
}
