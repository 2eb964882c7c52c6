import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { WriteObserver } from './safe-client.ts';
import { refusesWrites } from './write-refusals.ts';

const BYTEA = 17;
const INT8 = 20;
const DATE = 1082;

/** The values of the embedded database, in the same JavaScript types as those of the pg driver. */
const VALUES = {
  parsers: {
    [BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex'),
    [INT8]: (text: string) => text,
    [DATE]: (text: string) => text,
  },
  serializers: {
    [BYTEA]: (bytes: Uint8Array) =>
      `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`,
  },
} satisfies PGliteOptions;

/** Opens an embedded database. @param where its folder, or a snapshot in memory; neither: an empty one in memory */
export async function createPglite(where: { dataDir?: string; snapshot?: Blob } = {}): Promise<PGlite> {
  // The import is dynamic so that an installation on PostgreSQL does not load it.
  const { PGlite: Embedded } = await import('@electric-sql/pglite');
  return Embedded.create({
    ...VALUES,
    ...(where.dataDir === undefined ? {} : { dataDir: where.dataDir }),
    ...(where.snapshot === undefined ? {} : { loadDataDir: where.snapshot }),
  });
}

/** Listeners of the embedded database's connection. */
export interface PgliteObserver extends Partial<WriteObserver> {
  /** Waited for before a statement returns. */
  readonly afterEach?: () => Promise<void>;
}

/**
 * The one connection of an embedded database as a pool of one: whoever asks waits for its turn. Inside a transaction
 * only the transaction may be used: the database itself would wait for the transaction that waits for it.
 */
export function pglitePool(pglite: PGlite, observer: PgliteObserver = {}): PostgresPool {
  let tail: Promise<void> = Promise.resolve();
  // Kysely recognises a connection by its client object: so there is one object, whose `release` changes.
  let release: () => void = () => {};
  const client: PostgresPoolClient = {
    query: (async (text: string, parameters: readonly unknown[]) => {
      const result = await run(pglite, text, parameters, observer);
      await observer.afterEach?.();
      return result;
    }) as PostgresPoolClient['query'],
    release: () => release(),
  };
  return {
    async connect() {
      const before = tail;
      let free: () => void = () => {};
      tail = new Promise((resolve) => {
        free = resolve;
      });
      await before;
      release = free;
      return client;
    },
    end: () => pglite.close(),
  };
}

async function run(
  pglite: PGlite,
  text: string,
  parameters: readonly unknown[],
  observer: PgliteObserver,
): Promise<PostgresQueryResult<unknown>> {
  try {
    // Like the pg driver: a text without parameters may hold several statements.
    const result =
      parameters.length === 0 ? (await pglite.exec(text)).at(-1) : await pglite.query(text, [...parameters]);
    return result as unknown as PostgresQueryResult<unknown>;
  } catch (error) {
    if (refusesWrites(error)) observer.onWriteRefused?.();
    throw withoutParameters(error);
  }
}

/** PGlite's errors carry the statement's parameters, which must not reach a log. */
function withoutParameters(error: unknown): unknown {
  if (error instanceof Error) {
    Reflect.deleteProperty(error, 'params');
    Reflect.deleteProperty(error, 'query');
  }
  return error;
}
