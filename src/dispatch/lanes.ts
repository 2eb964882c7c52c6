import { type CurrentTime, maySend, type SendingPermission } from '../runtime/deps.ts';
import type { GatewayCaller } from './gateways/gateway-caller.ts';
import type { GroupStarter } from './group-starter.ts';
import { type GroupCounts, Lane, type LaneDeps } from './lane.ts';
import type { ProcessMembership } from './processes.ts';
import type { HandOverProgress } from './progress.ts';
import type { Routing } from './routing.ts';
import type { ReminderWithSettings } from './start/due-settings.ts';

/** Reminders of one page that each gateway may still get, counted down from group to group. */
type Quotas = Map<Lane, number>;

/** Part of a page for one lane, or for none: those only end. */
interface Group {
  readonly lane: Lane | null;
  readonly reminders: readonly ReminderWithSettings[];
}

/** The progress of one page, with the reminders that were left lying. */
export interface PageProgress extends HandOverProgress {
  readonly rest: readonly ReminderWithSettings[];
}

/** Hands pages of due reminders over: group after group, each through the gateway that `Routing` chooses. */
export class Lanes {
  readonly all: readonly [Lane, ...Lane[]];
  readonly #deps: SendingPermission & CurrentTime;
  readonly #routing: Routing;
  readonly #byCaller: ReadonlyMap<GatewayCaller, Lane>;
  readonly #starter: GroupStarter;
  readonly #process: ProcessMembership;
  readonly #stopping: AbortSignal;

  /** @param stopping aborted: nothing new is started */
  constructor(
    deps: LaneDeps,
    routing: Routing,
    starter: GroupStarter,
    process: ProcessMembership,
    stopping: AbortSignal,
  ) {
    this.#deps = deps;
    this.#starter = starter;
    this.#process = process;
    this.#stopping = stopping;
    this.#routing = routing;
    const [first, ...others] = routing.callers;
    const laneOf = (caller: GatewayCaller) => new Lane(deps, caller, starter, stopping);
    this.all = [laneOf(first), ...others.map(laneOf)];
    this.#byCaller = new Map(this.all.map((lane) => [lane.caller, lane]));
  }

  /** Reminders that are prepared together, at the most. */
  get groupSize(): number {
    return Math.max(...this.all.map((lane) => lane.groupSize));
  }

  /** The calls that are open, which never fail. */
  get calls(): readonly Promise<void>[] {
    return this.all.flatMap((lane) => [...lane.calls]);
  }

  /** True while anything may be started: this process goes on, sending is not held, and a gateway takes something. */
  get mayStart(): boolean {
    return maySend(this.#deps, this.#stopping) && this.#routing.open;
  }

  /**
   * Reads the newest states, and waits for the probe that is under way while no gateway takes anything.
   * @returns whether anything may be started now
   * @throws where the database is away
   */
  async waitForGateway(): Promise<boolean> {
    while (maySend(this.#deps, this.#stopping)) {
      await this.refresh();
      if (this.#routing.open) return true;
      if (!(await this.#probed())) return false;
    }
    return false;
  }

  /** Reads the states anew that are older than a second. @throws where the database is away */
  async refresh(): Promise<void> {
    for (const { health } of this.all) await health.refresh();
  }

  /**
   * Hands a page over: prepares, starts and calls, until its gateways take no more of it. Calls may still be open when
   * it resolves.
   * @param ofOwnShare true: those that come into another process's share meanwhile are left to it
   */
  async handOver(reminders: readonly ReminderWithSettings[], ofOwnShare: boolean): Promise<PageProgress> {
    const quotas: Quotas = new Map();
    let rest = reminders;
    let started = 0;
    while (rest.length > 0 && (await this.waitForGateway())) {
      const next = await this.#handOverGroups(rest, quotas);
      started += next.started;
      if (next.rest.length === rest.length) break;
      rest = ofOwnShare ? this.#process.stillOfShare(next.rest) : next.rest;
    }
    const { length: looked } = reminders;
    return { looked, started, anyTaken: rest.length < looked, anyLeft: rest.length > 0, rest };
  }

  /** True while anything is started that has no recorded outcome. */
  get anyInHand(): boolean {
    return this.all.some((lane) => lane.anyInHand);
  }

  /** Waits until no call is open and every outcome recorded. */
  async quiet(): Promise<void> {
    await Promise.all(this.calls);
    for (const lane of this.all) await lane.idle();
  }

  /** Waits for the probe that is under way. @returns false where there is none */
  async #probed(): Promise<boolean> {
    const probes = this.all.flatMap(({ probing }) => probing ?? []);
    if (probes.length === 0) return false;
    await Promise.race(probes);
    return true;
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
    for (const lane of this.all) {
      if (!lane.health.probeDue) continue;
      const reminder = this.#routing.toTry(lane.caller, rest, this.#deps.now());
      if (!reminder) continue;
      const result = await lane.tryOne(reminder);
      if (result.taken > 0) rest = rest.filter((each) => each !== reminder);
      started += result.started;
    }
    return { started, rest };
  }

  #groupsOf(page: readonly ReminderWithSettings[], quotas: Quotas): Group[] {
    const groups = new Map<Lane | null, ReminderWithSettings[]>();
    const now = this.#deps.now();
    let open = this.all.length;
    const room = (lane: Lane) => Math.min(lane.groupSize, quotas.get(lane) ?? lane.pageSize);
    const fits = this.all.every((lane) => lane.pageSize >= page.length);
    for (const reminder of fits ? page : oneOfEachAuthority(page)) {
      const route = this.#routing.routeOf(reminder, now);
      if (route === 'later') continue;
      const lane = route && this.#laneOf(route);
      const group = groups.get(lane) ?? [];
      if (lane && group.length >= room(lane)) continue;
      groups.set(lane, group);
      group.push(reminder);
      if (lane && group.length >= room(lane) && --open === 0) break;
    }
    return [...groups].flatMap(([lane, reminders]) => (reminders.length > 0 ? [{ lane, reminders }] : []));
  }

  #laneOf(caller: GatewayCaller): Lane {
    const lane = this.#byCaller.get(caller);
    if (!lane) throw new Error('a caller without a lane');
    return lane;
  }

  async #handOverGroup({ lane, reminders }: Group, quotas: Quotas): Promise<GroupCounts> {
    if (!lane) {
      await this.#starter.end(reminders);
      return { taken: reminders.length, started: 0 };
    }
    const result = await lane.handOver(reminders);
    quotas.set(lane, (quotas.get(lane) ?? lane.pageSize) - result.taken);
    return result;
  }
}

/** The page in another order, for where not all of it can go at once: one of each authority after another. */
function oneOfEachAuthority(page: readonly ReminderWithSettings[]): readonly ReminderWithSettings[] {
  const queues = new Map<string, ReminderWithSettings[]>();
  for (const reminder of page) {
    const queue = queues.get(reminder.due.authority_id);
    if (queue) queue.push(reminder);
    else queues.set(reminder.due.authority_id, [reminder]);
  }
  const rounds = Math.max(0, ...[...queues.values()].map(({ length }) => length));
  return Array.from({ length: rounds }, (_, nth) => [...queues.values()].flatMap((queue) => queue[nth] ?? [])).flat();
}
