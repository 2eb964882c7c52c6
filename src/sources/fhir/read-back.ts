import type { Source } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { SourceChanged } from '../../intake/accept.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging, Metering } from '../../runtime/deps.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import { findFhirAuthorization } from './feeds.sql.ts';
import type { CachedResource, KeptReadBacks } from './read-back-cache.ts';
import { type FhirRead, type FhirServer, resourceUrl } from './server.ts';

const AT_ONCE = 10;
/** Limit for everything that one request reads back, since it is held in memory together. */
const MOST_BYTES = 16 * 1024 * 1024;
const TOO_MUCH = { kind: 'unusable', why: 'too much together' } as const;

/** Resources by `Type/id`; null: gone. */
export interface ReadBack {
  readonly fetched: ReadonlyMap<string, unknown>;
  /** A resource could not be read for a reason that may pass, such as credentials that do not reach it. */
  readonly partial: boolean;
}

/** Resources to be read back from the source's own FHIR server. */
export interface ReadBackRequest {
  /** `Type/id`. */
  readonly toReadBack: readonly string[];
  /** Resources that have just changed: what was read of them before is outdated. */
  readonly changed: readonly string[];
}

/** Dependencies of a read-back; `server` and `kept` belong to the whole process. */
export interface ReadBackDeps extends DatabaseAccess, KeyringAccess, Logging, Metering, CurrentTime {
  readonly server: FhirServer;
  readonly kept: KeptReadBacks;
}

/**
 * Reads resources back from the source's own FHIR server.
 * @throws Problem 503 when the server does not respond in time, or does not let us in, so that the sender repeats the
 * request; SourceChanged
 */
export async function readBack(
  deps: ReadBackDeps,
  source: Source,
  { toReadBack, changed }: ReadBackRequest,
  signal: AbortSignal,
): Promise<ReadBack> {
  const base = source.fhirBaseUrl;
  if (base === null || toReadBack.length === 0) return { fetched: new Map(), partial: false };
  const authorization = await fhirAuthorizationOf(deps, source);
  const fresh = new Set(changed);
  const now = deps.now().getTime();
  const round = new Round(now);
  const rest = toReadBack.flatMap((reference) => {
    const kept = fresh.has(reference) ? undefined : deps.kept.take(source, reference, now);
    if (kept) round.put(reference, kept);
    const url = kept ? undefined : resourceUrl(base, reference);
    return url ? [{ reference, url }] : [];
  });
  const stop = new AbortController();
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next && !stop.signal.aborted; next = rest.shift()) {
      const read = round.isFull
        ? TOO_MUCH
        : await deps.server.get(next.url, authorization, AbortSignal.any([signal, stop.signal]));
      if (read.kind === 'unavailable') throw unavailable(deps, source, read);
      if (read.kind === 'forbidden' && (read.status === 401 || fresh.has(next.reference)))
        throw keptOut(deps, source, read);
      round.note(next.reference, read);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    deps.kept.succeeded(source);
  } catch (error) {
    stop.abort();
    round.giveUp(deps, source, fresh);
    if (!signal.aborted || fresh.size > 0 || !deps.kept.isHopeless(source)) throw error;
    deps.log.warn(
      { source: source.id },
      'patients could not be read back in time: their appointments are taken without a number',
    );
    return { fetched: round.fetched, partial: true };
  }
  round.tell(deps, source);
  return { fetched: round.fetched, partial: round.isPartial };
}

/** The resources that one request has read back. */
class Round {
  readonly fetched = new Map<string, unknown>();
  readonly #now: number;
  readonly #kept = new Map<string, CachedResource>();
  readonly #unread = new Map<string, number>();
  #bytes = 0;

  /** @param now milliseconds */
  constructor(now: number) {
    this.#now = now;
  }

  get isFull(): boolean {
    return this.#bytes > MOST_BYTES;
  }

  get isPartial(): boolean {
    return this.#unread.size > 0;
  }

