import { errorName } from '../../domain/errors.ts';
import { type GatewayState, type Probe, pauseOfUnclear, reasonToLeave, WINDOW_MS } from '../../domain/gateway-state.ts';
import type { SendResult } from '../../gateways/gateway.ts';
import {
  type CallLimit,
  type CurrentTime,
  type DatabaseAccess,
  databaseNow,
  type Logging,
  type Metering,
  type SendingPermission,
  type Waiting,
} from '../../runtime/deps.ts';
import {
  countCalls,
  hasOneUser,
  LONGEST_AHEAD_MS,
  leaveGateway,
  passProbe,
  readGatewayStates,
  takeProbe,
} from '../../store/gateway-states.ts';
import {
  CallCounter,
  hasFailed,
  isRefusal,
  isSlow,
  type Outage,
  outageShownBy,
  RecentResults,
  reasonOf,
  shortPauseMs,
} from './call-results.ts';

/** The age of the state that this process knows, at the most: the start compares it with the database's. */
const FRESH_MS = 5_000;
/** The age while it is out: what waits is to go soon after it is back. */
const FRESH_WHILE_OUT_MS = 1_000;

/** The capabilities that a gateway's state is read, judged and changed with. */
export type HealthDeps = DatabaseAccess & Logging & Metering & CurrentTime & Waiting & CallLimit & SendingPermission;

/** Facts of an SMS beside its result. */
interface Observed {
  readonly another?: boolean;
  readonly authority?: string | undefined;
  readonly nth?: number;
}

/**
 * The state of one gateway, in use or out of it, as this process knows it. It is that of all processes and stands in
 * the database; this process adds the results of its calls, and takes the gateway out of use for all when it refuses
 * for reasons of its own, or when too many calls fail. Single messages are then tried until some in a row get through.
 */
export class GatewayHealth {
  readonly gateway: string;
  readonly #deps: HealthDeps;
  readonly #probeMs: number;
  readonly #counter = new CallCounter();
  readonly #recent = new RecentResults();
  #state: GatewayState | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** An outage that is not in the database yet: this process goes by it already. */
  #outage: Outage | null = null;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** The one that this process has under way. */
  #probe: Probe | null = null;

  constructor(gateway: string, deps: HealthDeps) {
    this.gateway = gateway;
    this.#deps = deps;
    this.#probeMs = deps.gatewayProbeMs;
  }

  /** The version of the state that the start compares; null before it was read. */
  get version(): number | null {
    return this.#state?.version ?? null;
  }

