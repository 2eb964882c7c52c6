import { inTransaction } from '../database/transaction.ts';
import { isRefusedRow } from '../database/write-refusals.ts';
import { errorName } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { MESSAGE_TEXT } from '../domain/keyring.ts';
import type { SmsGateway } from '../gateways/gateway.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging } from '../runtime/deps.ts';
import type { DueReminder } from './look/look.sql.ts';
import { type NotCalled, undoStart } from './processes.sql.ts';
import type { ProcessMembership } from './processes.ts';
import type { ReminderWithSettings } from './start/due-settings.ts';
import { type Prepared, prepareReminder, type Ready } from './start/prepare.ts';
import { quarantine, type StartOptions, type StartRow, startGroup } from './start/start.sql.ts';
import type { StartVerdict } from './start/start-check.sql.ts';

/** A reminder whose start is committed: it counts as handed over, and its call is to be made. */
export interface Started {
  readonly ready: Ready;
  readonly messageId: string;
  readonly attempts: number;
  readonly at: Date;
}

/** The result of a start; `started` in the order of the group. */
export interface StartedGroup {
  readonly started: readonly Started[];
  /** This process counts as gone: nothing was started. */
  readonly lapsed: boolean;
  /** Another process, or a receipt, came first with some. */
  readonly lost: boolean;
  /** The gateway's state is not what was known of it: nothing was started. */
  readonly gatewayChanged: boolean;
}

/** Starts what is ready of a group, and writes what ends or waits, in one commit. */
async function startPrepared(
  deps: DatabaseAccess & KeyringAccess,
  options: StartOptions,
  group: readonly Prepared[],
): Promise<StartedGroup> {
  const { now } = options;
  const rows = group.map((prepared, position) => rowOf(deps, prepared, position, options));
  const results = new Map((await startGroup(deps.db, options, rows)).map((result) => [result.reminder_id, result]));
  const started = group.flatMap((prepared): Started[] => {
    const result = results.get(prepared.due.id);
    if (prepared.action !== 'start' || result?.verdict !== 'start' || result.message_id === null) return [];
    return [{ ready: prepared, messageId: result.message_id, attempts: result.attempts ?? 1, at: now }];
  });
  const has = (wanted: StartVerdict) => [...results.values()].some(({ verdict }) => verdict === wanted);
  return { started, lapsed: has('lapsed'), lost: has('lost'), gatewayChanged: has('gateway_changed') };
}

function rowOf(
  { keyring: { cipher } }: KeyringAccess,
  prepared: Prepared,
  position: number,
  options: StartOptions,
): StartRow {
  const { now, gateway } = options;
  const { due, owner } = prepared;
  const goes = prepared.action === 'start' ? prepared : null;
  const text = prepared.action === 'start' ? prepared : prepared.shadow;
  const label = goes ? MESSAGE_TEXT : 'reminder.text';
  const message = `${due.id} ${gateway}`;
  return {
    reminder_id: due.id,
    action: prepared.action,
    repeat: due.repeat,
    revision: due.revision,
    appointment_revision: due.appointment_revision,
    authority_version: owner?.authority.version ?? null,
    source_version: owner?.source.version ?? null,
    position,
    day_start: goes?.dayStart ?? null,
    status: prepared.action === 'start' ? null : prepared.status,
    reason: prepared.action === 'start' ? null : prepared.reason,
    next_at: prepared.action === 'start' ? null : prepared.nextAt,
    held_reason: prepared.action === 'start' ? null : prepared.heldReason,
    message_id: goes && newId(now),
    sender: goes?.sender ?? null,
    country: goes?.country ?? null,
    phone_ciphertext: goes && cipher.encrypt(due.authority_id, 'message.phone', message, goes.to),
    text_ciphertext: text && cipher.encrypt(due.authority_id, label, goes ? message : due.id, text.text),
    encoding: text?.encoding ?? null,
    segments: text?.segments ?? null,
    template_version: text?.template.version ?? null,
  };
}

/** The gateway that a group goes through, with the version of its state that this was decided from. */
export interface Through {
  readonly gateway: string;
  readonly version: number;
}

const NOWHERE: Through = { gateway: '', version: 0 };

type StarterDeps = DatabaseAccess & KeyringAccess & Logging & CurrentTime;

