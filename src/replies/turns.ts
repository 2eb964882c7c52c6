import { isConnectionFailure, isTimeOut } from '../database/transaction.ts';
import { Semaphore } from '../runtime/semaphore.ts';

/**
 * Numbers whose messages a process applies at once, over all callbacks: each takes a connection, and everybody else
 * needs some. A supplier posts up to 250 messages in a callback, waits for the response for seconds only, and each
 * message is a commit of its own.
 */
export const NUMBERS_AT_ONCE = 4;

/** The turns of one owner. */
interface Turns {
  /** The last piece of work of each number. */
  readonly last: Map<string, Promise<unknown>>;
  readonly places: Semaphore;
}

const turnsOf = new WeakMap<object, Turns>();

/**
 * Does work of a number in this process: that of one number one after another, and of `NUMBERS_AT_ONCE` numbers at
 * once, in the order in which they asked. What waits for its turn holds nothing, whereas in the database each would
 * hold a connection; what has its turn must not ask for another one.
 * @param owner of the turns, such as a database
 * @throws what the work throws, or what work in front of it threw that had lost the database
 */
export async function inTurn<T>(owner: object, number: string, work: () => Promise<T>): Promise<T> {
  const { last, places } = turnsOf.get(owner) ?? newTurns(owner);
  // It asks for a place behind its number: all that one number sends would else take every place, and wait there.
  const next = () => inPlace(places, work);
  const own = (last.get(number) ?? Promise.resolve()).then(next, next);
  last.set(number, own);
  try {
    return await own;
  } finally {
    if (last.get(number) === own) last.delete(number);
  }
}

function newTurns(owner: object): Turns {
  const turns: Turns = { last: new Map(), places: new Semaphore(NUMBERS_AT_ONCE) };
  turnsOf.set(owner, turns);
  return turns;
}

/** What waits fails with work that has lost the database: place by place, it would fail long after its time. */
async function inPlace<T>(places: Semaphore, work: () => Promise<T>): Promise<T> {
  await places.take(1, 1);
  try {
    return await work();
  } catch (error) {
    if (isConnectionFailure(error) && !isTimeOut(error)) places.refuseWaiting(error);
    throw error;
  } finally {
    places.giveBack(1);
  }
}