  /** False while the gateway is out of use, for whatever reason. */
  get inUse(): boolean {
    return (this.#state?.reason ?? null) === null && this.#outage === null;
  }

  /** True while it is in use and this process does not wait out a pause of some seconds that the gateway asked for. */
  get open(): boolean {
    return this.inUse && this.#deps.timers.monotonic() >= this.#pausedUntilMs;
  }

  /** True when a probe is due, as far as this process knows: `takeProbe` says whether it may make it. */
  get probeDue(): boolean {
    const leftMs = (this.#state?.probeAt?.getTime() ?? Number.NaN) - this.#now().getTime();
    return !this.#probe && !this.#outage && (leftMs <= 0 || leftMs > LONGEST_AHEAD_MS);
  }

  /** Reads the state if what is known is old, and writes a decision that could not be written. */
  async refresh(): Promise<void> {
    if (this.#outage) await this.#takeOut(this.#outage);
    const at = this.#deps.timers.monotonic();
    if (this.#state && at - this.#readAtMs < (this.inUse ? FRESH_MS : FRESH_WHILE_OUT_MS)) return;
    const [state] = await readGatewayStates(this.#deps.db, [this.gateway], this.#now());
    this.#know(state);
  }

  /** Forgets how fresh the known state is, so that it is read anew: a start found another version in the database. */
  forget(): void {
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Asks to make the probe that is due. No other follows until its result is observed, or it is given back.
   * @returns null where another process makes it
   * @throws where the database is away
   */
  async takeProbe(): Promise<Probe | null> {
    const taken = await takeProbe(this.#deps.db, this.gateway, this.#after(this.#probeMs), this.#now());
    if (!taken) this.forget();
    else this.#know(taken);
    if (taken) this.#probe = { version: taken.version };
    return taken ? this.#probe : null;
  }

  /** Ends a probe that no call was made for, so that another may follow; nothing where its result was observed. */
  async returnProbe(probe: Probe): Promise<void> {
    if (this.#probe !== probe) return;
    this.#probe = null;
    await this.#pass(probe, 0).catch((error: unknown) => this.#notWritten(error));
  }

  /**
   * Notes the result of an SMS.
   * @param ms how long its call took
   * @param probe the one that it was made for
   * @param of.another whether another gateway is in use that could take over; only read where the call failed
   * @param of.authority that the message is of; left out: its result says nothing of others
   * @param of.nth of the SMS of its call, from 0
   * @returns once a change that follows from it is written, or could not be; undefined where nothing follows
   */
  observe(
    result: SendResult,
    ms: number,
    probe: Probe | null,
    { another = false, authority, nth }: Observed = {},
  ): Promise<void> | undefined {
    const present = this.#counter.add(result, ms, this.#deps.timers.monotonic(), nth);
    if (probe && probe === this.#probe) this.#probe = null;
    // The call says nothing of a gateway that staff have brought back meanwhile.
    if (probe && !this.inUse) return this.#probed(probe, this.#fails(result, ms, authority) ? result : null);
    if (!present || !this.inUse) return undefined;
    const pauseMs = shortPauseMs(result);
    if (pauseMs > 0) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#deps.timers.monotonic() + pauseMs);
    const outage = hasFailed(result) ? outageShownBy(result, this.#counter, this.#probeMs, another) : null;
    if (!outage) return authority === undefined ? undefined : this.#judge(result, authority);
    return this.#takeOut(outage).catch((error: unknown) => this.#notWritten(error));
  }

  /** A refusal shows that the gateway works again, unless such refusals may be what it is out for. */
  #fails(result: SendResult, ms: number, authority: string | undefined): boolean {
    const refused = isRefusal(result) && this.#state?.reason === 'unreachable';
    if (refused && authority !== undefined) this.#recent.refuseProbe(authority);
    return refused || hasFailed(result) || isSlow(ms);
  }

  /** Takes the gateway out of use when it refuses nearly everything, of more than one authority or of its only one. */
  #judge(result: SendResult, authority: string): Promise<void> | undefined {
    const refused = this.#recent.add(authority, result);
    if (refused === null) return undefined;
    const takeOut = async () => {
      if ((refused === 'one' && !(await hasOneUser(this.#deps.db, this.gateway))) || !this.inUse) return;
      await this.#takeOut({ reason: 'unreachable', pauseMs: this.#probeMs });
    };
    return takeOut().catch((error: unknown) => this.#notWritten(error));
  }

  /** False where a message of this authority was refused that the gateway was tried with. */
  mayTry(authority: string): boolean {
    return this.#recent.mayTry(authority);
  }

  /** Adds this process's calls to those of all, and takes the gateway out of use where too many of them failed. */
  async record(): Promise<void> {
    // Read anew: calls from before a change that this process has not read yet must not be added to those after it.
    this.forget();
    await this.refresh();
    const now = this.#now();
    const of = { gateway: this.gateway, since: this.#state?.since ?? now, now };
    if (!(await this.#counter.addToAll(this.#deps.db, of)) || !this.inUse || !this.#state) return;
    // Calls from before it came back say nothing of it any more.
    const since = Math.max(now.getTime() - WINDOW_MS, this.#state.since.getTime());
    const all = (await countCalls(this.#deps.db, new Date(since))).get(this.gateway);
    const reason = all ? reasonToLeave(all) : null;
    if (reason) await this.#takeOut({ reason, pauseMs: this.#probeMs });
  }

  /** @param failed null: it got through */
  async #probed(probe: Probe, failed: SendResult | null): Promise<void> {
    try {
      if (failed === null) return await this.#pass(probe, 1);
      const outMs = this.#now().getTime() - (this.#state?.since.getTime() ?? 0);
      const pauseMs = failed.kind === 'retry' ? this.#probeMs : pauseOfUnclear(outMs, this.#probeMs);
      const shown = outageShownBy(failed, this.#counter, this.#probeMs);
      await this.#takeOut(shown ?? { reason: reasonOf(failed), pauseMs });
    } catch (error) {
      this.#notWritten(error);
    }
  }

  async #pass({ version }: Probe, count: 0 | 1): Promise<void> {
    const state = await passProbe(this.#deps.db, { gateway: this.gateway, version }, count, this.#now());
    if (!state) return this.forget();
    this.#know(state);
    if (state.reason !== null) return;
    this.#deps.metrics.gatewayChanges.inc({ gateway: this.gateway });
    this.#deps.log.warn({ gateway: this.gateway, reason: null }, 'the gateway is in use again');
  }

  async #takeOut(outage: Outage): Promise<void> {
    this.#outage = outage;
    if (!this.#state) return;
    const { reason, pauseMs } = outage;
    const { gateway, version, reason: before } = this.#state;
    const out = { gateway, version, reason, probeAt: this.#after(pauseMs) };
    const state = await leaveGateway(this.#deps.db, out, this.#now());
    this.#outage = null;
    this.#counter.begin(this.#deps.timers.monotonic());
    // The decision of another process holds where it came first.
    if (!state) return this.forget();
    this.#know(state);
    if (before === reason) return;
    if (before === null) this.#deps.metrics.gatewayChanges.inc({ gateway });
    this.#deps.log.error({ gateway, reason, probeAt: state.probeAt }, 'the gateway is out of use');
  }

  #notWritten(error: unknown): void {
    const facts = { gateway: this.gateway, error: errorName(error) };
    this.#deps.log.error(facts, 'the state of a gateway could not be written yet');
  }

  #know(state: GatewayState | undefined): void {
    this.#readAtMs = this.#deps.timers.monotonic();
    const before = this.#state;
    if (!state) return;
    this.#state = state;
    // Calls of before say nothing of a gateway that has come into use or left it, whoever did that.
    const changed = before && before.version !== state.version && (before.reason === null || state.reason === null);
    if (!changed) return;
    this.#counter.begin(this.#readAtMs);
    this.#recent.begin();
  }

  #now(): Date {
    return databaseNow(this.#deps);
  }

  #after(ms: number): Date {
    return new Date(this.#now().getTime() + ms);
  }
}
