/** The last piece of work of each key, for each owner. */
const queues = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Does work of one key in this process one after another: what waits for its turn holds nothing, whereas in the
 * database each would hold a connection.
 * @param owner of the queues, such as a database
 * @throws what the work throws
 */
export async function oneByOne<T>(owner: object, key: string, work: () => Promise<T>): Promise<T> {
  const last = queues.get(owner) ?? new Map<string, Promise<unknown>>();
  queues.set(owner, last);
  const own = (last.get(key) ?? Promise.resolve()).then(work, work);
  last.set(key, own);
  try {
    return await own;
  } finally {
    if (last.get(key) === own) last.delete(key);
  }
}
