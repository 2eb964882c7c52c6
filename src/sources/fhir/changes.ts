import type { Source } from '../../domain/authority.ts';
import { DAY_MS, MINUTE_MS } from '../../domain/duration.ts';
import { Problem } from '../../domain/errors.ts';
import { findPlace, keepPlace } from './poll-place.ts';
import { fhirAuthorizationOf, keptOut, type ReadBackDeps, unavailable } from './read-back.ts';
import { type FhirRead, isUnder, TOO_LONG } from './server.ts';

const MAX_PAGES = 10;
const FIRST_LOOK_BACK_MS = DAY_MS;
/** Servers may show a change some time after its timestamp. */
const OVERLAP_MS = 5 * MINUTE_MS;

/** The size of a poll: a source's server is asked for less after one that ran out of time. */
export interface PollSize {
  shape: number;
}

/**
 * Asks the source's FHIR server which Appointments have changed since it was asked last, page by page. One that stops
 * early keeps the page that it would have read next: more changes of one moment than a poll takes would else be asked
 * for again and again.
 */
export class ChangeSearch {
  readonly #progress = new SearchProgress();
  #next: URL | null;
  #begunAt: Date | null;
  #hasCome = false;

  private constructor(
    readonly deps: ReadBackDeps,
    readonly source: Source,
    readonly base: string,
    readonly size: PollSize,
    readonly since: Date,
    place: { readonly next: URL | null; readonly begunAt: Date | null },
    readonly get: (url: URL) => Promise<FhirRead>,
    readonly time: AbortSignal,
  ) {
    this.#next = place.next;
    this.#begunAt = place.next && place.begunAt;
  }

  /**
   * Finds where the source's last poll has ended.
   * @param source authenticated
   * @param base its `fhirBaseUrl`
   * @param size that of its last poll, to which this one's is noted
   * @param time ends with the poll's own time
   */
  static async begin(
    deps: ReadBackDeps,
    source: Source,
    base: string,
    size: PollSize,
    time: AbortSignal,
  ): Promise<ChangeSearch> {
    const authorization = await fhirAuthorizationOf(deps, source);
    const before = await findPlace(deps, source);
    const since = before?.polledAt ?? new Date(deps.now().getTime() - FIRST_LOOK_BACK_MS);
    const url = before?.next ? urlUnder(base, before.next) : null;
    const place = { next: url === 'elsewhere' ? null : url, begunAt: before?.begunAt ?? null };
    const get = (url: URL) => deps.server.get(url, authorization, time);
    return new ChangeSearch(deps, source, base, size, since, place, get, time);
  }

  /**
   * Reads the pages, each once the one before it was accepted: the place of the next poll follows from both. None after
   * a fault that a repeat would not help.
   * @throws Problem 503 when the server does not respond in time, or has more than one poll takes in
   */
  async *pages(): AsyncGenerator<object, void, undefined> {
    yield* this.#readPages();
    this.size.shape = 0;
  }

  /** Ends a poll that failed, here or where its pages are accepted; the next one goes on where this one ends. */
  async stop(): Promise<void> {
    if (this.time.aborted) this.size.shape = Math.min(this.size.shape + 1, SMALLEST);
    await this.#keepPlace();
  }

  async *#readPages(): AsyncGenerator<object, void, undefined> {
    const { deps, source } = this;
    let read = await this.#first();
    for (let page = 1; ; page++) {
      if (read.kind === 'read' && !isBundle(read.body)) read = { kind: 'unusable', why: 'no Bundle' };
      if (read.kind === 'unavailable') throw unavailable(deps, source, read);
      if (read.kind === 'forbidden') throw keptOut(deps, source, read);
      if (read.kind !== 'read') return this.#leave(read);
      this.#hasCome = true;
      this.#begunAt ??= read.at ?? deps.now();
      yield read.body as object;
      this.#progress.note(read.body);
      const next = nextUrl(this.base, read.body);
      if (next === 'elsewhere')
        return this.#leave({ kind: 'unusable', why: 'the next page lies at another address than its fhirBaseUrl' });
      this.#next = next;
      if (!next) break;
      if (page >= MAX_PAGES) {
        const detail = 'There is more to read from your FHIR server than one request takes in: send it again.';
        throw new Problem(503, 'more-to-read', detail, { retryAfterSeconds: 1 });
      }
      read = await this.get(next);
      if (read.kind === 'unusable' && read.why === TOO_LONG)
        read = await this.#search(this.#progress.until ?? this.since, this.size.shape + 1);
    }
    // By the server's own clock, since its stamps are compared with it.
    await keepPlace(deps, source, { polledAt: this.#settled(this.#begunAt), next: null, begunAt: null });
  }

  /** Where the next poll goes on. */
  async #keepPlace(): Promise<void> {
    const { until } = this.#progress;
    const settled = this.#settled(this.#begunAt);
    const polledAt = until && settled && until < settled ? until : until && settled;
    // A page that does not come in time would not come the next time either; smaller ones may.
    const next = this.#hasCome || !this.time.aborted ? (this.#next?.href ?? null) : null;
    await keepPlace(this.deps, this.source, { polledAt, next, begunAt: this.#begunAt });
  }

  /** The instant up to which all changes can be expected to have shown. */
  #settled(begunAt: Date | null): Date | null {
    return begunAt && new Date(begunAt.getTime() - OVERLAP_MS);
  }

  async #first(): Promise<FhirRead> {
    const place = this.#next;
    if (!place) return this.#search(this.since, this.size.shape);
    const read = await this.get(place);
    if (read.kind === 'read' ? isBundle(read.body) : read.kind === 'unavailable' || read.kind === 'forbidden')
      return read;
    // Servers forget their pages after a while.
    this.#next = null;
    this.#begunAt = null;
    return this.#search(this.since, this.size.shape);
  }

