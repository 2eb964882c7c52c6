import type { Source } from '../../domain/authority.ts';
import { DAY_MS, MINUTE_MS } from '../../domain/duration.ts';
import { Problem } from '../../domain/errors.ts';
import { readFhir } from '../../formats/fhir/read-fhir.ts';
import type { EventResult } from '../../intake/envelope.ts';
import { inTimeSlices } from '../../runtime/time-slices.ts';
import type { Receiver } from '../receive.ts';
import { halvesOf, isBundle, nextUrl, SearchProgress, SMALLEST, searchUrl, urlUnder, withoutEntries } from './pages.ts';
import { findPlace, keepPlace } from './poll-place.ts';
import { fhirAuthorizationOf, keptOut, type ReadBackDeps, readBack, unavailable } from './read-back.ts';
import { type FhirRead, TOO_LONG } from './server.ts';

const MAX_PAGES = 10;
const FIRST_LOOK_BACK_MS = DAY_MS;
/** Servers may show a change some time after its timestamp. */
const OVERLAP_MS = 5 * MINUTE_MS;

type PollDeps = ReadBackDeps & { readonly receiver: Receiver };

/** How much a source's server is asked for at once: less after a poll that ran out of time. */
export interface PollSize {
  shape: number;
}

/**
 * Asks the source's FHIR server which Appointments have changed since it was asked last, and takes them in, page by
 * page. One that stops early keeps the page that it would have read next: more changes of one moment than a poll takes
 * would else be asked for again and again.
 * @param source with a `fhirBaseUrl`, authenticated
 * @throws Problem 503 when the server does not respond in time, or has more than one poll takes in; SourceChanged
 */
export async function pollAppointments(
  deps: PollDeps,
  source: Source,
  size: PollSize,
  time: AbortSignal,
): Promise<readonly EventResult[]> {
  if (source.fhirBaseUrl === null) return [];
  const poll = await Poll.begin(deps, source, source.fhirBaseUrl, time);
  try {
    const results = await poll.run(size);
    size.shape = 0;
    return results;
  } catch (error) {
    if (time.aborted) size.shape = Math.min(size.shape + 1, SMALLEST);
    await poll.keepPlace();
    throw error;
  }
}

class Poll {
  readonly #results: EventResult[] = [];
  readonly #progress = new SearchProgress();
  #next: URL | null;
  #begunAt: Date | null;
  #hasCome = false;

  private constructor(
    readonly deps: PollDeps,
    readonly source: Source,
    readonly base: string,
    readonly since: Date,
    place: { readonly next: URL | null; readonly begunAt: Date | null },
    readonly get: (url: URL) => Promise<FhirRead>,
    readonly time: AbortSignal,
  ) {
    this.#next = place.next;
    this.#begunAt = place.next && place.begunAt;
  }

  static async begin(deps: PollDeps, source: Source, base: string, time: AbortSignal): Promise<Poll> {
    const authorization = await fhirAuthorizationOf(deps, source);
    const before = await findPlace(deps, source);
    const since = before?.polledAt ?? new Date(deps.now().getTime() - FIRST_LOOK_BACK_MS);
    const url = before?.next ? urlUnder(base, before.next) : null;
    const place = { next: url === 'elsewhere' ? null : url, begunAt: before?.begunAt ?? null };
    return new Poll(deps, source, base, since, place, (url) => deps.server.get(url, authorization, time), time);
  }

