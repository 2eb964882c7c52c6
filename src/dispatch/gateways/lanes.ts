import { isRefusedRow } from '../../database/unstorable.ts';
import type { Authority } from '../../domain/authority.ts';
import type { GatewayCaller } from '../gateway-caller.ts';
import type { GroupStarter, Owners } from '../group-starter.ts';
import type { DueReminder } from '../look.sql.ts';
import type { Owner } from '../prepare.ts';
import { Lane, type LaneDeps } from './lane.ts';

/** How much of a page each gateway may still get, which is kept from group to group. */
export type Turns = Map<Lane, number>;

/** The next step of a reminder: its lane, `later` where that is out of use or pauses, or null where it only ends. */
type Route = Lane | 'later' | null;

/** Part of a page for one lane, or for none: those only end. */
interface Part {
  readonly lane: Lane | null;
  readonly group: DueReminder[];
}

/**
 * The gateways that reminders go through, in order of preference. Each reminder goes through the first one of its
 * authority's that is in use; one whose first hand-over may have arrived goes through the same gateway again or not at
 * all.
 */
export class Lanes {
  readonly all: readonly [Lane, ...Lane[]];
  readonly #byId: ReadonlyMap<string, Lane>;
  readonly #starter: GroupStarter;
  readonly #now: () => Date;
  /** Some authority uses no gateway that is configured. */
  #unserved = false;
  /** The calls that are open, which never fail. */
  readonly calls = new Set<Promise<void>>();

  /** @param may whether anything may be started, and whether sending as a whole is held */
  constructor(
    deps: LaneDeps,
    callers: readonly [GatewayCaller, ...GatewayCaller[]],
    starter: GroupStarter,
    may: { readonly start: () => boolean; readonly held: () => boolean },
  ) {
    this.#starter = starter;
    this.#now = deps.now;
    const around = {
      starter,
      calls: this.calls,
      mayStart: may.start,
      isHeld: may.held,
      hasAnother: (authority: Authority, than: Lane) =>
        this.of(authority).some((lane) => lane !== than && lane.health.open),
    };
    const [first, ...others] = callers;
    const make = (caller: GatewayCaller) => new Lane(deps, caller, around);
    this.all = [make(first), ...others.map(make)];
    this.#byId = new Map(this.all.map((lane) => [lane.gateway, lane]));
  }

  /** Something could go: a gateway is in use, or is to be tried. */
  get open(): boolean {
    return this.all.some(({ health }) => health.open || health.probeDue);
  }

  /** The gateways that are in use, or are to be tried; null where that leaves nobody out. */
  get openOnly(): readonly string[] | null {
    const open = this.all.filter(({ health }) => health.inUse || health.probeDue);
    return open.length === this.all.length && !this.#unserved ? null : open.map(({ gateway }) => gateway);
  }

