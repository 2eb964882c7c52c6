import type { GatewayCaller } from './gateways/gateway-caller.ts';
import type { DueReminder } from './look/look.sql.ts';
import type { ReminderWithSettings } from './start/due-settings.ts';

/** The gateway that a reminder goes through; `later` while that is out of use or pauses; null where it only ends. */
export type Route = GatewayCaller | 'later' | null;

/**
 * The choice of a gateway: each reminder goes through the first one of its authority's that is in use; one whose first
 * hand-over may have arrived goes through the same gateway again or not at all.
 */
export class Routing {
  /** Callers of the gateways that are configured, in order of preference. */
  readonly callers: readonly [GatewayCaller, ...GatewayCaller[]];
  readonly #byId: ReadonlyMap<string, GatewayCaller>;
  /** Some authority uses no gateway that is configured. */
  #unserved = false;

  constructor(callers: readonly [GatewayCaller, ...GatewayCaller[]]) {
    this.callers = callers;
    this.#byId = new Map(callers.map((caller) => [caller.gateway.id, caller]));
  }

  /** True when something could go: a gateway is in use, or is to be tried. */
  get open(): boolean {
    return this.callers.some(({ health }) => health.open || health.probeDue);
  }

  /** The gateways that are in use, or are to be tried; null where that leaves nobody out. */
  get openOnly(): readonly string[] | null {
    const open = this.callers.filter(({ health }) => health.inUse || health.probeDue);
    return open.length === this.callers.length && !this.#unserved ? null : open.map(({ gateway }) => gateway.id);
  }

  /** The callers of these, in this order, but for what is not configured; of none: those of all. */
  callersOf(gateways: readonly string[]): readonly GatewayCaller[] {
    return gateways.length === 0 ? this.callers : gateways.flatMap((id) => this.#byId.get(id) ?? []);
  }

  /**
   * The first of the authority's gateways that is in use and takes so short a validity; of a repetition, its own. null
   * where the reminder only ends.
   */
  routeOf({ due, owner }: ReminderWithSettings, now: Date): Route {
    if (!owner) return null;
    const callers = due.repeat ? this.#ofRepeat(due) : owner.callers;
    let ends = due.repeat || callers.length > 0;
    for (const caller of callers) {
      if (!caller.takesUntil(due.expires_at, now)) continue;
      if (caller.health.inUse) return caller.health.open ? caller : 'later';
      ends = false;
    }
    this.#unserved ||= callers.length === 0 && !due.repeat;
    return ends || owner.source.mode === 'shadow' ? null : 'later';
  }

  /**
   * The reminder of a page that a gateway is tried with which is out of use: one that would go through it if it were
   * not. @returns undefined where there is none
   */
  toTry(caller: GatewayCaller, page: readonly ReminderWithSettings[], now: Date): ReminderWithSettings | undefined {
    const preferring = page.filter((reminder) => prefers(reminder, caller, now));
    return preferring.find(({ due }) => caller.health.mayTry(due.authority_id)) ?? preferring[0];
  }

  #ofRepeat({ gateway }: DueReminder): readonly GatewayCaller[] {
    const caller = this.#byId.get(gateway ?? '');
    return caller ? [caller] : [];
  }
}

/** True for a reminder that would go through this gateway if it were in use. */
function prefers({ due, owner }: ReminderWithSettings, caller: GatewayCaller, now: Date): boolean {
  if (due.repeat) return due.gateway === caller.gateway.id;
  if (!owner || !caller.takesUntil(due.expires_at, now)) return false;
  return owner.callers.find((each) => each === caller || each.health.open) === caller;
}
