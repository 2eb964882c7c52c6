import { afterEach, beforeEach } from 'vitest';
import { type DatabaseKind, describeDatabases, type TestDatabase } from './database.ts';
import { type Sending, type SendingOptions, startSending } from './sending.ts';

/** What each test begins with, where it is not the rule. */
export interface SuiteOptions {
  /** The one authority that there is, instead of `rh`; null: none. */
  readonly authority?: string | null;
  /** Called for each test: gateways are new ones. */
  readonly sending?: () => SendingOptions;
}

type Suite = (sending: Sending, database: TestDatabase, kind: DatabaseKind) => void;

/**
 * Runs a suite on the embedded database and on PostgreSQL. `sending` and `database` stand for new ones in each test,
 * with the authority `rh`.
 */
export function describeSending(name: string, suite: Suite): void;
export function describeSending(name: string, options: SuiteOptions, suite: Suite): void;
export function describeSending(name: string, ...rest: [Suite] | [SuiteOptions, Suite]): void {
  const [options, suite] = rest.length === 1 ? [{}, rest[0]] : rest;
  describeDatabases(name, (open, kind) => {
    const { sending, database } = useSending(open, options);
    suite(sending, database, kind);
  });
}

/** The same for the tests of a file or a suite, on a database that is opened for each. */
export function useSending(
  open: () => Promise<TestDatabase>,
  { authority = 'rh', sending: optionsOf = () => ({}) }: SuiteOptions = {},
): { readonly sending: Sending; readonly database: TestDatabase } {
  let database: TestDatabase;
  let sending: Sending;
  beforeEach(async () => {
    database = await open();
    sending = startSending(database, optionsOf());
    if (authority !== null) await sending.rows.authority(authority);
  });
  afterEach(() => database.close());
  return { sending: standIn(() => sending), database: standIn(() => database) };
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
