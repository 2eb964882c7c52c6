import { grouped } from '../domain/grouped.ts';
import { maySend, type TemplateAccess } from '../runtime/deps.ts';
import { GatewayHandOver, type GroupCounts, type HandOverDeps } from './gateway-hand-over.ts';
import type { GatewayCaller } from './gateways/gateway-caller.ts';
import type { GroupStarter } from './group-starter.ts';
import type { DueReminder } from './look/look.sql.ts';
import type { ProcessMembership } from './processes.ts';
import { DueSettings, type ReminderWithSettings } from './start/due-settings.ts';

/** The outcome of looking at due reminders: of one page, or of all pages of a drain. */
export interface HandOverProgress {
  readonly looked: number;
  readonly started: number;
  /** Some were taken up: they were started, or ended, or they wait. */
  readonly anyTaken: boolean;
  /** Some were left lying, since their gateway takes no more of one page, or nothing may be started any more. */
  readonly anyLeft: boolean;
}

/** The progress of nothing: none was looked at. */
export const NO_PROGRESS: HandOverProgress = { looked: 0, started: 0, anyTaken: false, anyLeft: false };

/** The progress of two parts of a drain together. */
export function addProgress(a: HandOverProgress, b: HandOverProgress): HandOverProgress {
  return {
    looked: a.looked + b.looked,
    started: a.started + b.started,
    anyTaken: a.anyTaken || b.anyTaken,
    anyLeft: a.anyLeft || b.anyLeft,
  };
}

/** The gateway that a reminder goes through; `later` while that is out of use or pauses; null where it only ends. */
type Route = GatewayHandOver | 'later' | null;

/** Reminders of one page that each gateway may still get, counted down from group to group. */
type Quotas = Map<GatewayHandOver, number>;

/** Part of a page for one gateway, or for none: those only end. */
interface Group {
  readonly gateway: GatewayHandOver | null;
  readonly reminders: readonly ReminderWithSettings[];
}

/**
 * Hands pages of due reminders over, group after group. Each reminder goes through the first gateway of its authority's
 * that is in use; one whose first hand-over may have arrived goes through the same gateway again or not at all.
 */
export class PageHandOver {
  /** Gateways that are configured, in order of preference. */
  readonly gateways: readonly [GatewayHandOver, ...GatewayHandOver[]];
  readonly #deps: HandOverDeps;
  readonly #byId: ReadonlyMap<string, GatewayHandOver>;
  readonly #settings: DueSettings;
  readonly #starter: GroupStarter;
  readonly #process: ProcessMembership;
  readonly #stopping: AbortSignal;
  /** Some authority uses no gateway that is configured. */
  #unserved = false;

  /** @param stopping aborted: nothing new is started */
  constructor(
    deps: HandOverDeps & TemplateAccess,
    [first, ...others]: readonly [GatewayCaller, ...GatewayCaller[]],
    starter: GroupStarter,
    process: ProcessMembership,
    stopping: AbortSignal,
  ) {
    const handOverOf = (caller: GatewayCaller) => new GatewayHandOver(deps, caller, starter, stopping);
    this.gateways = [handOverOf(first), ...others.map(handOverOf)];
    this.#byId = new Map(this.gateways.map((gateway) => [gateway.id, gateway]));
    this.#deps = deps;
    this.#settings = new DueSettings(deps, (ids) => this.#callersOf(ids));
    this.#starter = starter;
    this.#process = process;
    this.#stopping = stopping;
  }

  /** Reminders that are prepared together, at the most. */
  get groupSize(): number {
    return Math.max(...this.gateways.map(({ groupSize }) => groupSize));
  }

  /** Reminders that are looked at together, at the most: what the gateways in use take before the next look. */
  get pageSize(): number {
    return Math.max(1, ...this.gateways.map(({ health, pageSize }) => (health.inUse ? pageSize : 1)));
  }

  /** The calls that are open, which never fail. */
  get calls(): readonly Promise<void>[] {
    return this.gateways.flatMap(({ calls }) => [...calls]);
  }

