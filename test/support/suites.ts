import { afterEach, beforeEach } from 'vitest';
import { type DatabaseKind, describeDatabases, type TestDatabase } from './database.ts';
import { type Sending, startSending } from './sending.ts';

/**
 * Runs a suite on the embedded database and on PostgreSQL. `sending` and `database` stand for new ones in each test,
 * with the authority `rh`.
 */
export function describeSending(
  name: string,
  suite: (sending: Sending, database: TestDatabase, kind: DatabaseKind) => void,
): void {
  describeDatabases(name, (open, kind) => {
    let database: TestDatabase;
    let sending: Sending;
    beforeEach(async () => {
      database = await open();
      sending = startSending(database);
      await sending.rows.authority('rh');
    });
    afterEach(() => database.close());
    suite(
      standIn(() => sending),
      standIn(() => database),
      kind,
    );
  });
}

/** Has the properties of whatever `current` gives at the time, so that a suite names once what each test has anew. */
function standIn<T extends object>(current: () => T): T {
  const get = (_: T, name: string | symbol): unknown => {
    const target = current();
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  const set = (_: T, name: string | symbol, value: unknown) => Reflect.set(current(), name, value);
  return new Proxy({} as T, { get, set });
}
