import { isRefusedRow } from '../database/unstorable.ts';
import { errorName } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import type { SmsGateway } from '../gateways/gateway.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging } from '../runtime/deps.ts';
import type { DueReminder } from './look/look.sql.ts';
import type { ProcessMembership } from './processes.ts';
import type { ReminderWithSettings } from './start/due-settings.ts';
import { type Prepared, prepareReminder } from './start/prepare.ts';
import { quarantine } from './start/start.sql.ts';
import { type StartedGroup, startPrepared } from './start/start.ts';
import type { UnknownCommits } from './unknown-commits.ts';

/** The gateway that a group goes through, with the version of its state that this was decided from. */
export interface Through {
  readonly gateway: string;
  readonly version: number;
}

const NOWHERE: Through = { gateway: '', version: 0 };

type StarterDeps = DatabaseAccess & KeyringAccess & Logging & CurrentTime;

/** Prepares groups in memory and starts each in one commit. */
export class GroupStarter {
  readonly #deps: StarterDeps;
  readonly #gateways: ReadonlyMap<string, SmsGateway>;
  readonly #process: ProcessMembership;
  readonly #unknown: UnknownCommits;

  /**
   * @param gateways those that are configured
   * @param unknown undoes a start whose commit is unknown
   */
  constructor(deps: StarterDeps, gateways: readonly SmsGateway[], process: ProcessMembership, unknown: UnknownCommits) {
    this.#deps = deps;
    this.#gateways = new Map(gateways.map((gateway) => [gateway.id, gateway]));
    this.#process = process;
    this.#unknown = unknown;
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
    const started = await this.#startPrepared(groupId, prepared, through, now);
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
      for (const reminder of group) await this.#endAlone(reminder);
    }
  }

  async #endAlone(reminder: ReminderWithSettings): Promise<void> {
    try {
      await this.start([reminder], null);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      await this.refuse(reminder.due);
    }
  }

  /** Ends a reminder whose start the database refuses for its values: it would refuse it each time. */
  async refuse(due: DueReminder): Promise<void> {
    this.#deps.log.error(
      { reminder: due.id },
      'the database refuses the start of a reminder: it ends as internal_error',
    );
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

  async #startPrepared(
    groupId: string,
    prepared: readonly Prepared[],
    through: Through | null,
    now: Date,
  ): Promise<StartedGroup> {
    const { gateway, version: gatewayVersion } = through ?? NOWHERE;
    const options = { groupId, processId: this.#process.id, gateway, gatewayVersion, now };
    try {
      return await startPrepared(this.#deps, options, prepared);
    } catch (error) {
      const notCalled = prepared.flatMap(({ action, due: { id, next_at, repeat } }) =>
        action === 'start' ? [{ reminder_id: id, next_at, repeat }] : [],
      );
      await this.#unknown.add(groupId, notCalled);
      throw error;
    }
  }
}