  async run(size: PollSize): Promise<readonly EventResult[]> {
    const { deps, source } = this;
    let read = await this.#first(size);
    for (let page = 1; ; page++) {
      if (read.kind === 'read' && !isBundle(read.body)) read = { kind: 'unusable', why: 'no Bundle' };
      if (read.kind === 'unavailable') throw unavailable(deps, source, read);
      if (read.kind === 'forbidden') throw keptOut(deps, source, read);
      if (read.kind !== 'read') return this.#leave(read);
      this.#hasCome = true;
      this.#begunAt ??= read.at ?? deps.now();
      this.#results.push(...(await this.#takeIn(read.body as object)));
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
        read = await this.#search(this.#progress.until ?? this.since, size.shape + 1);
    }
    // By the server's own clock, since its stamps are compared with it.
    await keepPlace(deps, source, { polledAt: this.#settled(this.#begunAt), next: null, begunAt: null });
    return this.#results;
  }

  /** Where the next poll goes on. */
  async keepPlace(): Promise<void> {
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

  async #first({ shape }: PollSize): Promise<FhirRead> {
    const place = this.#next;
    if (!place) return this.#search(this.since, shape);
    const read = await this.get(place);
    if (read.kind === 'read' ? isBundle(read.body) : read.kind === 'unavailable' || read.kind === 'forbidden')
      return read;
    // Servers forget their pages after a while.
    this.#next = null;
    this.#begunAt = null;
    return this.#search(this.since, shape);
  }

  async #search(since: Date, from: number): Promise<FhirRead> {
    let read: FhirRead = { kind: 'unusable', why: TOO_LONG };
    for (let shape = from; shape <= SMALLEST; shape++) {
      read = await this.get(searchUrl(this.base, since, shape));
      if (read.kind !== 'unusable' || read.why !== TOO_LONG) break;
    }
    return read;
  }

  /**
   * A page is accepted like a Bundle that was posted: the request that led to this poll was authenticated. A part that
   * is refused as a whole is accepted without the others.
   */
  async #takeIn(bundle: object): Promise<readonly EventResult[]> {
    try {
      return await this.deps.receiver.retryIfSourceChanged(this.source.id, () => this.#takeOnce(bundle));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 422) throw error;
      const { log } = this.deps;
      const { rest, left } = await withoutEntries(bundle, (alone) => this.#isRefused(alone));
      if (left > 0) {
        log.warn(
          { source: this.source.id, left },
          'entries of a FHIR server’s page could not be read, and were left out',
        );
        return this.#takeIn(rest);
      }
      const halves = halvesOf(bundle);
      if (halves) return [...(await this.#takeIn(halves[0])), ...(await this.#takeIn(halves[1]))];
      log.warn(
        { source: this.source.id, left: 1 },
        'entries of a FHIR server’s page could not be read, and were left out',
      );
      return [];
    }
  }

  async #takeOnce(body: object): Promise<readonly EventResult[]> {
    const { deps, time } = this;
    const { receiver } = deps;
    const page = { method: 'POST', body } as const;
    const request = { sourceId: this.source.id, credentials: 'connection', body: new Uint8Array() } as const;
    const context = await receiver.authenticate(request);
    try {
      const first = await inTimeSlices(readFhir(page, context));
      const { fetched } = await readBack(deps, context.source, first, time);
      const { entries, bundle } = fetched.size > 0 ? await inTimeSlices(readFhir(page, context, fetched)) : first;
      const elements = entries.map(({ element }) => element);
      const { results } = await receiver.accept(context, { elements, array: bundle }, request);
      return results.filter((_, index) => elements[index]?.kind !== 'ignored');
    } catch (error) {
      receiver.noteRefusal(context.source, request, { error, format: 'fhir' });
      throw error;
    }
  }

  async #isRefused(body: object): Promise<boolean> {
    try {
      const context = { source: this.source, now: this.deps.now(), hashPatient: () => Buffer.alloc(0) };
      await inTimeSlices(readFhir({ method: 'POST', body }, context));
      return false;
    } catch (error) {
      if (error instanceof Problem) return true;
      throw error;
    }
  }

  /** Ends a poll that a repeat would not help: the next ping finds the changes once the fault is corrected. */
  async #leave(read: Extract<FhirRead, { kind: 'unusable' | 'missing' | 'gone' }>): Promise<readonly EventResult[]> {
    const why = read.kind === 'unusable' ? read.why : 'HTTP 404';
    this.deps.log.warn({ source: this.source.id, why }, "a FHIR server's changes could not be read: the poll ends");
    this.#next = null;
    await this.keepPlace();
    return this.#results;
  }
}
