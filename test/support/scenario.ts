import type { Kysely } from 'kysely';
import pino, { type Logger } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import type { Role } from '../../src/domain/people/access.ts';
import { openTestApp, type TestApp, type TestDeps } from './app.ts';
import { type DatabaseKind, describeDatabases, type TestDatabase } from './database.ts';
import { enter, type PageClient, type TestInvite } from './pages.ts';
import { type Sending, type SendingOptions, startSending } from './sending.ts';
import { StoredRows } from './stored-rows.ts';

/**
 * What tests begin with, each opened before the first test of a file or a suite and closed behind the last, or, with
 * `each`, before and behind every test. What is returned stands for the one that is open.
 */
interface Lasting {
  /** A new one for each test. */
  readonly each?: boolean;
}

interface Closed {
  close(): Promise<unknown>;
}

/** Ids with the defaults, or with settings of their own. */
type Made<Settings> = readonly string[] | Readonly<Record<string, Settings>>;

type SourceSettings = Readonly<Record<string, unknown>>;
type AuthoritySettings = SourceSettings & { readonly sources?: Made<SourceSettings> };

export interface AppOptions extends Lasting {
  readonly kind?: DatabaseKind;
  /** Called whenever one is opened. */
  readonly deps?: () => Partial<TestDeps>;
  /** Each may have booking systems. */
  readonly authorities?: Made<AuthoritySettings>;
}

/** The application, with what is stored in it, and the token of its first booking system. */
export type AppScenario = TestApp & { readonly rows: StoredRows; readonly token: string };

/** The application (`openTestApp`) with authorities and booking systems. */
export function useApp({ kind, deps, authorities = [], ...lasting }: AppOptions = {}): AppScenario {
  const current = use(lasting, async () => {
    const app = await openTestApp(kind, deps?.());
    const tokens: string[] = [];
    for (const [id, { sources = [], ...settings }] of entriesOf(authorities)) {
      await app.makeAuthority(id, settings);
      for (const [source, of] of entriesOf(sources)) tokens.push((await app.makeSource(id, source, of)).token);
    }
    return Object.assign(app, {
      rows: new StoredRows(app.db, app.clock.now, app.deps.keyring),
      token: tokens[0] ?? '',
    });
  });
  const rows = standIn(() => current().rows);
  return standIn(current, { rows });
}

function entriesOf<Settings>(made: Made<Settings>): (readonly [string, Partial<Settings>])[] {
  return Array.isArray(made)
    ? made.map((id: string) => [id, {}] as const)
    : Object.entries(made as Record<string, Settings>);
}

/** Who has signed in, in a browser of its own; of the authority `rh` unless another one is named. */
type Invited = Omit<TestInvite, 'authority'> & { readonly authority?: string | null };

/** The application, what is stored in it, and browsers of people that have signed in. */
export interface Scenario {
  readonly test: AppScenario;
  readonly rows: StoredRows;
  /** A new person's browser, signed in. */
  at(role: Role, authority?: string | null, name?: string): Promise<PageClient>;
  /** Somebody of a new authority, which has a booking system of the same id. */
  ofNew(authority: string, settings?: Record<string, unknown>, role?: Role): Promise<PageClient>;
}

/** `useApp` with people. What it gives can be taken apart at once, and is used in tests alone. */
export function scenario<Person extends string = never>({
  people,
  prepare,
  ...plan
}: AppOptions & {
  readonly people?: Readonly<Record<Person, Invited>>;
  /** Makes what else is wanted, once all of these are there. */
  readonly prepare?: () => Promise<unknown>;
}): Scenario & Record<Person, PageClient> {
  const invited = Object.entries<Invited>(people ?? {});
  const clients = new Map<string, PageClient>();
  const test = useApp(plan);
  beforeAll(async () => {
    for (const [name, person] of invited) clients.set(name, await enter(test, { name, authority: 'rh', ...person }));
    await prepare?.();
  });
  const browsers = invited.map(([name]) => [name, standIn(() => clients.get(name) as PageClient)] as const);
  return {
    test,
    rows: test.rows,
    at: (role, authority = 'rh', name = 'Nogen') => enter(test, { name, role, authority }),
    ofNew: async (authority, settings = {}, role = 'viewer') => {
      await test.makeAuthority(authority, settings);
      await test.makeSource(authority, authority);
      return enter(test, { role, authority });
    },
    ...(Object.fromEntries(browsers) as Record<Person, PageClient>),
  };
}