  /** The gateways of an authority in order of preference; those that are not configured are left out. */
  of({ gateways }: Authority): readonly Lane[] {
    if (gateways.length === 0) return this.all;
    return gateways.flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** Reads the states anew that are older than a second. @throws where the database is away */
  async refresh(): Promise<void> {
    for (const { health } of this.all) await health.refresh();
  }

  /** While nothing is open: waits for the probe that is under way. @returns false where there is none */
  async probed(): Promise<boolean> {
    const probes = this.all.flatMap(({ probe }) => probe ?? []);
    if (probes.length === 0) return false;
    await Promise.race(probes);
    return true;
  }

  /**
   * Takes the next group of each gateway off the page and hands it over.
   * @param turns kept over the groups of one page
   * @returns how many were started, and whether any were taken off
   */
  async handOver(page: DueReminder[], owners: Owners, turns: Turns): Promise<{ started: number; went: boolean }> {
    const before = page.length;
    let started = await this.#tryOut(page, owners);
    const parts = this.#partsOf(page, owners, turns);
    const results = await Promise.allSettled(parts.map((part) => this.#handOverPart(part, owners, turns)));
    const taken = new Set<DueReminder>();
    for (const [nth, result] of results.entries()) {
      if (result.status === 'rejected') continue;
      started += result.value.started;
      for (const due of parts[nth]?.group.slice(0, result.value.taken) ?? []) taken.add(due);
    }
    takeOff(page, taken);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return { started, went: page.length < before };
  }

  /** Waits until no call is open and every outcome recorded. */
  async quiet(): Promise<void> {
    await Promise.all(this.calls);
    for (const lane of this.all) await lane.idle();
  }

  /**
   * Tries gateways that are out of use and due to be tried, each with one message that would go there.
   * @returns how many were started
   */
  async #tryOut(page: DueReminder[], owners: Owners): Promise<number> {
    let started = 0;
    for (const lane of this.all) {
      const due = lane.health.probeDue ? this.#toTry(lane, page, owners) : undefined;
      if (!due) continue;
      const result = await lane.tryOne(due, owners);
      if (result.taken > 0) takeOff(page, new Set([due]));
      started += result.started;
    }
    return started;
  }

  #toTry(lane: Lane, page: readonly DueReminder[], owners: Owners): DueReminder | undefined {
    const preferring = page.filter((each) => this.#prefers(each, owners, lane));
    return preferring.find((each) => lane.health.mayTry(each.authority_id)) ?? preferring[0];
  }

  /** True for a reminder that would go through this lane if it were in use. */
  #prefers(due: DueReminder, owners: Owners, lane: Lane): boolean {
    if (due.repeat) return due.gateway === lane.gateway;
    const authority = owners.get(due.source_id)?.authority;
    if (!authority || !lane.takesUntil(due.expires_at, this.#now())) return false;
    return this.of(authority).find((each) => each === lane || each.health.open) === lane;
  }

  #partsOf(page: readonly DueReminder[], owners: Owners, turns: Turns): Part[] {
    const parts = new Map<Lane | null, DueReminder[]>();
    const now = this.#now();
    let open = this.all.length;
    const full = (lane: Lane) => Math.min(lane.group, turns.get(lane) ?? lane.page);
    for (const due of inTurn(
      page,
      this.all.some((lane) => lane.page < page.length),
    )) {
      const lane = this.#routeOf(due, owners.get(due.source_id), now);
      if (lane === 'later') continue;
      const group = parts.get(lane) ?? [];
      if (lane && group.length >= full(lane)) continue;
      parts.set(lane, group);
      group.push(due);
      if (lane && group.length >= full(lane) && --open === 0) break;
    }
    return [...parts].flatMap(([lane, group]) => (group.length > 0 ? [{ lane, group }] : []));
  }

  /** The first of the authority's that is in use and takes so short a validity; of a repetition its own. */
  #routeOf(due: DueReminder, owner: Owner | undefined, now: Date): Route {
    if (!owner) return null;
    const lanes = due.repeat ? this.#ofRepeat(due) : this.of(owner.authority);
    let ends = due.repeat || lanes.length > 0;
    for (const lane of lanes) {
      if (!lane.takesUntil(due.expires_at, now)) continue;
      if (lane.health.inUse) return lane.health.open ? lane : 'later';
      ends = false;
    }
    this.#unserved ||= lanes.length === 0 && !due.repeat;
    return ends || owner.source.mode === 'shadow' ? null : 'later';
  }

  #ofRepeat({ gateway }: DueReminder): readonly Lane[] {
    const lane = this.#byId.get(gateway ?? '');
    return lane ? [lane] : [];
  }

  async #handOverPart({ lane, group }: Part, owners: Owners, turns: Turns) {
    if (!lane) return this.#end(group, owners);
    const result = await lane.handOver(group, owners);
    turns.set(lane, (turns.get(lane) ?? lane.page) - result.taken);
    return result;
  }

  /** Ends reminders that go through no gateway. */
  async #end(group: readonly DueReminder[], owners: Owners) {
    try {
      await this.#starter.start(group, owners, null);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      for (const due of group)
        await this.#starter.start([due], owners, null).catch(async (fault: unknown) => {
          if (!isRefusedRow(fault)) throw fault;
          await this.#starter.refuse(due);
        });
    }
    return { taken: group.length, started: 0 };
  }
}

function takeOff(page: DueReminder[], taken: ReadonlySet<DueReminder>): void {
  let kept = 0;
  for (const due of page) if (!taken.has(due)) page[kept++] = due;
  page.length = kept;
}

/** The page as it is, or, where not all of it can go at once, one of each authority after another. */
function inTurn(page: readonly DueReminder[], fair: boolean): readonly DueReminder[] {
  if (!fair) return page;
  const queues = new Map<string, DueReminder[]>();
  for (const due of page) {
    const queue = queues.get(due.authority_id);
    if (queue) queue.push(due);
    else queues.set(due.authority_id, [due]);
  }
  const rounds = Math.max(0, ...[...queues.values()].map(({ length }) => length));
  return Array.from({ length: rounds }, (_, nth) => [...queues.values()].flatMap((queue) => queue[nth] ?? [])).flat();
}