  put(reference: string, kept: CachedResource): void {
    this.#bytes += kept.bytes;
    this.#kept.set(reference, kept);
    this.fetched.set(reference, kept.resource);
  }

  note(reference: string, read: Exclude<FhirRead, { kind: 'unavailable' }>): void {
    const [type, id] = reference.split('/');
    if (read.kind === 'gone' || (read.kind === 'missing' && type !== 'Appointment'))
      this.put(reference, this.#read(null, 0));
    else if (read.kind === 'read' && isResource(read.body, type, id)) {
      if (this.#bytes + read.bytes.length <= MOST_BYTES) this.put(reference, this.#read(read.body, read.bytes.length));
      else this.#miss(TOO_MUCH.why, read.bytes.length);
    } else if (read.kind !== 'missing') this.#miss(whyOf(read), read.kind === 'read' ? read.bytes.length : 0);
  }

  #read(resource: unknown, bytes: number): CachedResource {
    return { resource, bytes, at: this.#now };
  }

  #miss(why: string, bytes: number): void {
    this.#bytes += bytes;
    this.#unread.set(why, (this.#unread.get(why) ?? 0) + 1);
  }

  /** For the repeat. */
  giveUp({ kept, now }: Pick<ReadBackDeps, 'kept' | 'now'>, source: Source, fresh: ReadonlySet<string>): void {
    for (const [reference, each] of this.#kept)
      if (!fresh.has(reference)) kept.keep(source, reference, each, now().getTime());
  }

  tell({ log }: Pick<ReadBackDeps, 'log'>, source: Source): void {
    for (const [why, count] of this.#unread)
      log.warn({ source: source.id, why, count }, 'resources could not be read back from a FHIR server');
  }
}

/**
 * The header that a source's own server wants; null for none. @throws SourceChanged when the server is another one by
 * now
 */
export async function fhirAuthorizationOf(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  source: Source,
): Promise<string | null> {
  const sealed = await findFhirAuthorization(db, source);
  if (sealed === undefined) throw new SourceChanged();
  const opened = new OpenedRow(keyring);
  const authorization = opened.open(source.authorityId, 'source.fhir_authorization', source.id, sealed);
  if (!opened.mark.unreadable) return authorization;
  const detail = 'The credentials for your FHIR server can not be opened here, and must be set anew: send it again.';
  throw new Problem(503, 'fhir-authorization-unreadable', detail, { retryAfterSeconds: 300 });
}

/** A fault of our settings: logged and counted, and the sender repeats until they are corrected. */
export function keptOut(
  { log, metrics }: Logging & Metering,
  source: Source,
  { status }: { readonly status: number },
): Problem {
  metrics.failures.inc({ place: 'fhir-server' });
  log.warn({ source: source.id, why: `HTTP ${status}` }, 'a FHIR server refuses the fhirAuthorization of its source');
  const detail =
    'Your FHIR server, which this is to be read from, refuses the credentials that it is asked with: send it again.';
  return new Problem(503, 'fhir-server-refuses', detail, { retryAfterSeconds: 300 });
}

/** Logs it, and says it to the sender without any address. */
export function unavailable({ log }: Logging, source: Source, { why }: { readonly why: string }): Problem {
  log.warn({ source: source.id, why }, 'a FHIR server is out of reach');
  return new Problem(
    503,
    'fhir-server-unavailable',
    'Your FHIR server, which this is to be read from, did not respond: send it again.',
    {
      retryAfterSeconds: 30,
    },
  );
}

/** A resource counts only if it is what was asked for. */
function isResource(body: unknown, type: string | undefined, id: string | undefined): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return Reflect.get(body, 'resourceType') === type && Reflect.get(body, 'id') === id;
}

function whyOf(read: FhirRead): string {
  if (read.kind === 'forbidden') return `HTTP ${read.status}`;
  return read.kind === 'unusable' ? read.why : 'another resource';
}
