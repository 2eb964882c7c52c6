import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { Judge } from './judge.ts';
import type { SimulatedProcess } from './process.ts';
import { AUTHORITIES, DAY, HOUR, MINUTE, repeats, SECOND, type Setting, WORDINGS } from './settings.ts';
import type { Call, CallOverride, Supplier } from './supplier.ts';
import type { Timeline } from './timeline.ts';

/** The parts of the world that faults are injected into. */
export interface FaultTargets {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly database: SharedDatabase;
  /** The first supplier. */
  readonly supplier: Supplier;
  readonly suppliers: readonly Supplier[];
  readonly judge: Judge;
  readonly setting: Setting;
  readonly processes: () => readonly SimulatedProcess[];
  /** Ends a process, and starts the next one in its place some time later. */
  readonly kill: (process: SimulatedProcess) => void;
  /** Called when a fault begins: heartbeats, which are left out in quiet times, matter from now on. */
  readonly keepHeartbeats: () => void;
  /** Called when a fault is over: what waited for its end goes on. */
  readonly retryAll: () => void;
  readonly clockSet: (process: SimulatedProcess) => void;
  /** The next time at which a reminder is due. */
  readonly dueAt: (near: number) => number;
  /** Books several appointments for one time. @returns when their last reminders are due */
  readonly bookCrowdDueAt: () => number;
}

/** Ends a fault after so many milliseconds: `repair` undoes it. */
type EndAfter = (ms: number, repair: () => void) => void;

const processClockStep = (dice: Dice): number =>
  dice.pick([-1, 1]) * dice.pick([40 * SECOND, 2 * HOUR, DAY, 400 * DAY]);
/** Steps of the database's clock are none of a process: nothing could notice two clocks that are wrong alike. */
const databaseClockStep = (dice: Dice): number =>
  dice.pick([-1, 1]) * dice.pick([150 * SECOND, 3 * HOUR, 5 * DAY, 300 * DAY]);

/** Sets a process's clock wrong, and puts it right again. */
export function setClock(
  { dice, judge, timeline, clockSet }: FaultTargets,
  process: SimulatedProcess,
  endAfter: EndAfter,
): void {
  const step = processClockStep(dice);
  const fault = { from: timeline.now, to: Number.POSITIVE_INFINITY };
  judge.clockFaults.push(fault);
  process.skewMs += step;
  clockSet(process);
  endAfter(dice.between(1, 90) * MINUTE, () => {
    // Another step may have come in between.
    process.skewMs -= step;
    clockSet(process);
    fault.to = timeline.now + 15 * SECOND;
  });
}

/**
 * Sets the database's clock wrong, and puts it right again: nothing is planned or sent by it, but a process may not go
 * on while its own differs.
 */
export function setDatabaseClock({ dice, database, processes, clockSet }: FaultTargets, endAfter: EndAfter): void {
  const step = databaseClockStep(dice);
  const set = (ms: number) => {
    database.skewMs += ms;
    for (const process of processes()) clockSet(process);
  };
  set(step);
  endAfter(dice.between(1, 90) * MINUTE, () => set(-step));
}

/** Time for a lease, a hold and a look-up. */
const LONG_ENOUGH_MS = 15 * MINUTE;

/** True for the first call of a reminder, which another process may repeat if nobody hears of its outcome. */
function mayGoAgain({ timeline, supplier, setting, processes }: FaultTargets, call: Call): boolean {
  const { sms, process } = call;
  const authority = AUTHORITIES.find((id) => setting.authorities[id].sender === sms.from);
  const others = processes().some((other) => other !== process && !other.dead);
  const isReminder = Object.values(WORDINGS).some((word) => sms.text.startsWith(word));
  const isFirst = supplier.calls.every((other) => other === call || other.sms.reference !== sms.reference);
  const left = (sms.validUntil?.getTime() ?? 0) - timeline.now;
  return (
    authority !== undefined && repeats(setting, authority) && others && isReminder && isFirst && left >= LONG_ENOUGH_MS
  );
}

/**
 * Freezes the process that makes the next call which may be repeated, with the call open or with its outcome
 * unrecorded, until another process makes the call again: it goes on while the new call is under way.
 */
export function freeze(world: FaultTargets): void {
  const { dice, supplier } = world;
  const first: CallOverride = (call) => {
    if (!mayGoAgain(world, call)) return null;
    supplier.overrides.delete(first);
    if (dice.chance(0.6)) {
      call.onAnswer = () => freezeProcess(world, call);
      return dice.pick(['throttled', 'throttled', 'busy', 'cut_before']);
    }
    freezeProcess(world, call);
    // A process that goes on sees its time-out first, whatever the answer is.
    return dice.pick(['silent', 'cut_before']);
  };
  supplier.overrides.add(first);
}

function freezeProcess({ dice, timeline, supplier, judge, retryAll }: FaultTargets, { sms, process }: Call): void {
  const disturbance = judge.disturbance(null, 'freeze');
  let until = timeline.now + 20 * MINUTE;
  const again: CallOverride = (call) => {
    if (call.sms.reference !== sms.reference) return null;
    timeline.note(`what ${process.name} stood still with is called again`);
    until = timeline.now;
    return dice.pick(['silent', 'silent', 'late', 'slow']);
  };
  const thaw = () => {
    if (timeline.now < until) {
      process.stop(5 * SECOND);
      timeline.after(4 * SECOND, thaw);
      return;
    }
    supplier.overrides.delete(again);
    disturbance.to = timeline.now + 15 * MINUTE;
    retryAll();
  };
  supplier.overrides.add(again);
  thaw();
}

/**
 * Stops every process when several reminders are due a minute before their deadline, until seconds before it; then
 * calls are slow, so that some reminders wait for their turn beyond it.
 */
export function stopUntilDeadline({ dice, timeline, supplier, processes }: FaultTargets, endAfter: EndAfter): void {
  const ms = dice.between(53, 59) * SECOND;
  for (const process of processes()) process.stop(ms);
  const slow: CallOverride = () => 'slow';
  timeline.after(ms, () => supplier.overrides.add(slow));
  endAfter(ms + 20 * SECOND, () => void supplier.overrides.delete(slow));
}
