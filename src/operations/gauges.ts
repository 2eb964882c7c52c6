import { Gauge, type Registry } from 'prom-client';
import type { Db } from '../database/tables.ts';
import { type Backlog, readBacklog } from './backlog.sql.ts';

/** The sources of the figures, read at each scrape. */
export interface GaugeSources {
  readonly now: () => Date;
  readonly monotonic: () => number;
  readonly backlog: (now: Date) => Promise<Backlog>;
  /** Whether this process may hand nothing over. */
  readonly held: () => boolean;
  /** Whether the database takes writes, as far as this process knows. */
  readonly writable: () => boolean;
  /** null: the embedded database, which has no pool. */
  readonly pool: () => { readonly total: number; readonly idle: number; readonly waiting: number } | null;
  /** The scheduled jobs of this process, in milliseconds since it was woken and since a run ended well. */
  readonly jobs: () => readonly { readonly job: string; readonly begunMs: number; readonly endedMs: number }[];
  readonly gateways: () => readonly { readonly gateway: string; readonly inUse: boolean }[];
}

/** Milliseconds that a response of the database serves: frequent scrapes must not keep the database busy. */
export const FRESH_MS = 5_000;
/** Prometheus gives up on a scrape after ten seconds, and would then see nothing at all. */
const PATIENCE_MS = 3_000;

/**
 * Registers what is worked out anew at each scrape. While the database does not respond, what stands in it is left out.
 */
