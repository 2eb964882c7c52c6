import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bundled } from '../support/compiled.ts';
import type { Pgbouncer } from '../support/pgbouncer.ts';
import { freePort } from '../support/postgres-server.ts';
import { type ProvedProcess, startProcess } from './child-process.ts';
import { readBook } from './fsynced-book.ts';
import {
  type Acceptance,
  type AcknowledgedReceipt,
  type GatewayBehaviour,
  type GatewayCounts,
  type GatewayKind,
  NO_RECEIPTS,
  type ReceiptBehaviour,
} from './gateway-protocol.ts';
import { GATEWAY_ID } from './provable-gateway.ts';
import { Script } from './script.ts';
import { SHOWN_REMINDERS } from './shown.ts';
import { setWorldClock } from './world-clock.ts';

/** The name in PostgreSQL of the world's own sessions. */
export const OBSERVER = 'prove';
const TOKEN = 'prove-administrator-token-0123456789';
export const LEAD_MS = 2 * 3_600_000;
export const NOTICE_MS = 60_000;

export interface WorldOptions {
  /** null: the embedded one, in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir?: string;
  readonly kind: GatewayKind;
  readonly seed: number;
  /** EASYSMS_CONCURRENCY of every worker. */
  readonly concurrency?: number;
  /** SMS that the gateway takes in one call; 1 unless it is given. */
  readonly maxPerCall?: number;
  /** Between the workers and the database. */
  readonly pooler?: Pgbouncer;
}

interface WorkerOptions {
  readonly beside?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Of another version, compiled. */
  readonly program?: string;
  /** Where it writes its log, unless this process is to hold it. */
  readonly logFile?: string;
}

