import { isConnectionFailure, isTimeOut } from '../database/transaction.ts';
import { Semaphore } from '../runtime/semaphore.ts';

/**
 * Numbers whose messages a process applies at once, over all callbacks: each takes a connection, and everybody else
 * needs some. A supplier posts up to 250 messages in a callback, waits for the response for seconds only, and each
 * message is a commit of its own.
 */
export const NUMBERS_AT_ONCE = 4;
/** So many pieces of work in a row that lose their connection mean that the database is lost: one alone may be cut. */
const LOST_IN_A_ROW = 2;

/** The queues of one owner. */
interface Queues {
  /** The last piece of work of each number. */
  readonly last: Map<string, Promise<unknown>>;
  readonly running: Semaphore;
  /** How many pieces of work lost their connection since the last one that did not. */
  lost: number;
}

const queuesOf = new WeakMap<object, Queues>();

/**
 * Does work of a number in this process: that of one number one after another, and of `NUMBERS_AT_ONCE` numbers at
 * once, in the order in which they asked. What waits holds nothing, whereas in the database each would hold a
 * connection; what runs must not ask for another run.
 * @param owner of the queues, such as a database
 * @throws what the work throws, or what work in front of it threw that had lost the database
 */
export async function applyInOrder<T>(owner: object, number: string, work: () => Promise<T>): Promise<T> {
  const queues = queuesOf.get(owner) ?? newQueues(owner);
  const { last } = queues;
  // It takes one of the places only when the work of its number before it is done: else what waits for one number
  // would take all places.
  const next = () => run(queues, work);
  const own = (last.get(number) ?? Promise.resolve()).then(next, next);
  last.set(number, own);
  try {
    return await own;
  } finally {
    if (last.get(number) === own) last.delete(number);
  }
}

function newQueues(owner: object): Queues {
  const queues: Queues = { last: new Map(), running: new Semaphore(NUMBERS_AT_ONCE), lost: 0 };
  queuesOf.set(owner, queues);
  return queues;
}

/**
 * Runs work once it may. Where the database is lost all that wait to run fail at once: one behind another, they would
 * fail long after their time.
 */
async function run<T>(queues: Queues, work: () => Promise<T>): Promise<T> {
  const { running } = queues;
  await running.take(1, 1);
  try {
    const result = await work();
    queues.lost = 0;
    return result;
  } catch (error) {
    queues.lost = isConnectionFailure(error) && !isTimeOut(error) ? queues.lost + 1 : 0;
    if (queues.lost >= LOST_IN_A_ROW) running.refuseWaiting(error);
    throw error;
  } finally {
    running.giveBack(1);
  }
}
