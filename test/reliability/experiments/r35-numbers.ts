import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

const AT_ONCE = 20;

/** R35: numbers that change between planning and hand-over. */
export const numbers: Experiment = {
  name: 'R35',
  title: 'numbers that change before the hand-over',
  says: 'Every number changes up to three times between planning and the hand-over. Each SMS goes to the newest that was acknowledged.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const { appointments, withinMs } =
    setting.form === 'long' ? { appointments: 5_000, withinMs: 180_000 } : { appointments: 150, withinMs: 5_000 };
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const random = seeded(setting.seed);
    await world.startWorker();
    await world.makeAuthority('rh');
    const due = world.now() + 2_000;
    const made = await world.script.book(
      'rh',
      appointments,
      (n) => new Date(due + (n / appointments) * withinMs + LEAD_MS),
    );
    const changes = made.flatMap((each) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => each));
    await inTurns(changes, (each) => world.script.changePhone(each));
    await world.accepted(appointments, withinMs + 120_000);
    await world.idle(60_000);
    const verdict = await judge(world, { late: false });
    const { expect, failures } = new Expectations();
    expect(verdict.taken === appointments, 'each is sent once');
    return {
      part: `${appointments} appointments`,
      verdict,
      counts: { changes: changes.length, 'too late': late(world) },
      failures,
    };
  });
}

function late({ script }: World): number {
  return [...script.appointments.values()].filter(({ handedOver }) => handedOver.size > 0).length;
}

/** Some at once; the changes of one appointment after one another. */
async function inTurns(changes: readonly Scripted[], change: (each: Scripted) => Promise<void>): Promise<void> {
  const byAppointment = [...new Set(changes)].map((each) => ({
    each,
    times: changes.filter((other) => other === each).length,
  }));
  const next = byAppointment[Symbol.iterator]();
  const lane = async () => {
    for (const { each, times } of { [Symbol.iterator]: () => next }) for (let n = 0; n < times; n++) await change(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