/** A database with its rows, and a log. */
export interface RowsScenario {
  readonly database: TestDatabase;
  readonly db: Kysely<Database>;
  readonly rows: StoredRows;
  readonly log: Logger;
  /** Lines of `log`, as JSON. */
  readonly logged: readonly string[];
}

/** A database of its own, whose rows are stored at `now`. */
export function useRows(open: () => Promise<TestDatabase>, now: Date, lasting: Lasting = {}): RowsScenario {
  const current = use(lasting, async () => {
    const database = await open();
    const logged: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
    return { database, db: database.db, rows: new StoredRows(database.db, now), log, logged, close: database.close };
  });
  return {
    database: standIn(() => current().database),
    db: standIn(() => current().db),
    rows: standIn(() => current().rows),
    log: standIn(() => current().log),
    logged: standIn(() => current().logged),
  };
}

/** A database of its own, or what else is opened and closed. */
export function useOpened<T extends Closed>(open: () => Promise<T>, lasting: Lasting = {}): T {
  return standIn(use(lasting, open));
}

/** What each test begins with, where it is not the rule. */
export interface SendingScenarioOptions {
  /** The one authority that there is, instead of `rh`; null: none. */
  readonly authority?: string | null;
  /** Called for each test: gateways are new ones. */
  readonly sending?: () => SendingOptions;
}

/** All that hands over, with the authority `rh`, on a database that is opened for each test. */
export function useSending(
  open: () => Promise<TestDatabase>,
  { authority = 'rh', sending: optionsOf = () => ({}) }: SendingScenarioOptions = {},
): { readonly sending: Sending; readonly database: TestDatabase } {
  const current = use({ each: true }, async () => {
    const database = await open();
    const sending = startSending(database, optionsOf());
    if (authority !== null) await sending.rows.authority(authority);
    return { database, sending, close: database.close };
  });
  return { sending: standIn(() => current().sending), database: standIn(() => current().database) };
}

type Suite = (sending: Sending, database: TestDatabase, kind: DatabaseKind) => void;

/** Runs a suite with `useSending` on the embedded database and on PostgreSQL. */
export function describeSending(name: string, suite: Suite): void;
export function describeSending(name: string, options: SendingScenarioOptions, suite: Suite): void;
export function describeSending(name: string, ...rest: [Suite] | [SendingScenarioOptions, Suite]): void {
  const [options, suite] = rest.length === 1 ? [{}, rest[0]] : rest;
  describeDatabases(name, (open, kind) => {
    const { sending, database } = useSending(open, options);
    suite(sending, database, kind);
  });
}

/** Opens and closes it around all tests or each. @returns the one that is open */
function use<T extends Closed>({ each = false }: Lasting, open: () => Promise<T>): () => T {
  let current: T;
  const [before, after] = each ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    current = await open();
  });
  after(() => current.close());
  return () => current;
}

/**
 * Has the properties of whatever `current` gives at the time, so that a suite names once what each test has anew.
 * @param lasting what can be taken from it before the first test, since it stands in itself
 */
function standIn<T extends object>(current: () => T, lasting: Partial<T> = {}): T {
  const get = (_: T, name: string | symbol): unknown => {
    if (Object.hasOwn(lasting, name)) return Reflect.get(lasting, name);
    const target = current();
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  const set = (_: T, name: string | symbol, value: unknown) => Reflect.set(current(), name, value);
  return new Proxy({} as T, { get, set });
}
