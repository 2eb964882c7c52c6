import { readdirSync, readFileSync } from 'node:fs';
import { withClient } from './service.ts';

/** Of a tick in which /proc tells the time of processes that have ended: Linux counts a hundred a second for everybody. */
const TICK_US = 10_000;

/** Processor time of a process with all of its threads so far, in µs; 0 for one that has ended. */
export function processorTime(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + timeOfThread(pid, thread), 0);
  } catch {
    return 0;
  }
}

function timeOfThread(pid: number, thread: string): number {
  try {
    const [nanoseconds = ''] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1000;
  } catch {
    return 0;
  }
}

/**
 * Processor time of a whole PostgreSQL: its backends, also those that have ended, and what works in the background
 * (checkpoints, the log, vacuum).
 */
export class ServerTime {
  readonly #postmaster: number;

  private constructor(postmaster: number) {
    this.#postmaster = postmaster;
  }

  /** @throws Error where it can't be read: the server runs elsewhere, or the system is no Linux */
  static async open(databaseUrl: string): Promise<ServerTime> {
    return withClient(databaseUrl, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      try {
        return new ServerTime(Number(stat(rows[0]?.pid ?? 0)[PARENT]));
      } catch (error) {
        throw new Error('Linux alone tells the processor time of PostgreSQL, where it runs', { cause: error });
      }
    });
  }

  /** @param without backends that work for the benchmark itself. @returns µs */
  used(without: readonly number[] = []): number {
    const pid = this.#postmaster;
    const fields = stat(pid);
    const ended = TICK_US * (Number(fields[ENDED_USER]) + Number(fields[ENDED_SYSTEM]));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    const counted = [pid, ...children].filter((each) => !without.includes(each));
    return counted.reduce((sum, each) => sum + processorTime(each), ended);
  }
}

/** Where fields of `/proc/<pid>/stat` stand behind the name, which may hold blanks: proc(5) counts from its own first. */
const [PARENT, ENDED_USER, ENDED_SYSTEM] = [1, 13, 14];

function stat(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