  async #search(since: Date, from: number): Promise<FhirRead> {
    let read: FhirRead = { kind: 'unusable', why: TOO_LONG };
    for (let shape = from; shape <= SMALLEST; shape++) {
      read = await this.get(searchUrl(this.base, since, shape));
      if (read.kind !== 'unusable' || read.why !== TOO_LONG) break;
    }
    return read;
  }

  /** Ends a poll that a repeat would not help: the next ping finds the changes once the fault is corrected. */
  async #leave(read: Extract<FhirRead, { kind: 'unusable' | 'missing' | 'gone' }>): Promise<void> {
    const why = read.kind === 'unusable' ? read.why : 'HTTP 404';
    this.deps.log.warn({ source: this.source.id, why }, "a FHIR server's changes could not be read: the poll ends");
    this.#next = null;
    await this.#keepPlace();
  }
}

/** The elements of an Appointment that are used, for servers whose whole Appointments, with notes, are too long. */
const ELEMENTS = [
  'identifier',
  'status',
  'start',
  'end',
  'participant',
  'contained',
  'subject',
  'meta',
  'extension',
  'virtualService',
  'serviceCategory',
  'serviceType',
  'specialty',
  'recurrenceTemplate',
].join(',');

/** How much is asked for at once: less where a page is too long, or too slow. */
const SHAPES = ['_count=200', '_count=50', '_count=10', `_count=10&_elements=${ELEMENTS}`] as const;
/** Index of the smallest shape of a search: less than it asks for can't be asked for. */
const SMALLEST = SHAPES.length - 1;

/** The address of the first page of what has changed. */
function searchUrl(base: string, since: Date, shape: number): URL {
  const which = SHAPES[Math.min(shape, SMALLEST)];
  const query = `_lastUpdated=ge${since.toISOString()}&_sort=_lastUpdated&_include=Appointment:patient&${which}`;
  return new URL(`${base}/Appointment?${query}`);
}

/** The address of the page after this one; null at the end. `elsewhere`: it is not on the source's own server. */
function nextUrl(base: string, body: unknown): URL | 'elsewhere' | null {
  const link = linksOf(body).find((each) => Reflect.get(each, 'relation') === 'next');
  const given: unknown = link && Reflect.get(link, 'url');
  return typeof given === 'string' ? urlUnder(base, given) : null;
}

/** An address that the server gave, if it is its own. */
function urlUnder(base: string, given: string): URL | 'elsewhere' {
  const url = URL.canParse(given, `${base}/`) ? new URL(given, `${base}/`) : null;
  return url && isUnder(base, url) ? url : 'elsewhere';
}

/** True for a resource of that type. */
function isBundle(body: unknown): body is object {
  return typeof body === 'object' && body !== null && Reflect.get(body, 'resourceType') === 'Bundle';
}

/** Two Bundles of half the Appointments each, with all else in both; undefined where there is but one. */
export function halvesOf(bundle: object): readonly [object, object] | undefined {
  const entries = entriesOf(bundle);
  const appointments = entries.filter(isAppointment);
  if (appointments.length < 2) return undefined;
  const others = entries.filter((entry) => !isAppointment(entry));
  const middle = Math.ceil(appointments.length / 2);
  const half = (some: readonly unknown[]) => ({ ...bundle, entry: [...some, ...others] });
  return [half(appointments.slice(0, middle)), half(appointments.slice(middle))];
}

/** A Bundle with fewer of its entries. */
export async function withoutEntries(
  bundle: object,
  isBad: (alone: object) => Promise<boolean>,
): Promise<{ readonly rest: object; readonly left: number }> {
  const entries = entriesOf(bundle);
  const entry: unknown[] = [];
  for (const each of entries) if (!(await isBad({ ...bundle, entry: [each] }))) entry.push(each);
  return { rest: { ...bundle, entry }, left: entries.length - entry.length };
}

/** Progress of a search through its pages, where the server sorts them as it was asked to. */
class SearchProgress {
  #last: number | null = null;
  #sorted = true;

  /** Notes when the Appointments of a page were last updated. */
  note(body: unknown): void {
    for (const at of entriesOf(body).flatMap(lastUpdatedOf)) {
      if (this.#last !== null && at < this.#last) this.#sorted = false;
      this.#last = at;
    }
  }

  /** The moment up to which all pages were read; null where nothing can be said. */
  get until(): Date | null {
    return this.#sorted && this.#last !== null ? new Date(this.#last) : null;
  }
}

function entriesOf(body: unknown): readonly unknown[] {
  const entries: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'entry') : undefined;
  return Array.isArray(entries) ? entries : [];
}

function linksOf(body: unknown): object[] {
  const links: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'link') : undefined;
  return Array.isArray(links) ? links.filter((each): each is object => typeof each === 'object' && each !== null) : [];
}

type Entry =
  | { readonly resource?: { readonly resourceType?: unknown; readonly meta?: { readonly lastUpdated?: unknown } } }
  | null
  | undefined;

function isAppointment(entry: unknown): boolean {
  return (entry as Entry)?.resource?.resourceType === 'Appointment';
}

function lastUpdatedOf(entry: unknown): number[] {
  const at = isAppointment(entry) ? Date.parse(String((entry as Entry)?.resource?.meta?.lastUpdated)) : Number.NaN;
  return Number.isNaN(at) ? [] : [at];
}