/** One database, one gateway, workers that come and go, and the script of what booking systems and citizens did. */
export class World {
  readonly databaseUrl: string | null;
  readonly kind: GatewayKind;
  readonly script: Script;
  readonly db: pg.Pool;
  /** In the order of their starts, also those that are gone. */
  readonly workers: ProvedProcess[] = [];
  offsetMs = 0;
  readonly publicUrl: string;
  readonly gateway: ProvedProcess;
  /** Of the gateway's books; another gateway may write into the same. */
  readonly folder: string;
  readonly pooler: Pgbouncer | undefined;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(options: WorldOptions, folder: string, port: number, gateway: ProvedProcess) {
    this.databaseUrl = options.databaseUrl;
    this.kind = options.kind;
    this.pooler = options.pooler;
    this.gateway = gateway;
    this.folder = folder;
    this.publicUrl = `http://127.0.0.1:${port}`;
    this.script = new Script(this.publicUrl, () => this.now());
    this.db = new pg.Pool({
      ...(options.databaseUrl !== null && { connectionString: options.databaseUrl }),
      application_name: OBSERVER,
      max: 3,
    });
    this.db.on('error', () => {});
    this.#env = {
      ...(options.databaseUrl === null
        ? { DATA_DIR: options.dataDir ?? folder }
        : { DATABASE_URL: options.pooler?.url ?? options.databaseUrl }),
      PUBLIC_URL: this.publicUrl,
      EASYSMS_ADMIN_TOKEN: TOKEN,
      EASYSMS_ENCRYPTION_KEYS: `prove:${randomBytes(32).toString('base64')}`,
      EASYSMS_CONCURRENCY: String(options.concurrency ?? 50),
      GATEWAY_URL: gateway.url,
      GATEWAY_KIND: options.kind,
      GATEWAY_MAX_PER_CALL: String(options.maxPerCall ?? 1),
    };
  }

  static async open(options: WorldOptions): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'easysms-prove-'));
    const gateway = await startProcess('gateway-process.ts', [folder, options.kind, String(options.seed)]);
    return new World(options, folder, await freePort(), gateway);
  }

  /** The first one answers at the public address; others beside it at addresses of their own. */
  async startWorker(options: WorkerOptions = {}): Promise<ProvedProcess> {
    const port = options.beside ? '0' : new URL(this.publicUrl).port;
    const env = { ...this.#env, PORT: port, OFFSET_MS: String(this.offsetMs), ...options.env };
    // Files that are loaded before anything else change modules, which a bundle has copies of.
    const program =
      options.program ?? (options.env?.NODE_OPTIONS ? 'worker.ts' : bundled('test/reliability/worker.ts'));
    const worker = await startProcess(program, [], env, options.logFile);
    this.workers.push(worker);
    return worker;
  }

  /** An authority that reminds two hours before, at any hour, with one source of the same id; `settings` on top. */
  async makeAuthority(id: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.admin('PUT', `/v1/authorities/${id}`, {
      name: `Klinik ${id}`,
      sender: senderOf(id),
      rules: [{ id: 'before', template: 'reminder', lead: 'PT2H' }],
      sendingWindow: null,
      minimumNotice: 'PT1M',
      notices: { booked: false, moved: false, cancelled: false },
      ...settings,
    });
    const made = await this.admin<{ secrets: { token: string } }>('PUT', `/v1/authorities/${id}/sources/${id}`, {
      name: id,
      mode: 'live',
    });
    this.script.use(id, made.secrets.token);
    // Whoever reads the feed has the changes of the source recorded as events.
    const headers = { Authorization: `Bearer ${made.secrets.token}` };
    const { status } = await fetch(`${this.publicUrl}/v1/sources/${id}/events`, { headers });
    if (status !== 200) throw new Error(`the feed answered ${status}`);
  }

  async admin<T = unknown>(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<T> {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const response = await fetch(this.publicUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** Moves the clocks of database, workers and gateway on, together. */
  async advance(ms: number): Promise<void> {
    this.offsetMs += ms;
    if (this.databaseUrl !== null) await setWorldClock(this.databaseUrl, this.offsetMs);
    for (const worker of this.workers) worker.tell({ offsetMs: this.offsetMs });
    await this.behave({ offsetMs: this.offsetMs });
  }

  async behave(behaviour: Partial<GatewayBehaviour>): Promise<GatewayCounts> {
    const response = await fetch(`${this.gateway.url}/behave`, { method: 'POST', body: JSON.stringify(behaviour) });
    return (await response.json()) as GatewayCounts;
  }

  /** Has receipts sent to whoever answers at the public address. */
  async sendReceipts(receipts: Partial<ReceiptBehaviour> = {}): Promise<void> {
    const url = `${this.publicUrl}/v1/callbacks/${GATEWAY_ID}/receipts`;
    await this.behave({ receipts: { ...NO_RECEIPTS, url, ...receipts } });
  }

  counts(): Promise<GatewayCounts> {
    return this.behave({});
  }

  /** Waits until so many SMS were taken. */
  async accepted(count: number, withinMs = 60_000): Promise<void> {
    await until(async () => (await this.counts()).accepted >= count, `${count} SMS taken`, withinMs, 5);
  }

  /** By the status that callers see. */
  async countByStatus(): Promise<Record<string, number>> {
    const { rows } = await this.db.query<{ status: string; count: number }>(
      `select status, count(*)::int as count from ${SHOWN_REMINDERS} r group by status`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** Every outcome is known. */
  async cleared(): Promise<boolean> {
    const { uncertain, handing_over: open } = await this.countByStatus();
    return !uncertain && !open;
  }

  /** Waits until nothing is due or in hand, and every receipt that was sent is taken and applied. */
  async idle(withinMs: number): Promise<void> {
    const open = async () => {
      const { rows } = await this.db.query<{ open: number }>(
        `select ((select count(*) from reminder where next_at <= $1) + (select count(*) from message where status = 'handing_over')
          + (select count(*) from callback where applied_at is null))::int as open`,
        [new Date(this.now())],
      );
      return (rows[0]?.open ?? 0) + (await this.counts()).receiptsWaiting;
    };
    await until(async () => (await open()) === 0, 'nothing left to do', withinMs, 100);
  }

  books(): Promise<[Acceptance[], AcknowledgedReceipt[]]> {
    return Promise.all([
      readBook<Acceptance>(join(this.folder, 'accepted')),
      readBook<AcknowledgedReceipt>(join(this.folder, 'receipts')),
    ]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers, this.gateway].map((process) => process.kill()));
    await this.db.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What an authority's SMS come from. */
export function senderOf(authority: string): string {
  return `Klinik${authority}`.slice(0, 11);
}

/**
 * A look that fails, say since what is looked at has just been taken away, counts as not yet. @throws Error naming what
 * did not come true in time
 */
export async function until(
  holds: () => Promise<boolean>,
  what: string,
  withinMs: number,
  everyMs: number,
): Promise<void> {
  const last = performance.now() + withinMs;
  let cause: unknown;
  const look = () =>
    holds().catch((error: unknown) => {
      cause = error;
      return false;
    });
  while (!(await look())) {
    if (performance.now() > last)
      throw new Error(`after ${Math.round(withinMs / 1000)} s still not: ${what}`, { cause });
    await sleep(everyMs);
  }
}
