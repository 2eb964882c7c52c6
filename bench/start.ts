import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../test/support/compiled.ts';
import { startBuilt, startFile } from './built.ts';
import { type Round, reportAtMost, reportFigure } from './report.ts';
import { dropDatabase, environmentFor, freshDatabase } from './service.ts';

/** From the start of a process until it is ready, against one that does only what can't be left out. */
export async function benchStart(serverUrl: string, rounds: number): Promise<void> {
  const again: Round[] = [];
  const first: Round[] = [];
  const embedded: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const databaseUrl = await freshDatabase(serverUrl);
    const bare = await readyMs(() => startFile(compiled('bench', 'bare.ts'), {}));
    const env = environmentFor(databaseUrl);
    first.push({ ours: await readyMs(() => startBuilt(env)), limit: bare });
    again.push({ ours: await readyMs(() => startBuilt(env)), limit: bare });
    await dropDatabase(serverUrl, databaseUrl);
    const limit = await inNewFolder((folder) =>
      readyMs(() => startFile(compiled('bench', 'bare.ts'), { DATA_DIR: folder })),
    );
    embedded.push({ ours: await inNewFolder((folder) => readyMs(() => startBuilt(environmentFor(folder)))), limit });
  }
  const of = (rounds: readonly Round[]) => rounds.map(({ ours }) => ours / 1000);
  reportFigure('from the start until ready, on PostgreSQL', of(again), 's', 1);
  reportFigure('the same on an empty database, which gets its schema', of(first), 's');
  reportFigure('from the start until ready, on a new embedded database', of(embedded), 's', 5);
  reportAtMost('start on PostgreSQL / of a process that only listens', again, undefined, 'ms');
  reportAtMost(
    'start on a new embedded database / of one that only makes an empty one and listens',
    embedded,
    undefined,
    'ms',
  );
}

async function readyMs(start: () => ReturnType<typeof startBuilt>): Promise<number> {
  const process = await start();
  await process.stop();
  return process.readyMs;
}

async function inNewFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
