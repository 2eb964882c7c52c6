import { GroupCommit } from '../database/group-commit.ts';
import { isConnectionFailure, isTimeOut } from '../database/transaction.ts';
import { errorName } from '../domain/errors.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { DeliveryEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import {
  CLOCKS_APART_MS,
  type CurrentTime,
  type DatabaseAccess,
  type GatewayAccess,
  type KeyringAccess,
  type Logging,
  type Metering,
} from '../runtime/deps.ts';
import { ABANDONED_CALLBACK_MS, type CallbackRow, callbackRow, insertCallbacks, readRaw } from '../store/callbacks.ts';
import { applyGroup, type Reported } from './apply.ts';
import { findUnapplied, findWaiting } from './receipts.sql.ts';
import { UnprovenReports } from './supplier-faults.ts';

type ReceiptDeps = DatabaseAccess & KeyringAccess & CurrentTime & Logging & Metering & GatewayAccess;

const GROUP = 500;

/**
 * Accepts receipts: stored raw, then acknowledged, then applied. `accept` resolves once the callback is stored; it is
 * applied behind that, and `applyAbandoned` finds what a crash has abandoned.
 */
export class ReceiptAcceptor {
  readonly #deps: ReceiptDeps;
  readonly #store: GroupCommit<CallbackRow, boolean>;
  readonly #unproven = new UnprovenReports();
  #waiting: Reported[] = [];
  #applying: Promise<void> | null = null;
  /** Receipts of the group that is being applied. */
  #underWay = 0;
  #stopped = false;

  constructor(deps: ReceiptDeps) {
    this.#deps = deps;
    this.#store = new GroupCommit({
      run: async (rows) => {
        const inserted = await insertCallbacks(deps.db, rows);
        return rows.map((row) => inserted.has(row.id));
      },
      keysOf: (row) => [row.dedupeKey.toString('hex')],
      weightOf: () => 1,
      maxWeight: GROUP,
      failsForAll: isConnectionFailure,
      failsForWaiting: isTimeOut,
    });
  }

  /** Stores a callback, and applies it behind the response. @param callback one that the gateway has verified */
  async accept(gateway: SmsGateway, callback: RawCallback): Promise<void> {
    const now = this.#deps.now();
    const events = this.#read(gateway, callback);
    this.#unproven.note(this.#deps, gateway, events);
    const row = callbackRow(this.#deps, gateway, callback, now);
    if (await this.#store.submit(row)) this.#applyRead({ id: row.id, gateway, events });
  }

  /** Applies one that was stored already, without waiting for it. */
  applyStored(gateway: SmsGateway, id: string, callback: RawCallback): void {
    this.#applyRead({ id, gateway, events: this.#read(gateway, callback) });
  }

  /** True while messages wait for a receipt that a callback named lately and did not prove: it may be fetched. */
  async awaitsUnproven(gateway: SmsGateway): Promise<boolean> {
    const now = this.#deps.now();
    const named = this.#unproven.namedLately(gateway, now);
    if (named.length === 0) return false;
    const waiting = await findWaiting(this.#deps.db, gateway.id, named);
    this.#unproven.forget(
      gateway,
      named.filter((id) => !waiting.has(id)),
    );
    return waiting.size > 0;
  }

  /** Resolves when everything accepted so far is applied. */
  async idle(): Promise<void> {
    while (this.#applying) await this.#applying;
  }

  /**
   * Stops applying once everything is applied, or `patience` has run out. What then waits is stored, and is applied by
   * a later sweep.
   */
  async stop(patience: Promise<void>): Promise<void> {
    await Promise.race([this.idle(), patience]);
    this.#stopped = true;
    const receipts = this.#waiting.length + this.#underWay;
    this.#waiting = [];
    if (receipts === 0) return;
    this.#deps.log.warn({ receipts }, 'receipts are stored but not applied yet: a sweep applies them');
  }

  /**
   * Applies what was stored but never applied, say because the process died in between. @returns how many were looked
   * at
   */
  async applyAbandoned(): Promise<number> {
    const { db, now, gateways } = this.#deps;
    // Receipts of a gateway that is not configured now wait until it is again.
    const ids = gateways.map(({ id }) => id);
    const before = new Date(now().getTime() - ABANDONED_CALLBACK_MS);
    // Clocks of processes that hand over are no further ahead: a wrong one would keep its receipts waiting.
    const after = new Date(now().getTime() + CLOCKS_APART_MS);
    let oldest: string | undefined;
    for (let looked = 0; ; ) {
      const rows = await findUnapplied(db, ids, { before, after }, GROUP);
      // A receipt that is found again could not be applied: it waits for the next run.
      if (rows.length === 0 || rows[0]?.id === oldest) return looked;
      oldest = rows[0]?.id;
      await this.#applyRows(rows);
      looked += rows.length;
      if (rows.length < GROUP) return looked;
    }
  }

  #applyRead(reported: Reported): void {
    this.#waiting.push(reported);
    this.#applying ??= this.#apply();
  }

  async #applyRows(rows: Awaited<ReturnType<typeof findUnapplied>>): Promise<void> {
    const { keyring, gateways } = this.#deps;
    const byId = new Map(gateways.map((gateway) => [gateway.id, gateway]));
    for (const row of rows) {
      const gateway = byId.get(row.gateway);
      if (gateway) this.#waiting.push({ id: row.id, gateway, events: this.#open(keyring, gateway, row) });
    }
    if (this.#waiting.length > 0) this.#applying ??= this.#apply();
    await this.idle();
  }

  async #apply(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP);
      this.#underWay = group.length;
      await this.#applyAll(group);
    }
    this.#underWay = 0;
    this.#applying = null;
  }

  /** Applies a group, or its members one by one where that fails: a faulty one must not hold up the others. */
  async #applyAll(group: readonly Reported[]): Promise<void> {
    try {
      await applyGroup(this.#deps, group);
    } catch (error) {
      // Stopping has closed the database meanwhile, and has logged how many receipts wait.
      if (this.#stopped) return;
      if (group.length > 1 && !isConnectionFailure(error)) {
        for (const stored of group) await this.#applyAll([stored]);
        return;
      }
      // They are stored: the sweeper comes back to them.
      this.#deps.metrics.failures.inc({ place: 'apply_receipts' });
      this.#deps.log.error({ receipts: group.length, error: errorName(error) }, 'receipts could not be applied yet');
    }
  }

  #open(
    keyring: Keyring,
    gateway: SmsGateway,
    row: { readonly id: string; readonly raw_ciphertext: Buffer },
  ): readonly DeliveryEvent[] {
    try {
      const raw = keyring.cipher.decrypt('', 'callback.raw', row.id, row.raw_ciphertext);
      return this.#read(gateway, readRaw(raw, 'receipts'));
    } catch (error) {
      this.#deps.log.error(
        { gateway: gateway.id, error: errorName(error) },
        'a stored callback could not be decrypted',
      );
      return [];
    }
  }

  /** An adapter never throws; one that does all the same has read nothing. */
  #read(gateway: SmsGateway, callback: RawCallback): readonly DeliveryEvent[] {
    try {
      return gateway.readReceipts(callback);
    } catch (error) {
      const facts = { gateway: gateway.id, error: errorName(error) };
      this.#deps.log.error(facts, "the gateway's adapter threw an error while it read receipts");
      return [];
    }
  }
}