  /** True while anything may be started: this process goes on, sending is not held, and a gateway takes something. */
  get mayStart(): boolean {
    return maySend(this.#deps, this.#stopping) && this.#anyOpen;
  }

  /** True when something could go: a gateway is in use, or is to be tried. */
  get #anyOpen(): boolean {
    return this.gateways.some(({ health }) => health.open || health.probeDue);
  }

  /** The gateways that are in use, or are to be tried; null where that leaves nobody out. */
  get openOnly(): readonly string[] | null {
    const open = this.gateways.filter(({ health }) => health.inUse || health.probeDue);
    return open.length === this.gateways.length && !this.#unserved ? null : open.map(({ id }) => id);
  }

  /** True while anything is started that has no recorded outcome. */
  get anyInHand(): boolean {
    return this.gateways.some(({ anyInHand }) => anyInHand);
  }

  /** Waits until no call is open and every outcome recorded. */
  async quiet(): Promise<void> {
    await Promise.all(this.calls);
    for (const gateway of this.gateways) await gateway.idle();
  }

  /** Reads the states anew that are older than a second. @throws where the database is away */
  async refresh(): Promise<void> {
    for (const { health } of this.gateways) await health.refresh();
  }

  /**
   * Reads the newest states, and waits for the probe that is under way while no gateway takes anything.
   * @returns whether anything may be started now
   * @throws where the database is away
   */
  async waitForGateway(): Promise<boolean> {
    while (maySend(this.#deps, this.#stopping)) {
      await this.refresh();
      if (this.#anyOpen) return true;
      const probes = this.gateways.flatMap(({ probing }) => probing ?? []);
      if (probes.length === 0) return false;
      await Promise.race(probes);
    }
    return false;
  }

  /**
   * Hands a page over: reads what its reminders go by, prepares, starts and calls, until its gateways take no more of
   * it. Calls may still be open when it resolves.
   * @param ofOwnShare true: those that come into another process's share meanwhile are left to it
   * @returns the progress, with the reminders that were left lying
   */
  async handOver(
    page: readonly DueReminder[],
    ofOwnShare: boolean,
  ): Promise<HandOverProgress & { readonly rest: readonly ReminderWithSettings[] }> {
    const quotas: Quotas = new Map();
    let rest: readonly ReminderWithSettings[] = await this.#settings.readFor(page);
    let started = 0;
    while (rest.length > 0 && (await this.waitForGateway())) {
      const next = await this.#handOverGroups(rest, quotas);
      started += next.started;
      if (next.rest.length === rest.length) break;
      rest = ofOwnShare ? this.#process.stillOfShare(next.rest) : next.rest;
    }
    const { length: looked } = page;
    return { looked, started, anyTaken: rest.length < looked, anyLeft: rest.length > 0, rest };
  }

  /** Hands over the next group of each gateway, side by side. */
  async #handOverGroups(
    page: readonly ReminderWithSettings[],
    quotas: Quotas,
  ): Promise<{ readonly started: number; readonly rest: readonly ReminderWithSettings[] }> {
    const tried = await this.#tryOut(page);
    const groups = this.#groupsOf(tried.rest, quotas);
    const results = await Promise.allSettled(groups.map((group) => this.#handOverGroup(group, quotas)));
    let { started } = tried;
    const taken = new Set<ReminderWithSettings>();
    for (const [nth, result] of results.entries()) {
      if (result.status === 'rejected') throw result.reason;
      started += result.value.started;
      for (const each of groups[nth]?.reminders.slice(0, result.value.taken) ?? []) taken.add(each);
    }
    return { started, rest: tried.rest.filter((each) => !taken.has(each)) };
  }

  /** Tries gateways that are out of use and due to be tried, each with one message that would go there. */
  async #tryOut(page: readonly ReminderWithSettings[]) {
    let started = 0;
    let rest = page;
    for (const gateway of this.gateways) {
      if (!gateway.health.probeDue) continue;
      const reminder = this.#toTry(gateway.caller, rest);
      if (!reminder) continue;
      const result = await gateway.tryOne(reminder);
      if (result.taken > 0) rest = rest.filter((each) => each !== reminder);
      started += result.started;
    }
    return { started, rest };
  }

  /**
   * The reminder of a page that a gateway is tried with which is out of use: one that would go through it if it were
   * not. @returns undefined where there is none
   */
  #toTry(caller: GatewayCaller, page: readonly ReminderWithSettings[]): ReminderWithSettings | undefined {
    const now = this.#deps.now();
    const preferring = page.filter((reminder) => prefers(reminder, caller, now));
    return preferring.find(({ due }) => caller.health.mayTry(due.authority_id)) ?? preferring[0];
  }

  #groupsOf(page: readonly ReminderWithSettings[], quotas: Quotas): Group[] {
    const groups = new Map<GatewayHandOver | null, ReminderWithSettings[]>();
    const now = this.#deps.now();
    let open = this.gateways.length;
    const room = (gateway: GatewayHandOver) => Math.min(gateway.groupSize, quotas.get(gateway) ?? gateway.pageSize);
    const fits = this.gateways.every(({ pageSize }) => pageSize >= page.length);
    for (const reminder of fits ? page : oneOfEachAuthority(page)) {
      const gateway = this.#routeOf(reminder, now);
      if (gateway === 'later') continue;
      const group = groups.get(gateway) ?? [];
      if (gateway && group.length >= room(gateway)) continue;
      groups.set(gateway, group);
      group.push(reminder);
      if (gateway && group.length >= room(gateway) && --open === 0) break;
    }
    return [...groups].map(([gateway, reminders]) => ({ gateway, reminders }));
  }

