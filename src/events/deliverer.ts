import { newId } from '../domain/ids.ts';
import { maySend } from '../runtime/deps.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import { type DrainDeps, EndpointDrain } from './endpoint-drain.ts';
import { LEASE_MS } from './endpoint-statements.ts';
import { type Claimed, claimEndpoints } from './endpoints.sql.ts';
import { OpenCalls, type SharedLimits } from './open-calls.ts';

/** Endpoints that a process sends to at once. */
const ENDPOINTS = 64;
/** Places among these that are kept for endpoints that do not fail. */
const KEPT_FOR_HEALTHY = 48;
/** Calls of a process that are under way at once. */
export const CALLS = 128;
/** Endpoints that a process takes at a time, so that others get some, too. */
const AT_ONCE = 8;
const STATEMENTS = 2;
/** The time that calls under way get when the process stops. */
const CUT_AFTER_MS = 5_000;

/**
 * Sends booking systems their events. Each endpoint is called by one process at a time, which gives it back when
 * nothing is due, or after ten seconds; when a process dies, others go on when its lease ends. Woken each second.
 */
export class Deliverer {
  readonly #deps: DrainDeps;
  readonly #stopping = new AbortController();
  readonly #limits: SharedLimits;
  readonly #drains = new Map<Promise<void>, { readonly failing: boolean }>();
  #claiming: Promise<void> | null = null;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
    this.#limits = {
      calls: new OpenCalls(CALLS),
      statements: new Semaphore(STATEMENTS),
      stopping: this.#stopping.signal,
    };
  }

  /** Begins to send what is due; resolves before it is sent. */
  async deliver(): Promise<void> {
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = null;
    });
    await this.#claiming;
  }

  /** Resolves when nothing is sent any more, until the next call of `deliver`. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#claiming;
      if (this.#drains.size === 0) return;
      await Promise.all(this.#drains.keys());
    }
  }

  /** Begins no call any more, and gives up those that last longer than five seconds. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const callOff = this.#deps.timers.after(CUT_AFTER_MS, () => this.#limits.calls.cutAll());
    await this.idle();
    callOff();
  }

  async #claim(): Promise<void> {
    for (;;) {
      const free = ENDPOINTS - this.#drains.size;
      if (free === 0 || !this.#mayDeliver()) return;
      const count = Math.min(free, AT_ONCE);
      const claimed = await this.#claimSome(count);
      if (claimed.length < count) return;
    }
  }

  async #claimSome(count: number): Promise<readonly Claimed[]> {
    const { db, now, timers, sending } = this.#deps;
    const [claimedMs, at] = [timers.monotonic(), now()];
    const databaseNow = new Date(at.getTime() - (sending.aheadMs ?? 0));
    // Each claim has an owner of its own: a drain that lost its lease must not mistake the next drain's for its own.
    const lease = { owner: newId(at), until: new Date(databaseNow.getTime() + LEASE_MS) };
    const failing = [...this.#drains.values()].filter((drain) => drain.failing).length;
    const among = failing + count > ENDPOINTS - KEPT_FOR_HEALTHY ? 'healthy' : 'all';
    const claimed = await claimEndpoints(db, lease, { count, among }, { now: at, databaseNow });
    for (const endpoint of claimed) this.#drain(endpoint, lease.owner, claimedMs);
    return claimed;
  }

  #drain(endpoint: Claimed, owner: string, claimedMs: number): void {
    const { log, metrics } = this.#deps;
    const drain = new EndpointDrain(this.#deps, this.#limits, endpoint, owner, claimedMs)
      .run()
      .catch((error: unknown) => {
        metrics.failures.inc({ place: 'events' });
        log.error({ source: endpoint.sourceId, error }, 'events could not be sent');
        return false;
      })
      .then((hasMore) => {
        const wasFull = this.#drains.size >= ENDPOINTS;
        this.#drains.delete(drain);
        // Others may wait for the place. The next wake-up reports what fails.
        if (hasMore || wasFull) this.deliver().catch(() => {});
      });
    this.#drains.set(drain, { failing: endpoint.failingSince !== null });
  }

  #mayDeliver(): boolean {
    return maySend(this.#deps, this.#stopping.signal);
  }
}
