import { inTransaction } from '../database/transaction.ts';
import { newId } from '../domain/ids.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  databaseNow,
  type GatewayAccess,
  type Logging,
  type ProcessIdentity,
  type SendingPermission,
  type Waiting,
} from '../runtime/deps.ts';
import { holdMs } from './gateways/gateway-caller.ts';
import type { Share } from './look/look.sql.ts';
import {
  beat,
  deleteReserved,
  endProcess,
  expireHeartbeats,
  type Hold,
  hasOthers,
  recoverGone,
  recoverGroups,
} from './processes.sql.ts';
import type { ReminderWithSettings } from './start/due-settings.ts';

/** The interval of heartbeats: so short that several may be missed before a process counts as gone. */
const BEAT_MS = 5_000;
/** How soon after its last heartbeat a process looks for others that have joined or left. */
const LOOK_FOR_OTHERS_MS = 250;

type MembershipDeps = DatabaseAccess & CurrentTime & Waiting & ProcessIdentity & SendingPermission;

/** This process among those that hand over: its heartbeat, and the part of what is due that it looks at. */
export class ProcessMembership {
  readonly #deps: MembershipDeps;
  readonly #startedAt: Date;
  readonly id: string;
  /** True once it has written a heartbeat. */
  #noted = false;
  #members: readonly string[] = [];
  #beatAtMs = Number.NEGATIVE_INFINITY;
  /** The last heartbeat by the database's clock, which decides how old it is. */
  #beatAt = 0;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
    this.#startedAt = deps.now();
    this.id = newId(this.#startedAt);
  }

  /**
   * Joins the processes that hand over, if this one has not.
   * @returns whether others are noted: then one of them may have died over what is due
   */
  async join(): Promise<boolean> {
    await this.#beat();
    return hasOthers(this.#deps.db, this.id);
  }

  /** Writes the heartbeat if it is time to, by the clock or since the clock was set. */
  async keepAlive(): Promise<void> {
    const passedMs = Math.abs(this.#databaseNow().getTime() - this.#beatAt);
    if (passedMs >= BEAT_MS || this.#deps.timers.monotonic() - this.#beatAtMs >= BEAT_MS) await this.#beat();
  }

  /** Joins again after others have declared this process gone. */
  async rejoin(): Promise<void> {
    await this.#beat();
  }

  /**
   * Reads who hands over now. A process learns of others with its heartbeat; until then two prepare the same reminders,
   * and the second of them finds at its start that the first has taken them.
   */
  async lookForOthers(): Promise<void> {
    if (this.#deps.timers.monotonic() - this.#beatAtMs >= LOOK_FOR_OTHERS_MS) await this.#beat();
  }

  /** The share of what is due that this process looks at; null, as long as it is alone or not noted yet: everything. */
  share(): Share | null {
    const nth = this.#members.indexOf(this.id);
    return this.#members.length < 2 || nth < 0 ? null : { nth, of: this.#members.length };
  }

  /** The reminders that are in the share of this process by now: others may have joined since they were looked for. */
  stillOfShare(reminders: readonly ReminderWithSettings[]): readonly ReminderWithSettings[] {
    const share = this.share();
    if (share === null) return reminders;
    const own = reminders.filter(({ due: { id } }) => Number.parseInt(id.slice(-2), 16) % share.of === share.nth);
    return own.length < reminders.length ? own : reminders;
  }

  /** Leaves in good order, if it was noted. */
  async leave(): Promise<void> {
    if (!this.#noted) return;
    await endProcess(this.#deps.db, this.id);
  }

  async #beat(): Promise<void> {
    const { db, worker: name, version, timers, sending } = this.#deps;
    const [beganMs, at, clockAheadMs] = [timers.monotonic(), this.#databaseNow(), sending.aheadMs ?? null];
    // Set even if the write fails, since the row may be there all the same.
    this.#noted = true;
    this.#members = await beat(db, { id: this.id, name, version, startedAt: this.#startedAt, clockAheadMs }, at);
    this.#beatAtMs = beganMs;
    this.#beatAt = at.getTime();
  }

  /** Two processes whose clocks are as far apart as they may be would take each other for gone by their own. */
  #databaseNow(): Date {
    return databaseNow(this.#deps);
  }
}

/**
 * Settles what processes left that are gone.
 * @param aheadMs how far the clock of `now` is ahead of the database's, by which all write their heartbeats
 * @param self the process that asks, which is not gone however old a clock that was set makes its heartbeat look
 * @returns how many processes were gone: one of them may have died over what is due
 */
export async function recover(
  deps: DatabaseAccess & Logging & GatewayAccess,
  now: Date,
  aheadMs = 0,
  self: string | null = null,
): Promise<number> {
  const databaseNow = new Date(now.getTime() - aheadMs);
  const recovered = await inTransaction(deps.db, (trx) => recoverGone(trx, holdsOf(deps), now, databaseNow, self));
  if (recovered.processes > 0 || recovered.uncertain > 0)
    deps.log.warn(recovered, 'processes ended without a shutdown: their messages without outcome count as uncertain');
  await deleteReserved(deps.db, now);
  return recovered.processes;
}

/** Declares every process gone: the caller knows that it is alone with this database. */
export async function declareAllGone({ db }: DatabaseAccess): Promise<void> {
  await expireHeartbeats(db);
}

/** Makes uncertain what this process handed over and could not record the outcome of. */
export async function recoverUnrecorded(
  deps: DatabaseAccess & Logging & GatewayAccess,
  groupIds: readonly string[],
  now: Date,
): Promise<void> {
  if (groupIds.length === 0) return;
  const uncertain = await inTransaction(deps.db, (trx) => recoverGroups(trx, groupIds, holdsOf(deps), now));
  deps.log.error({ uncertain }, 'outcomes could not be recorded; their messages count as uncertain');
}

function holdsOf({ gateways }: GatewayAccess): Hold[] {
  return gateways.map((gateway) => ({ gateway: gateway.id, ms: holdMs(gateway) }));
}
