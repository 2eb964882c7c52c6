import { brink, freeze, setClock, setDatabaseClock } from './aimed-faults.ts';
import { type SharedDatabase, USUALLY_BREAKING } from './database.ts';
import type { Dice } from './dice.ts';
import type { Judge } from './judge.ts';
import type { SimulatedProcess } from './process.ts';
import { DAY, HOUR, MINUTE, SECOND, type Setting } from './settings.ts';
import type { Supplier } from './supplier.ts';
import type { Timeline } from './timeline.ts';

/** The world as faults may touch it. */
export interface Troubled {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly database: SharedDatabase;
  /** The first one. */
  readonly supplier: Supplier;
  readonly suppliers: readonly Supplier[];
  readonly judge: Judge;
  readonly setting: Setting;
  readonly processes: () => readonly SimulatedProcess[];
  /** Ends a process, and starts the next one in its place some time later. */
  readonly kill: (process: SimulatedProcess) => void;
  /** Trouble begins: what would have gone unnoticed in a quiet time no longer does. */
  readonly stir: () => void;
  /** What waited for the end of trouble goes on. */
  readonly lookAgain: () => void;
  readonly clockSet: (process: SimulatedProcess) => void;
  /** When something is due soon after that. */
  readonly dueAt: (near: number) => number;
  /** Has several appointments booked for one time. @returns when their last reminders are due */
  readonly crowdDueAt: () => number;
}

const FAULTS = [
  'kill',
  'kill',
  'stop',
  'stop',
  'away',
  'losing',
  'out',
  'trouble',
  'trouble',
  'clock',
  'database clock',
  'slow',
  'freeze',
  'freeze',
  'freeze',
  'freeze',
  'brink',
] as const;

/**
 * Draws faults for so many days, some in the moment in which reminders are due; a `brink` when many are whose deadline
 * is a minute away.
 */
export function planFaults(world: Troubled, from: number, days: number): void {
  const { timeline, dice } = world;
  for (let nth = dice.between(8, 30); nth > 0; nth--) {
    const at = from + dice.between(HOUR, days * DAY);
    timeline.at(at, () => {
      const fault = dice.pick(FAULTS);
      const atDue = () => (dice.chance(0.75) ? world.dueAt(timeline.now) + dice.between(-5, 120) : timeline.now);
      const aimed = fault === 'brink' ? world.crowdDueAt() - 100 : atDue();
      timeline.at(aimed, () => strike(world, fault));
    });
  }
}

function strike(world: Troubled, fault: (typeof FAULTS)[number]): void {
  const { timeline, dice, database, suppliers, judge } = world;
  const living = world.processes().filter(({ dead }) => !dead);
  const process = living[dice.between(0, living.length - 1)];
  if (!process) return;
  timeline.note(`fault ${fault} ${process.name}`);
  const [first] = suppliers;
  const supplier = suppliers.length > 1 ? dice.pick(suppliers as readonly [Supplier, ...Supplier[]]) : first;
  if (!supplier) return;
  world.stir();
  if (fault === 'freeze') {
    freeze(world);
    return;
  }
  const holdup = judge.holdup(null, fault);
  const over = (ms: number, mend: () => void) =>
    timeline.after(ms, () => {
      mend();
      timeline.note(`fault ${fault} is over`);
      // Gates that stay closed for a while, leases, holds.
      holdup.to = timeline.now + 15 * MINUTE;
      world.lookAgain();
    });
  switch (fault) {
    case 'kill':
      world.kill(process);
      over(2 * MINUTE, () => {});
      break;
    case 'stop': {
      const ms = dice.chance(0.7) ? dice.between(1, 200) * SECOND : dice.between(3, 40) * MINUTE;
      process.stop(ms);
      over(ms, () => {});
      break;
    }
    case 'away':
      database.goAway();
      over(dice.chance(0.6) ? dice.between(1, 60) * SECOND : dice.between(1, 30) * MINUTE, () => database.comeBack());
      break;
    case 'losing':
      database.losing = dice.pick([0.05, 0.2, 0.5]);
      database.breaking = database.losing / 5;
      over(dice.between(10, 900) * SECOND, () => {
        database.losing = 0;
        database.breaking = USUALLY_BREAKING;
      });
      break;
    case 'slow':
      database.slow = dice.pick([0.1, 0.5]);
      over(dice.between(30, 1800) * SECOND, () => {
        database.slow = 0.01;
      });
      break;
    case 'out':
      supplier.out = true;
      over(dice.chance(0.6) ? dice.between(1, 30) * MINUTE : dice.between(1, 5) * HOUR, () => {
        supplier.out = false;
      });
      break;
    case 'trouble':
      supplier.trouble = dice.pick([0.2, 0.5, 0.9]);
      over(dice.between(1, 120) * MINUTE, () => {
        supplier.trouble = 0;
      });
      break;
    case 'clock':
      setClock(world, process, over);
      break;
    case 'database clock':
      setDatabaseClock(world, over);
      break;
    case 'brink':
      brink(world, over);
  }
}