  /**
   * The first of the authority's gateways that is in use and takes so short a validity; of a repetition, its own. null
   * where the reminder only ends.
   */
  #routeOf({ due, owner }: ReminderWithSettings, now: Date): Route {
    if (!owner) return null;
    const callers = due.repeat ? this.#ofRepeat(due) : owner.callers;
    let ends = due.repeat || callers.length > 0;
    for (const caller of callers) {
      if (!caller.takesUntil(due.expires_at, now)) continue;
      if (caller.health.inUse) return caller.health.open ? this.#throughCaller(caller) : 'later';
      ends = false;
    }
    this.#unserved ||= callers.length === 0 && !due.repeat;
    return ends || owner.source.mode === 'shadow' ? null : 'later';
  }

  /** The callers of these, in this order, but for what is not configured; of none: those of all. */
  #callersOf(ids: readonly string[]): readonly GatewayCaller[] {
    const meant = ids.length === 0 ? this.gateways : ids.flatMap((id) => this.#byId.get(id) ?? []);
    return meant.map(({ caller }) => caller);
  }

  #ofRepeat({ gateway }: DueReminder): readonly GatewayCaller[] {
    return this.#callersOf([gateway ?? '']);
  }

  #throughCaller({ gateway: { id } }: GatewayCaller): GatewayHandOver {
    const gateway = this.#byId.get(id);
    if (!gateway) throw new Error('a caller of no gateway that is configured');
    return gateway;
  }

  async #handOverGroup({ gateway, reminders }: Group, quotas: Quotas): Promise<GroupCounts> {
    if (!gateway) {
      await this.#starter.end(reminders);
      return { taken: reminders.length, started: 0 };
    }
    const result = await gateway.handOver(reminders);
    quotas.set(gateway, (quotas.get(gateway) ?? gateway.pageSize) - result.taken);
    return result;
  }
}

/** True for a reminder that would go through this gateway if it were in use. */
function prefers({ due, owner }: ReminderWithSettings, caller: GatewayCaller, now: Date): boolean {
  if (due.repeat) return due.gateway === caller.gateway.id;
  if (!owner || !caller.takesUntil(due.expires_at, now)) return false;
  return owner.callers.find((each) => each === caller || each.health.open) === caller;
}

/** The page in another order, for where not all of it can go at once: one of each authority after another. */
function oneOfEachAuthority(page: readonly ReminderWithSettings[]): readonly ReminderWithSettings[] {
  const queues = [...grouped(page, ({ due }) => due.authority_id).values()];
  const rounds = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, nth) => queues.flatMap((queue) => queue[nth] ?? [])).flat();
}
