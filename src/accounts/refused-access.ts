import { HOUR_MS } from '../domain/duration.ts';
import { errorName } from '../domain/errors.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging } from '../runtime/deps.ts';
import { type AuditEntry, writeAuditEntries } from '../store/audit.ts';

/** Kinds of refusals that a process tells apart within an hour; what comes beyond is summed up by action alone. */
const MOST_KINDS = 200;
const SEVERAL = 'several';

/** An access that was refused, for the audit. */
export interface RefusedAccess {
  /** `session.refused`: a sign-in. `authentication.refused`: a wrong credential. `access.refused`: a right one. */
  readonly action: 'session.refused' | 'authentication.refused' | 'access.refused';
  /** The name of whoever has proved to be somebody, else `anonymous`. */
  readonly actor: string;
  /** The client: its address, or the network that one customer has. */
  readonly client: string;
  /** The thing that was to be had: of a limited number, and nothing that the caller chose. */
  readonly target: string;
  /** The authority in whose audit it stands; null: the installation's alone. One that does not exist is left out. */
  readonly authorityId: string | null;
}

/** Refusals of one kind within an hour. */
interface Summed {
  readonly entry: AuditEntry;
  readonly client: string | null;
  /** Refusals that no entry tells of yet. */
  count: number;
  from: Date;
  until: Date;
  hourEndsAt: number;
}

/** The name of a client in the audit: a keyed hash of its address, by which entries of one client are found. */
export function clientName({ keyring }: KeyringAccess, client: string): string {
  return keyring.digest('client', client).toString('hex', 0, 8);
}

/**
 * Writes refused accesses to the audit: the first of a kind at once, those of the hour after it as one entry with their
 * number. However many there are, an hour adds some 400 entries a process at most. They are written beside the
 * response, which so takes as long for one that is noted as for any other.
 */
export class RefusedAccesses {
  readonly #deps: DatabaseAccess & KeyringAccess & CurrentTime & Logging;
  readonly #kinds = new Map<string, Summed>();
  readonly #waiting = new Set<Summed>();
  #writing: Promise<void> | undefined;

  constructor(deps: DatabaseAccess & KeyringAccess & CurrentTime & Logging) {
    this.#deps = deps;
  }

  /** Returns at once and never throws. */
  note(refused: RefusedAccess): void {
    const now = this.#deps.now();
    const { kind, isNew } = this.#kindOf(refused, now);
    if (kind.count === 0) kind.from = now;
    kind.count++;
    kind.until = now;
    if (isNew) this.#write([kind]);
  }

  /** Writes what hours that are over have left. To be called every minute or so. */
  sumUp(): void {
    const now = this.#deps.now().getTime();
    const over = [...this.#kinds].filter(([, { hourEndsAt }]) => hourEndsAt <= now);
    for (const [key, kind] of over) {
      if (kind.count === 0) this.#kinds.delete(key);
      kind.hourEndsAt = now + HOUR_MS;
    }
    this.#write(over.map(([, kind]) => kind));
  }

  /** Writes everything that was noted. Resolves when it is written, or given up. */
  async stop(): Promise<void> {
    this.#write([...this.#kinds.values()]);
    while (this.#writing) await this.#writing;
  }

  #kindOf({ client, ...rest }: RefusedAccess, now: Date): { kind: Summed; isNew: boolean } {
    const entry: AuditEntry = rest;
    const known = this.#kinds.get(keyOf(entry, client));
    if (known) return { kind: known, isNew: false };
    if (this.#kinds.size >= MOST_KINDS) this.sumUp();
    if (this.#kinds.size < MOST_KINDS) return this.#newKind(entry, client, now);
    const all = { action: entry.action, actor: SEVERAL, target: SEVERAL, authorityId: null };
    const summed = this.#kinds.get(keyOf(all, null));
    return summed ? { kind: summed, isNew: false } : this.#newKind(all, null, now);
  }

  #newKind(entry: AuditEntry, client: string | null, now: Date): { kind: Summed; isNew: true } {
    const name = client === null ? SEVERAL : clientName(this.#deps, client);
    const kind = { entry, client: name, count: 0, from: now, until: now, hourEndsAt: now.getTime() + HOUR_MS };
    this.#kinds.set(keyOf(entry, client), kind);
    return { kind, isNew: true };
  }

  #write(kinds: readonly Summed[]): void {
    for (const kind of kinds) if (kind.count > 0) this.#waiting.add(kind);
    if (this.#waiting.size > 0) this.#writing ??= this.#writeWaiting();
  }

  async #writeWaiting(): Promise<void> {
    // Lets the response be sent first.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const kinds = [...this.#waiting];
      this.#waiting.clear();
      const entries = kinds.map(entryOf);
      for (const kind of kinds) kind.count = 0;
      try {
        await writeAuditEntries(this.#deps.db, entries, this.#deps.now());
      } catch (error) {
        // These are written together with those that the rest of the hour brings.
        for (const [nth, kind] of kinds.entries()) takeBack(kind, entries[nth]);
        this.#deps.log.warn({ error: errorName(error) }, 'refused accesses could not be written to the audit');
      }
    }
    this.#writing = undefined;
  }
}

type SummedEntry = AuditEntry & { readonly after: { readonly count: number; readonly from: string } };

function keyOf({ action, actor, target, authorityId }: AuditEntry, client: string | null): string {
  return JSON.stringify([action, actor, target, authorityId, client]);
}

function entryOf({ entry, client, count, from, until }: Summed): SummedEntry {
  return {
    ...entry,
    after: { client, count, from: from.toISOString(), until: until.toISOString() } as SummedEntry['after'],
  };
}

function takeBack(kind: Summed, written: SummedEntry | undefined): void {
  if (!written) return;
  kind.count += written.after.count;
  kind.from = new Date(written.after.from);
}
