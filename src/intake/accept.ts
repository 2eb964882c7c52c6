import { GroupCommit } from '../database/group-commit.ts';
import type { Trx } from '../database/tables.ts';
import { inRolledBackTransaction, inTransaction, isConnectionFailure, isTimeOut } from '../database/transaction.ts';
import type { Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Metering } from '../runtime/deps.ts';
import { findSourcesWithAuthority, type Owner } from '../store/sources.ts';
import { applyEnvelopes } from './apply.ts';
import { Overtaken } from './apply-changes.ts';
import { type CountedDepartments, type DepartmentAccess, UNCOUNTED } from './departments.ts';
import {
  type AcceptRequest,
  type Envelope,
  type EventResult,
  envelopesOf,
  type RequestKey,
  type RequestResult,
  resultsOf,
} from './envelope.ts';
import { withErasedIds, withNamesOf, withoutNames } from './erased-ids.ts';
import { findKeys, type IdempotencyKey, insertKeys } from './idempotency.sql.ts';
import {
  keysIn,
  keysOfRepeat,
  newKeys,
  repeatedElements,
  repeatedRequest,
  storable,
  withHashedKeys,
} from './idempotency.ts';
import { NewArrivals } from './new-appointments.sql.ts';

/** The source's settings or secrets changed between authentication and commit: authenticate again and repeat. */
export class SourceChanged extends Error {
  constructor() {
    super('the source changed while its request was on the way');
    this.name = 'SourceChanged';
  }
}

const TRIES = 5;

type AcceptDeps = DatabaseAccess & KeyringAccess & CurrentTime & Metering;
type CountingDeps = { readonly departments: CountedDepartments };

/**
 * Takes appointments in, many requests a commit. Resolves after the commit, in the order of the elements.
 * @throws Problem 422 when the idempotency key was used with another body, 503 when other processes keep coming first;
 * SourceChanged
 */
export function createAcceptor(
  deps: AcceptDeps & CountingDeps,
): (request: AcceptRequest) => Promise<readonly EventResult[]> {
  const arrivals = new NewArrivals(deps);
  const group = new GroupCommit<AcceptRequest, RequestResult>({
    run: (requests) => commitGroup(deps, arrivals, requests),
    keysOf: (request) => [
      ...request.elements.flatMap((element) =>
        element.kind === 'appointment' ? [`a ${request.source.id} ${element.event.reference}`] : [],
      ),
      ...keysIn(request).map(({ sourceId, key }) => `k ${sourceId} ${key}`),
    ],
    weightOf: (request) => request.elements.length,
    maxWeight: 500,
    failsForAll: isConnectionFailure,
    failsForWaiting: isTimeOut,
  });
  return async (request) => {
    const results = await group.submit(withHashedKeys(deps, request));
    if (results instanceof Error) throw results;
    for (const { result } of results) deps.metrics.appointments.inc({ result });
    return results;
  };
}

/** True when the key was taken before. */
export async function isKeyTaken(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  sourceId: string,
  key: string,
): Promise<boolean> {
  return (await findKeys(db, [{ sourceId, key: keyring.idHash(sourceId, key) }])).length > 0;
}

/** Takes the key of a request of which nothing was accepted, and which must not come again all the same. */
export async function takeKey(
  { db, now, keyring }: DatabaseAccess & CurrentTime & KeyringAccess,
  source: Source,
  { key, bodyHash }: RequestKey,
  given: readonly EventResult[],
): Promise<void> {
  const taken = {
    sourceId: source.id,
    key: keyring.idHash(source.id, key),
    bodyHash,
    results: storable(source, given),
  };
  await insertKeys(db, [withoutNames({ keyring }, taken)], now());
}

/** Accepts new appointments in one round trip, and then the rest. */
async function commitGroup(
  deps: AcceptDeps & CountingDeps,
  arrivals: NewArrivals,
  requests: readonly AcceptRequest[],
): Promise<readonly RequestResult[]> {
  await deps.departments.load([...new Set(requests.map(({ source }) => source.authorityId))]);
  const results = await arrivals.accept(requests, deps.now());
  const rest = requests.filter((_, index) => !results[index]);
  if (rest.length === 0) return results as readonly RequestResult[];
  const given = rest.length < requests.length ? await commitApart(deps, rest) : await commitKnown(deps, rest);
  let next = 0;
  return results.map((result) => result ?? (given[next++] as RequestResult));
}

