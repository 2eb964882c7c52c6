import { USUAL_BREAK_RATE } from './database.ts';
import { DAY, HOUR, MINUTE, SECOND } from './settings.ts';
import type { Supplier } from './supplier.ts';
import { type FaultTargets, freeze, setClock, setDatabaseClock, stopUntilDeadline } from './timed-faults.ts';

/**
 * Kinds of faults, as the trace names them; those that are named several times are drawn more often. `stop`: a process
 * stands still. `away`: the database can't be reached. `losing`: its answers are lost. `slow`: its statements take
 * seconds. `out`: a supplier can't be reached. `trouble`: many of its calls fail. `freeze` and `brink`: see
 * timed-faults.ts.
 */
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
 * Plans faults for so many days, some at the moment at which reminders are due; a `brink` when several are due a minute
 * before their deadline.
 */
export function planFaults(world: FaultTargets, from: number, days: number): void {
  const { timeline, dice } = world;
  for (let nth = dice.between(8, 30); nth > 0; nth--) {
    const at = from + dice.between(HOUR, days * DAY);
    timeline.at(at, () => {
      const fault = dice.pick(FAULTS);
      const atDue = () => (dice.chance(0.75) ? world.dueAt(timeline.now) + dice.between(-5, 120) : timeline.now);
      const aimed = fault === 'brink' ? world.bookCrowdDueAt() - 100 : atDue();
      timeline.at(aimed, () => injectFault(world, fault));
    });
  }
}

function injectFault(world: FaultTargets, fault: (typeof FAULTS)[number]): void {
  const { timeline, dice, database, suppliers, judge } = world;
  const living = world.processes().filter(({ dead }) => !dead);
  const process = living[dice.between(0, living.length - 1)];
  if (!process) return;
  timeline.note(`fault ${fault} ${process.name}`);
  const [first] = suppliers;
  const supplier = suppliers.length > 1 ? dice.pick(suppliers as readonly [Supplier, ...Supplier[]]) : first;
  if (!supplier) return;
  world.keepHeartbeats();
  if (fault === 'freeze') {
    freeze(world);
    return;
  }
  const disturbance = judge.disturbance(null, fault);
  const endAfter = (ms: number, repair: () => void) =>
    timeline.after(ms, () => {
      repair();
      timeline.note(`fault ${fault} is over`);
      // Gateways that stay out of use for a while, leases, holds.
      disturbance.to = timeline.now + 15 * MINUTE;
      world.retryAll();
    });
  switch (fault) {
    case 'kill':
      world.kill(process);
      endAfter(2 * MINUTE, () => {});
      break;
    case 'stop': {
      const ms = dice.chance(0.7) ? dice.between(1, 200) * SECOND : dice.between(3, 40) * MINUTE;
      process.stop(ms);
      endAfter(ms, () => {});
      break;
    }
    case 'away':
      database.goAway();
      endAfter(dice.chance(0.6) ? dice.between(1, 60) * SECOND : dice.between(1, 30) * MINUTE, () =>
        database.comeBack(),
      );
      break;
    case 'losing':
      database.losing = dice.pick([0.05, 0.2, 0.5]);
      database.breaking = database.losing / 5;
      endAfter(dice.between(10, 900) * SECOND, () => {
        database.losing = 0;
        database.breaking = USUAL_BREAK_RATE;
      });
      break;
    case 'slow':
      database.slow = dice.pick([0.1, 0.5]);
      endAfter(dice.between(30, 1800) * SECOND, () => {
        database.slow = 0.01;
      });
      break;
    case 'out':
      supplier.unreachable = true;
      endAfter(dice.chance(0.6) ? dice.between(1, 30) * MINUTE : dice.between(1, 5) * HOUR, () => {
        supplier.unreachable = false;
      });
      break;
    case 'trouble':
      supplier.faultRate = dice.pick([0.2, 0.5, 0.9]);
      endAfter(dice.between(1, 120) * MINUTE, () => {
        supplier.faultRate = 0;
      });
      break;
    case 'clock':
      setClock(world, process, endAfter);
      break;
    case 'database clock':
      setDatabaseClock(world, endAfter);
      break;
    case 'brink':
      stopUntilDeadline(world, endAfter);
  }
}
