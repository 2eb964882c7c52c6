import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

interface Part {
  readonly part: string;
  readonly limit: number;
  /** Whether everything fits into the limit, so that nothing may be noticed. */
  readonly fits: boolean;
}

const PARTS: readonly Part[] = [
  { part: 'at most 64 files', limit: 64, fits: false },
  { part: 'at most 15,000 files', limit: 15_000, fits: true },
];
const LORIS_EVERY_MS = 500;
const AGAIN_MS = 200;
const PACE_MS = 100;
/** After the headers' minute, and the half minute in which Node looks. */
const HEADERS_MS = 100_000;

/** R29: a process that runs out of file descriptors, by sockets that say nothing or very little. */
export const fileDescriptors: Experiment = {
  name: 'R29',
  title: 'idle sockets and slow headers, with few file descriptors',
  says:
    'Half of the sockets say nothing, half send a header a letter at a time, and new ones come for those that are closed, while appointments come in, reminders go out and PostgreSQL ends its sessions. Where they fit, nobody ' +
    'notices; where they do not, the service does not exit, responds within 2 s of their going, and has lost and doubled nothing.',
  missing: () => (canLimit() ? null : 'there is no prlimit'),
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const part of PARTS) outcomes.push(await run(setting, part));
    return outcomes;
  },
};

function run(setting: Setting, { part, limit, fits }: Part): Promise<Outcome> {
  const sockets = setting.form === 'long' ? 10_000 : 500;
  const holdMs = setting.form === 'long' ? HEADERS_MS : 15_000;
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    const worker = await world.startWorker();
    await world.makeAuthority('rh');
    await world.sendReceipts();
    const due = world.now() + 3_000;
    await world.script.book('rh', 200, (n) => new Date(due + (n * holdMs) / 200 + LEAD_MS));
    execFileSync('prlimit', ['--pid', String(worker.pid), `--nofile=${limit}:${limit}`]);
    const took: number[] = [];
    world.script.listen = ({ tookMs, why }) => void (why === null && took.push(tookMs));
    const crowd = new Crowd(world.publicUrl);
    await crowd.gather(sockets);
    const open = readdirSync(`/proc/${worker.pid}/fd`).length;
    const booking = book(world, holdMs);
    await sleep(holdMs / 3);
    // What it had open to the database it must now open anew.
    await endSessions(world);
    await sleep((holdMs * 2) / 3);
    const closed = crowd.closed;
    crowd.leave();
    const began = performance.now();
    await until(async () => (await fetch(`${world.publicUrl}/readyz`)).ok, 'ready', 60_000, 20);
    const ready = (performance.now() - began) / 1000;
    await booking;
    await world.advance(65_000);
    await jobsDone(world);
    await world.idle(120_000);
    const verdict = await judge(world, { late: false });
    const { expect, failures } = new Expectations();
    expect(world.workers.length === 1 && readdirSync(`/proc/${worker.pid}/fd`).length > 0, 'the service goes on');
    expect(ready <= 2, `ready 2 s after they have gone; it took ${ready.toFixed(1)} s`);
    expect(verdict.quarantined === 0 && verdict.expired === 0, 'none quarantined, none expired');
    expect(verdict.uncertain === 0, 'none uncertain for want of a file descriptor');
    const refusals = Object.fromEntries([...world.script.refusals].map(([why, count]) => [`answered ${why}`, count]));
    expect(
      ![...world.script.refusals.keys()].some((why) => /^5(?!03$)/.test(why)),
      'no answer but 503 with Retry-After, or none',
    );
    const noticed = [...world.script.refusals.values()].reduce((sum, count) => sum + count, 0);
    expect(!fits || noticed <= 1, `nobody notices where they fit, but for the end of the sessions; ${noticed} did`);
    expect(fits || open >= limit - 1, `no descriptor was left: ${open} of ${limit}`);
    took.sort((a, b) => a - b);
    const p99 = ((took[Math.floor(took.length * 0.99)] ?? 0) / 1000).toFixed(2);
    return {
      part,
      verdict,
      counts: { sockets, 'closed by the service': closed, 'p99 of a post, s': p99, ...refusals },
      failures,
    };
  });
}

async function endSessions({ db }: World): Promise<void> {
  await db.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'easysms'`);
}

/** One after another, for so long. */
async function book(world: World, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await world.script.book('rh', 1, () => new Date(world.now() + 3_600_000 + LEAD_MS));
    await sleep(PACE_MS);
  }
}

/** Sockets that nobody gets anything from; where one is closed, the next one comes. */
class Crowd {
  readonly #url: URL;
  readonly #sockets = new Set<Socket>();
  readonly #slow = new Set<Socket>();
  readonly #timer = setInterval(() => this.#trickle(), LORIS_EVERY_MS);
  #left = false;
  #begun = 0;
  closed = 0;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Resolves when each has got through, or was turned away. */
  async gather(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.#begin();
  }

  async #begin(): Promise<void> {
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.resume();
    socket.once('close', () => this.#replace(socket));
    if (this.#begun++ % 2 === 1) this.#slow.add(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
    if (this.#slow.has(socket)) socket.write('POST /v1/webhooks/rh HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  }

  #replace(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#slow.delete(socket);
    if (this.#left) return;
    this.closed++;
    setTimeout(() => void (this.#left || this.#begin()), AGAIN_MS);
  }

  #trickle(): void {
    for (const socket of this.#slow) socket.write('x');
  }

  leave(): void {
    this.#left = true;
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}

function canLimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
