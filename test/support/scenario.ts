import { afterAll, beforeAll } from 'vitest';
import type { Role } from '../../src/domain/people/access.ts';
import { openTestApp, type TestApp, type TestDeps } from './app.ts';
import { enter, type PageClient, type TestInvite } from './pages.ts';
import { StoredRows } from './stored-rows.ts';

/** An authority of a scenario: its settings, and its booking systems by their ids. */
interface Authority {
  readonly sources?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [setting: string]: unknown;
}

/** The world before the first test of a file. */
interface Plan<Person extends string> {
  readonly authorities?: Readonly<Record<string, Authority>>;
  /** Who has signed in, in browsers of their own; of the authority `rh` unless another one is named. */
  readonly people?: Readonly<Record<Person, Omit<TestInvite, 'authority'> & { readonly authority?: string | null }>>;
  readonly deps?: Partial<TestDeps>;
  /** Makes what else is wanted, once all of these are there. */
  readonly prepare?: () => Promise<unknown>;
}

/** An application with what a test file needs; it is there once a test runs, and goes after the last one. */
export interface Scenario {
  readonly test: TestApp;
  readonly rows: StoredRows;
  /** A new person's browser, signed in. */
  at(role: Role, authority?: string | null, name?: string): Promise<PageClient>;
}

/**
 * An application over a database of its own with authorities, booking systems and people, for a test file or for a block
 * of tests. What it gives can be taken apart at once, and is used in tests alone.
 */
export function scenario<Person extends string = never>(plan: Plan<Person>): Scenario & Record<Person, PageClient> {
  let opened: TestApp | undefined;
  let stored: StoredRows | undefined;
  const clients = new Map<string, PageClient>();
  const people = Object.entries<Omit<TestInvite, 'authority'> & { authority?: string | null }>(plan.people ?? {});
  const test = later(() => opened);
  beforeAll(async () => {
    opened = await openTestApp(undefined, plan.deps);
    stored = new StoredRows(opened.db, opened.clock.now, opened.deps.keyring);
    for (const [id, { sources = {}, ...settings }] of Object.entries(plan.authorities ?? {})) {
      await opened.makeAuthority(id, settings);
      for (const [source, of] of Object.entries(sources)) await opened.makeSource(id, source, of);
    }
    for (const [name, person] of people) clients.set(name, await enter(opened, { name, authority: 'rh', ...person }));
    await plan.prepare?.();
  });
  afterAll(() => opened?.close());
  return {
    test,
    rows: later(() => stored),
    at: (role, authority = 'rh', name = 'Nogen') => enter(test, { name, role, authority }),
    ...(Object.fromEntries(people.map(([name]) => [name, later(() => clients.get(name))])) as Record<
      Person,
      PageClient
    >),
  };
}

/** Stands for what is made before the first test: what is asked of it is asked of that. */
function later<T extends object>(made: () => T | undefined): T {
  const real = (): T => {
    const found = made();
    if (!found) throw new Error('the scenario is made before the first test, and not while the file is read');
    return found;
  };
  return new Proxy({} as T, {
    get: (_, key) => {
      const value: unknown = Reflect.get(real(), key, real());
      return typeof value === 'function' ? value.bind(real()) : value;
    },
    set: (_, key, value) => Reflect.set(real(), key, value, real()),
  });
}
