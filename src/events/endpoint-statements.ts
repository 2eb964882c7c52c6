import { inTransaction } from '../database/transaction.ts';
import { SOURCE_DEFAULTS } from '../domain/authority.ts';
import { type EventType, FHIR_EVENT_TYPES } from '../domain/event-types.ts';
import type { NumberedEvent } from '../domain/events/event.ts';
import type { SendingPermission } from '../runtime/deps.ts';
import { makeDue } from '../store/event-endpoints.ts';
import { forgetReaders } from '../store/event-readers.ts';
import { noteTaken } from '../store/replies.ts';
import {
  type DeliveryOutcome,
  type DueDelivery,
  hasMore,
  readNextDeliveries,
  readProbe,
  settleDeliveries,
} from './deliveries.sql.ts';
import { type Claimed, isKept, type KeepResult, keepEndpoint, type OwnedEndpoint } from './endpoints.sql.ts';
import { readEventsBySequence } from './events.sql.ts';
import { type Health, isProbed } from './health.ts';
import type { SharedLimits } from './open-calls.ts';
import { destinationOf, type EventDestination, type SendDeps } from './send.ts';

/** The time after which others may claim an endpoint whose lease was not renewed: three times the longest call. */
export const LEASE_MS = 30_000;

/** The work of a drain since its last commit, which the next one records. */
export interface DrainProgress {
  readonly outcomes: readonly DeliveryOutcome[];
  /** Sequences of events that tell of a reply, and were taken. */
  readonly replied: readonly number[];
  readonly health: Health;
  /** How the endpoint fared before it took events again; null: it has not failed. */
  readonly recoveredFrom: Health | null;
  /** True: what is due is read. */
  readonly reads: boolean;
  /** Sequences that the drain has, those of the outcomes left out. */
  readonly inHand: readonly number[];
}

/** The statements of a drain: each has one of the places that a process spends on events. */
export class EndpointStatements {
  readonly #deps: SendDeps & SendingPermission;
  readonly #limits: SharedLimits;
  readonly #endpoint: Claimed;
  readonly #owned: OwnedEndpoint;

  constructor(deps: SendDeps & SendingPermission, limits: SharedLimits, endpoint: Claimed, owner: string) {
    this.#deps = deps;
    this.#limits = limits;
    this.#endpoint = endpoint;
    this.#owned = { sourceId: endpoint.sourceId, channel: endpoint.channel, owner };
  }

  /**
   * Finds where the endpoint's events go, by the settings that it was claimed with.
   * @returns null where those have no such endpoint, or its secrets can't be read
   */
  async findDestination(): Promise<EventDestination | null> {
    const { sourceId: id, authorityId, channel, settings, fhirAuthorization } = this.#endpoint;
    const source = { ...SOURCE_DEFAULTS, ...settings, id, authorityId, fhirAuthorization };
    return this.#placed(() => destinationOf(this.#deps, channel, source)).catch(() => null);
  }

  /** True while the endpoint is this drain's, and its settings are those that it was claimed with. */
  isKept(): Promise<boolean> {
    return this.#placed(() => isKept(this.#deps.db, this.#owned));
  }

  /** True when something is due beside these sequences, or was not noted yet. */
  hasMore(inHand: readonly number[]): Promise<boolean> {
    return this.#placed(() => hasMore(this.#deps.db, this.#owned, inHand, this.#deps.now()));
  }

  /** Lets the endpoint go. Of one that has ended nothing more is recorded. */
  giveBack(health: Health): Promise<KeepResult> {
    const { db, now } = this.#deps;
    if (health.state !== 'ended') return this.#placed(() => keepEndpoint(db, this.#owned, health, null));
    return this.#placed(() =>
      inTransaction(db, async (trx) => {
        const kept = await keepEndpoint(trx, this.#owned, health, null);
        await forgetReaders(trx, now());
        return kept;
      }),
    );
  }

  /** Renews the lease, records the outcomes, and reads what is due, in one commit; only the first unless `kept`. */
  async commit(progress: DrainProgress): Promise<{ readonly kept: KeepResult; readonly due: readonly DueDelivery[] }> {
    const { db, now, sending } = this.#deps;
    const { health, outcomes, recoveredFrom } = progress;
    const at = now();
    const until = new Date(at.getTime() - (sending.aheadMs ?? 0) + LEASE_MS);
    return this.#placed(() =>
      inTransaction(db, async (trx) => {
        const kept = await keepEndpoint(trx, this.#owned, health, until);
        if (kept !== 'kept') return { kept, due: [] };
        await settleDeliveries(trx, this.#owned, outcomes, at);
        if (this.#endpoint.channel === 'webhook') await noteTaken(trx, this.#owned.sourceId, progress.replied, at);
        if (recoveredFrom) await makeDue(trx, this.#owned, recoveredFrom.state === 'paused', at);
        if (!progress.reads) return { kept, due: [] };
        if (!isProbed(health))
          return { kept, due: await readNextDeliveries(trx, this.#owned, this.#types(), progress.inHand, at) };
        return { kept, due: progress.inHand.length > 0 ? [] : await readProbe(trx, this.#owned, this.#types(), at) };
      }),
    );
  }

  /** Reads the events of deliveries that are due, to be sent. */
  readEvents(due: readonly DueDelivery[]): Promise<NumberedEvent[]> {
    const { db, keyring } = this.#deps;
    const { sourceId, channel, settings } = this.#endpoint;
    const reader = { sourceId, includePhone: channel === 'webhook' && (settings.events?.includePhone ?? false) };
    const sequences = due.map(({ sequence }) => sequence);
    return this.#placed(() => readEventsBySequence(db, keyring, reader, sequences));
  }

  #types(): readonly EventType[] | null {
    if (this.#endpoint.channel === 'fhir') return FHIR_EVENT_TYPES;
    return this.#endpoint.settings.events?.types ?? null;
  }

  async #placed<T>(run: () => Promise<T>): Promise<T> {
    await this.#limits.statements.take(1, 1);
    try {
      return await run();
    } finally {
      this.#limits.statements.giveBack(1);
    }
  }
}
