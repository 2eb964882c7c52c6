import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, senderOf, type World } from '../world.ts';

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

const CHANGES: Readonly<Record<string, (world: World, appointment: Scripted) => Promise<void>>> = {
  cancel: (world, appointment) => world.script.cancel(appointment),
  // To another day, and to a time that the text shows.
  move: (world, appointment) =>
    world.script.move(appointment, new Date((appointment.starts[0]?.getTime() ?? 0) + DAY_MS + QUARTER_MS)),
  'new number': (world, appointment) => world.script.changePhone(appointment),
  STOP: (world, appointment) => world.script.stop(appointment, senderOf(appointment.authority)),
};

/** R17: a change that comes in the very moment in which its reminder is handed over. */
export const races: Experiment = {
  name: 'R17',
  title: 'cancel, move, new number and STOP against the hand-over',
  says:
    'Each change is posted within some hundred milliseconds of the moment its reminder is due. One that gets a 2xx wins, or the response names the ' +
    'reminder as handed over already.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  // A group falls due at a time, and each of its reminders has a change of its own.
  const { groups, each } = setting.form === 'long' ? { groups: 250, each: 40 } : { groups: 8, each: 24 };
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const random = seeded(setting.seed);
    await world.startWorker();
    await world.makeAuthority('rh');
    // The tick comes with the second.
    const first = Math.ceil((world.now() + 3_000) / 1000) * 1000;
    const made = await world.script.book(
      'rh',
      groups * each,
      (n) => new Date(first + Math.floor(n / each) * 2_000 + LEAD_MS),
    );
    const names = Object.keys(CHANGES);
    const changing = made.map(async (appointment, n) => {
      const due = first + Math.floor(n / each) * 2_000;
      await sleep(Math.max(0, due - world.now() - 50 + random() * 300));
      await CHANGES[names[n % names.length] ?? '']?.(world, appointment);
    });
    await Promise.all(changing);
    await world.idle(120_000);
    const verdict = await judge(world);
    const { expect, failures } = new Expectations();
    const told = made.filter(({ handedOver }) => handedOver.size > 0).length;
    const stopped = made.filter(({ stoppedAt }) => stoppedAt !== null).length;
    expect(told > 0 && verdict.taken < made.length, 'some changes won, and some came too late: else there was no race');
    return {
      part: `${made.length} changes`,
      verdict,
      counts: { 'handed over already': told, 'by STOP': stopped },
      failures,
    };
  });
}
