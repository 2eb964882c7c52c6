import type { Job } from './work.ts';

/** Only as much of a job queue as is used: none is a dependency, and none need be there when types are checked. */
export const load = async <T>(name: string): Promise<T> => (await import(name)) as T;

/** The queue of reminders of every peer. */
export const QUEUE_NAME = 'reminder';

/** As much of pg-boss as is used. */
export interface Boss {
  on(event: 'error', listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  insert(name: string, jobs: readonly object[], options?: object): Promise<unknown>;
  send(name: string, data: object, options: object): Promise<unknown>;
  fetch(name: string, options: object): Promise<readonly { readonly id: string; readonly data: Job }[]>;
  complete(name: string, ids: readonly string[]): Promise<unknown>;
  work(
    name: string,
    options: object,
    handler: (jobs: readonly { readonly data: Job }[]) => Promise<unknown>,
  ): Promise<string>;
  offWork(name: string, options: object): Promise<unknown>;
}

/** Starts pg-boss with its queue, and without what it does in the background. */
export async function startBoss(url: string): Promise<Boss> {
  const { PgBoss } = await load<{ PgBoss: new (options: object) => Boss }>('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(QUEUE_NAME);
  return boss;
}