export function registerGauges(registry: Registry, sources: GaugeSources): void {
  const reader = new BacklogReader(sources);
  const gauge = (name: string, help: string, labelNames: string[], fill: (gauge: Gauge) => Promise<void> | void) =>
    new Gauge({
      name: `easysms_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        await fill(this);
      },
    });
  gauge('database_up', '1 when the database responded to this scrape within 3 s', [], async (up) =>
    up.set((await reader.read()) ? 1 : 0),
  );
  const inDatabase = (name: string, help: string, figure: (backlog: Backlog, now: Date) => number) =>
    gauge(name, help, [], async (it) => {
      const backlog = await reader.read();
      if (backlog) it.set(figure(backlog, sources.now()));
      else it.remove();
    });
  registerReminders(inDatabase);
  registerCallbacks(inDatabase);
  inDatabase(
    'events_recorded_oldest_seconds',
    'Age of the oldest event for booking systems that has no number yet',
    (it, now) => age(it.oldestUnnumbered, now),
  );
  registerEndpoints(gauge, reader);
  registerProcess(gauge, sources);
}

type InDatabase = (name: string, help: string, figure: (backlog: Backlog, now: Date) => number) => void;

function registerReminders(inDatabase: InDatabase): void {
  inDatabase(
    'reminders_due_oldest_seconds',
    'How long the oldest reminder has been due that may be handed over',
    (it, now) => age(it.oldestDue, now),
  );
  inDatabase('reminders_due', 'Reminders that are due; 10000 means as many or more', (it) => it.due);
  inDatabase(
    'reminders_uncertain',
    'Reminders of which nobody knows yet whether they left; 10000 means as many or more',
    (it) => it.uncertain,
  );
  inDatabase(
    'handovers_abandoned',
    'Groups of hand-overs without an outcome whose process has been gone for over a minute',
    (it) => it.abandoned,
  );
  inDatabase(
    'reminders_quarantined',
    'Reminders that an error or their text ended, and whose deadline has not come',
    (it) => it.quarantined,
  );
  inDatabase(
    'accounts_guessed',
    'Accounts that got twenty wrong passwords or more within a day, from whatever addresses',
    (it) => it.accountsGuessed,
  );
  inDatabase('pauses', 'Authorities and sources that are paused', (it) => it.pauses);
}

function registerCallbacks(inDatabase: InDatabase): void {
  inDatabase(
    'receipts_overdue',
    'Accepted messages whose validity ended within the last hour without a final receipt; 10000 means as many or more',
    (it) => {
      return it.receiptsOverdue;
    },
  );
  inDatabase(
    'callbacks_waiting_oldest_seconds',
    "Age of the oldest of a gateway's callbacks that is not applied",
    (it, now) => age(it.oldestCallback, now),
  );
  inDatabase('answers_due_oldest_seconds', 'How long the oldest answer to a citizen has been due', (it, now) =>
    age(it.oldestAnswer, now),
  );
  inDatabase('replies_open', 'Replies of citizens that a person must read', (it) => it.repliesOpen);
  inDatabase('replies_open_oldest_seconds', 'Age of the oldest of them', (it, now) => age(it.oldestReply, now));
}

function registerEndpoints(gauge: MakeGauge, reader: BacklogReader): void {
  const labels = ['source', 'channel'];
  gauge(
    'event_endpoint_failing_seconds',
    "How long an endpoint has not taken a source's events",
    labels,
    async (it) => {
      it.reset();
      for (const { source, channel, seconds } of (await reader.read())?.failingEndpoints ?? [])
        it.set({ source, channel }, Math.max(0, seconds));
    },
  );
  gauge(
    'event_endpoint_late_seconds',
    "How long the oldest event has been due at an endpoint that takes a source's events, from a minute on",
    labels,
    async (it) => {
      it.reset();
      for (const { source, channel, seconds } of (await reader.read())?.lateEndpoints ?? [])
        it.set({ source, channel }, seconds);
    },
  );
  const help = "1 for an endpoint that a source's events are not sent to: paused since it failed for long, or ended";
  gauge('event_endpoint_stopped', help, [...labels, 'state'], async (it) => {
    it.reset();
    for (const { source, channel, state } of (await reader.read())?.failingEndpoints ?? [])
      if (state !== 'live') it.set({ source, channel, state }, 1);
  });
}

type MakeGauge = (name: string, help: string, labels: string[], fill: (gauge: Gauge) => Promise<void> | void) => void;

function registerProcess(gauge: MakeGauge, { held, writable, pool, jobs, gateways }: GaugeSources): void {
  const whyHeld = 'sending off, clocks apart, or a database that is a copy or was restored';
  gauge('sending_held', `1 while nothing is handed over: ${whyHeld}`, [], (it) => it.set(held() ? 1 : 0));
  const help = '0 when a write was refused within the last minute for want of space, or by a read-only server';
  gauge('database_writable', help, [], (it) => it.set(writable() ? 1 : 0));
  gauge('database_embedded', '1 with the embedded database', [], (it) => it.set(pool() ? 0 : 1));
  gauge('database_connections', 'Connections to the database; waiting: requests that wait for one', ['state'], (it) => {
    const counts = pool();
    if (!counts) return;
    it.set({ state: 'idle' }, counts.idle);
    it.set({ state: 'busy' }, counts.total - counts.idle);
    it.set({ state: 'waiting' }, counts.waiting);
  });
  // Not "job": Prometheus gives that label to the target.
  gauge(
    'task_start_age_seconds',
    'Time since a scheduled task last started, or since the start of the process',
    ['task'],
    (it) => {
      for (const { job: task, begunMs } of jobs()) it.set({ task }, begunMs / 1000);
    },
  );
  gauge(
    'task_success_age_seconds',
    'Time since a scheduled task last succeeded, or since the start of the process',
    ['task'],
    (it) => {
      for (const { job: task, endedMs } of jobs()) it.set({ task }, endedMs / 1000);
    },
  );
  gauge('gateway_in_use', '0 while a gateway is out of use and gets single messages at most', ['gateway'], (it) => {
    for (const { gateway, inUse } of gateways()) it.set({ gateway }, inUse ? 1 : 0);
  });
}

function age(since: Date | null, now: Date): number {
  return since ? Math.max(0, (now.getTime() - since.getTime()) / 1000) : 0;
}

/** Reads once for all figures of a scrape, and for all scrapes that come within a few seconds. */
class BacklogReader {
  readonly #sources: GaugeSources;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Backlog | null> = Promise.resolve(null);

  constructor(sources: GaugeSources) {
    this.#sources = sources;
  }

  /** @returns null when the database does not respond in time */
  read(): Promise<Backlog | null> {
    const at = this.#sources.monotonic();
    if (at - this.#readAt >= FRESH_MS) {
      this.#readAt = at;
      this.#reading = this.#read();
    }
    return this.#reading;
  }

  async #read(): Promise<Backlog | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    try {
      return await Promise.race([this.#sources.backlog(this.#sources.now()).catch(() => null), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Reads the backlog of this database, for `GaugeSources.backlog`. */
export function backlogOf(db: Db): GaugeSources['backlog'] {
  return (now) => readBacklog(db, now);
}