/** A start whose statement failed for the process, and may have been committed all the same. */
interface UnknownStart {
  readonly groupId: string;
  readonly reminders: readonly NotCalled[];
}

/** Prepares groups in memory and starts each in one commit. */
export class GroupStarter {
  readonly #deps: StarterDeps;
  readonly #gateways: ReadonlyMap<string, SmsGateway>;
  readonly #process: ProcessMembership;
  /** No call was made for them, so they are undone: they would count as uncertain once the process ends. */
  readonly #unknown = new Set<UnknownStart>();

  /** @param gateways those that are configured */
  constructor(deps: StarterDeps, gateways: readonly SmsGateway[], process: ProcessMembership) {
    this.#deps = deps;
    this.#gateways = new Map(gateways.map((gateway) => [gateway.id, gateway]));
    this.#process = process;
  }

  /** True while a start is to be undone that may have been committed. */
  get anyUnknown(): boolean {
    return this.#unknown.size > 0;
  }

  /**
   * Undoes all starts of which nobody knew whether they were committed.
   * @throws where the database is away; what is left then waits for the next time
   */
  async undoUnknown(): Promise<void> {
    for (const start of this.#unknown) {
      const { groupId, reminders } = start;
      await inTransaction(this.#deps.db, (trx) =>
        undoStart(trx, groupId, this.#process.id, reminders, this.#deps.now()),
      );
      this.#unknown.delete(start);
    }
  }

  /**
   * Prepares a group and starts it in one commit; what has a reason not to go ends in the same commit.
   * @param through null: no gateway takes them any more, so that they end
   * @throws where the database is away: what may have been committed all the same is undone
   */
  async start(
    group: readonly ReminderWithSettings[],
    through: Through | null,
  ): Promise<StartedGroup & { readonly groupId: string }> {
    // With an old heartbeat this process could be taken for gone while it makes the calls of this start.
    await this.#process.keepAlive();
    const now = this.#deps.now();
    const groupId = newId(now);
    const gateway = this.#gateways.get(through?.gateway ?? '');
    const fitText = (text: string) => gateway?.fitText?.(text) ?? text;
    const gateways = { through: through?.gateway ?? null, configured: new Set(this.#gateways.keys()), fitText };
    const prepared = group.map((reminder) => prepareReminder(this.#deps, reminder, gateways, now));
    const started = await this.#startPrepared(groupId, prepared, through ?? NOWHERE, now);
    // A start that lapsed has started nothing: if this fails, no call is missing.
    if (started.lapsed) await this.#process.rejoin();
    if (started.lost) await this.#lookForOthers();
    return { groupId, ...started };
  }

  /** Ends reminders that go through no gateway. @throws where the database is away */
  async end(group: readonly ReminderWithSettings[]): Promise<void> {
    try {
      await this.start(group, null);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      const [first, another] = group;
      if (first && !another) return this.refuse(first.due);
      for (const reminder of group) await this.end([reminder]);
    }
  }

  /** Ends a reminder whose start the database refuses for its values: it would refuse it each time. */
  async refuse(due: DueReminder): Promise<void> {
    const facts = { reminder: due.id };
    this.#deps.log.error(facts, 'the database refuses the start of a reminder: it ends as internal_error');
    await quarantine(this.#deps.db, due.id, this.#deps.now());
  }

  /** Looks for the process that came first. A failure must not keep the calls of what is committed from being made. */
  async #lookForOthers(): Promise<void> {
    try {
      await this.#process.lookForOthers();
    } catch (error) {
      this.#deps.log.warn({ error: errorName(error) }, 'the list of live processes could not be read');
    }
  }

  /** A start that fails is undone at once, or with the next `undoUnknown` if the database is away. */
  async #startPrepared(
    groupId: string,
    prepared: readonly Prepared[],
    { gateway, version: gatewayVersion }: Through,
    now: Date,
  ): Promise<StartedGroup> {
    const options = { groupId, processId: this.#process.id, gateway, gatewayVersion, now };
    try {
      return await startPrepared(this.#deps, options, prepared);
    } catch (error) {
      const reminders = prepared.flatMap(({ action, due: { id, next_at, repeat } }) =>
        action === 'start' ? [{ reminder_id: id, next_at, repeat }] : [],
      );
      this.#unknown.add({ groupId, reminders });
      await this.undoUnknown().catch(() => undefined);
      throw error;
    }
  }
}
