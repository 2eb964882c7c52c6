import type { Databases } from './databases.ts';
import type { Outcome } from './verdict.ts';
import { World, type WorldOptions } from './world.ts';

export interface Setting {
  readonly form: 'short' | 'long';
  readonly seed: number;
  readonly databases: Databases;
  /** A line for whoever watches. */
  readonly say: (line: string) => void;
}

export interface Experiment {
  /** R1, R3, … */
  readonly name: string;
  readonly title: string;
  /** What is done and what must come of it, in a sentence or two. */
  readonly says: string;
  /** Why it can't run on this machine; null when it can. */
  readonly missing?: () => string | null;
  readonly run: (setting: Setting) => Promise<readonly Outcome[]>;
}

/** Opens a world with a database of its own, unless one is given, and closes it whatever becomes of the work. */
export async function inWorld<T>(
  { databases, seed }: Pick<Setting, 'databases' | 'seed'>,
  options: Omit<WorldOptions, 'databaseUrl' | 'seed'> & { readonly databaseUrl?: string },
  work: (world: World) => Promise<T>,
): Promise<T> {
  const world = await World.open({ seed, ...options, databaseUrl: options.databaseUrl ?? (await databases.create()) });
  try {
    return await work(world);
  } catch (error) {
    throw new Error(`${told(error)}\n${await describe(world)}`, { cause: error });
  } finally {
    await world.close();
  }
}

/** With what it came from and where: `fetch failed` alone says nothing. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const where = error.stack?.split('\n').find((line) => line.includes('/experiments/'));
  return `${error.message}${cause}${where ? `, ${where.trim()}` : ''}`;
}

async function describe(world: World): Promise<string> {
  const statuses = JSON.stringify(await world.countByStatus().catch(String));
  const counts = JSON.stringify(await world.counts().catch(String));
  const logs = world.workers.slice(-4).map((worker) => worker.output().split('\n').slice(-4).join('\n'));
  return `reminders ${statuses}, gateway ${counts}, the last workers wrote:\n${logs.join('\n')}`;
}
