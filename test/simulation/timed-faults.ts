import type { Dice } from './dice.ts';
import type { Troubled } from './faults.ts';
import type { SimulatedProcess } from './process.ts';
import { AUTHORITIES, DAY, HOUR, MINUTE, repeats, SECOND, WORDINGS } from './settings.ts';
import type { Ambush, Call } from './supplier.ts';

/** Has a fault mended in so many milliseconds. */
type Over = (ms: number, mend: () => void) => void;

const someStep = (dice: Dice): number => dice.pick([-1, 1]) * dice.pick([40 * SECOND, 2 * HOUR, DAY, 400 * DAY]);
/** Never those of a process: two that are wrong together are none that anything could tell. */
const someOtherStep = (dice: Dice): number =>
  dice.pick([-1, 1]) * dice.pick([150 * SECOND, 3 * HOUR, 5 * DAY, 300 * DAY]);

/** A process's clock that is set wrong, and put right again. */
export function setClock({ dice, judge, timeline, clockSet }: Troubled, process: SimulatedProcess, over: Over): void {
  const step = someStep(dice);
  const fault = { from: timeline.now, to: Number.POSITIVE_INFINITY };
  judge.clockFaults.push(fault);
  process.skewMs += step;
  clockSet(process);
  over(dice.between(1, 90) * MINUTE, () => {
    // Another step may have come in between.
    process.skewMs -= step;
    clockSet(process);
    fault.to = timeline.now + 15 * SECOND;
  });
}

/** The database's clock: nothing is planned or sent by it, but a process may not go on while its own differs. */
export function setDatabaseClock({ dice, database, processes, clockSet }: Troubled, over: Over): void {
  const step = someOtherStep(dice);
  const set = (ms: number) => {
    database.skewMs += ms;
    for (const process of processes()) clockSet(process);
  };
  set(step);
  over(dice.between(1, 90) * MINUTE, () => set(-step));
}

/** A lease, a hold and a look-up fit in. */
const LONG_ENOUGH_MS = 15 * MINUTE;

/** A reminder's first call, that another process may make again if nobody hears of its outcome. */
function mayGoAgain({ timeline, supplier, setting, processes }: Troubled, call: Call): boolean {
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
 * Whichever process makes the next such call stands still with it in its hands, or with its outcome, until another one
 * makes it again: it comes back with what it has while the new call is under way.
 */
export function freeze(world: Troubled): void {
  const { dice, supplier } = world;
  const first: Ambush = (call) => {
    if (!mayGoAgain(world, call)) return null;
    supplier.ambushes.delete(first);
    if (dice.chance(0.6)) {
      call.onAnswer = () => standStill(world, call);
      return dice.pick(['throttled', 'throttled', 'busy', 'cut_before']);
    }
    standStill(world, call);
    // Whatever it is, a process that wakes sees its time-out first.
    return dice.pick(['silent', 'cut_before']);
  };
  supplier.ambushes.add(first);
}

function standStill({ dice, timeline, supplier, judge, lookAgain }: Troubled, { sms, process }: Call): void {
  const holdup = judge.holdup(null, 'freeze');
  let until = timeline.now + 20 * MINUTE;
  const again: Ambush = (call) => {
    if (call.sms.reference !== sms.reference) return null;
    timeline.note(`what ${process.name} stood still with is called again`);
    until = timeline.now;
    return dice.pick(['silent', 'silent', 'late', 'slow']);
  };
  const goOn = () => {
    if (timeline.now < until) {
      process.stop(5 * SECOND);
      timeline.after(4 * SECOND, goOn);
      return;
    }
    supplier.ambushes.delete(again);
    holdup.to = timeline.now + 15 * MINUTE;
    lookAgain();
  };
  supplier.ambushes.add(again);
  goOn();
}

/**
 * Nobody is awake when much is due with a minute's notice, until seconds before its deadline; then it has to wait for
 * its turn.
 */
export function brink({ dice, timeline, supplier, processes }: Troubled, over: Over): void {
  const ms = dice.between(53, 59) * SECOND;
  for (const process of processes()) process.stop(ms);
  const slow: Ambush = () => 'slow';
  timeline.after(ms, () => supplier.ambushes.add(slow));
  over(ms + 20 * SECOND, () => void supplier.ambushes.delete(slow));
}