/** Like `commitKnown`, for a group that is committed in part: each failure is one request's own, and harms no other. */
async function commitApart(
  deps: AcceptDeps & CountingDeps,
  requests: readonly AcceptRequest[],
): Promise<readonly RequestResult[]> {
  const failed = (error: unknown) =>
    error instanceof Error ? error : new Error('a request could not be taken in', { cause: error });
  try {
    return await commitKnown(deps, requests);
  } catch (error) {
    if (requests.length === 1 || isConnectionFailure(error)) return requests.map(() => failed(error));
  }
  const results: RequestResult[] = [];
  for (const [done, request] of requests.entries()) {
    const [result] = await commitApart(deps, [request]);
    results.push(result as RequestResult);
    // The database is out of reach for the others too: they need not find out one by one.
    if (isConnectionFailure(result)) return [...results, ...requests.slice(done + 1).map(() => failed(result))];
  }
  return results;
}

async function commitKnown(
  deps: AcceptDeps & CountingDeps,
  requests: readonly AcceptRequest[],
): Promise<readonly RequestResult[]> {
  return unlessOvertaken(() => inTransaction(deps.db, (trx) => acceptInTransaction(deps, trx, requests, deps.now())));
}

/**
 * Accepts a request in a transaction that is rolled back.
 * @param look reads from the transaction what it would leave
 * @throws what accepting the request would throw
 */
export async function acceptAndRollBack<T>(
  deps: Pick<AcceptDeps, 'db' | 'keyring'>,
  request: AcceptRequest,
  now: Date,
  look: (trx: Trx, results: readonly EventResult[]) => Promise<T>,
): Promise<T> {
  const own = { ...deps, departments: UNCOUNTED };
  return unlessOvertaken(() =>
    inRolledBackTransaction(deps.db, async (trx) => {
      const [results] = await acceptInTransaction(own, trx, [withHashedKeys(deps, request)], now);
      if (!results || results instanceof Error) throw results ?? new Error('a request has no result');
      return look(trx, results);
    }),
  );
}

/** @throws Problem 503 when other processes insert the same rows first, time and again */
async function unlessOvertaken<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (attempt === TRIES)
        throw new Problem(503, 'busy', 'The same appointments are arriving elsewhere too: send it again.', {
          retryAfterSeconds: 1,
          cause: error,
        });
    }
  }
}

/** Accepts requests inside the caller's transaction. @returns their results in order @throws Overtaken */
async function acceptInTransaction(
  deps: KeyringAccess & DepartmentAccess,
  trx: Trx,
  requests: readonly AcceptRequest[],
  now: Date,
): Promise<RequestResult[]> {
  const owners = await findSourcesWithAuthority(trx, [...new Set(requests.map((request) => request.source.id))]);
  const taken = await findKeys(trx, requests.flatMap(keysIn));
  const opened = requests.map((request) => {
    return open(request, owners.get(request.source.id), withNamesOf(deps, request, taken));
  });
  const envelopes = await withErasedIds(
    deps,
    trx,
    opened.flatMap((each) => each.envelopes),
  );
  const applied = await applyEnvelopes(deps, trx, envelopes, now);
  let next = 0;
  const closed = opened.map(({ request, done, envelopes: { length }, repeated }) => {
    if (done) return { results: done, keys: keysOfRepeat(request, done, taken) };
    const own = envelopes.slice(next, next + length).map((envelope) => applied.get(envelope) as EventResult);
    next += length;
    const results = resultsOf(request, own, repeated);
    return { results, keys: newKeys(request, results, repeated) };
  });
  const keys = closed.flatMap((each) => each.keys).map((key) => withoutNames(deps, key));
  if ((await insertKeys(trx, keys, now)) < keys.length) throw new Overtaken();
  return closed.map(({ results }) => results);
}

/** A request with what of it is still to be applied. */
interface Opened {
  readonly request: AcceptRequest;
  /** The result of the whole, where nothing is to be applied. */
  readonly done?: RequestResult;
  readonly envelopes: readonly Envelope[];
  readonly repeated?: ReadonlyMap<number, EventResult>;
}

function open(request: AcceptRequest, owner: Owner | undefined, taken: readonly IdempotencyKey[]): Opened {
  if (owner?.source.version !== request.source.version) return { request, done: new SourceChanged(), envelopes: [] };
  const done = repeatedRequest(request, taken);
  if (done) return { request, done, envelopes: [] };
  const repeated = repeatedElements(request, taken);
  return { request, envelopes: envelopesOf(request, owner, repeated), repeated };
}
