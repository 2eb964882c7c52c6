import type { Source } from '../domain/authority.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import { withKnownPointers } from '../formats/pointers/known-names.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import {
  type AcceptRequest,
  type EventResult,
  type RequestKey,
  type RequestResult,
  refusedResult,
} from './envelope.ts';
import type { IdempotencyKey } from './idempotency.sql.ts';

/** The request with its keys, and those of its elements, as they are stored: a sender may write anything into them. */
export function withHashedKeys({ keyring }: KeyringAccess, request: AcceptRequest): AcceptRequest {
  const { source, keys, elementKeys } = request;
  const hashed = ({ key, bodyHash }: RequestKey) => ({ key: keyring.idHash(source.id, key), bodyHash });
  return {
    ...request,
    keys: keys.map(hashed),
    ...(elementKeys && { elementKeys: elementKeys.map((key) => key && hashed(key)) }),
  };
}

/** Every key that a request may take: its own, and those of its elements. */
export function keysIn({ source, keys, elementKeys = [] }: AcceptRequest): { sourceId: string; key: string }[] {
  return [...keys, ...elementKeys].flatMap((each) => (each ? [{ sourceId: source.id, key: each.key }] : []));
}

/**
 * The results of a request one of whose keys was taken before: the same again, or a Problem; undefined for new keys.
 */
export function repeatedRequest(request: AcceptRequest, taken: readonly IdempotencyKey[]): RequestResult | undefined {
  for (const own of request.keys) {
    const before = find(taken, request, own);
    if (before) return resultsAgain(before, own, request.elements.length);
  }
  return undefined;
}

function find(
  taken: readonly IdempotencyKey[],
  { source }: AcceptRequest,
  own: RequestKey,
): IdempotencyKey | undefined {
  return taken.find((key) => key.sourceId === source.id && key.key === own.key);
}

/**
 * The key that a repeated request leaves: its own, if that was not taken yet. A request that repeats another by its
 * further key leaves the key that was signed: else it could come again without the further one. A further key is never
 * left, since anybody who sends a signed request again may write any into it.
 */
export function keysOfRepeat(
  request: AcceptRequest,
  results: RequestResult,
  taken: readonly IdempotencyKey[],
): IdempotencyKey[] {
  const { source, keys } = request;
  const [first] = keys;
  if (results instanceof Error || !first || find(taken, request, first)) return [];
  return keyWith(source, first, results);
}

/** The results of elements whose own key was taken before, by their position. */
export function repeatedElements(
  request: AcceptRequest,
  taken: readonly IdempotencyKey[],
): ReadonlyMap<number, EventResult> {
  const results = new Map<number, EventResult>();
  if (!request.elementKeys) return results;
  const known = new Map(taken.filter(({ sourceId }) => sourceId === request.source.id).map((each) => [each.key, each]));
  for (const [position, key] of request.elementKeys.entries()) {
    const before = key && known.get(key.key);
    if (!before) continue;
    const element = request.elements[position];
    const reference = element?.kind === 'appointment' ? element.event.reference : null;
    const given = resultsAgain(before, key, 1);
    const [result] = given instanceof Problem ? [refusedResult(reference, given)] : given;
    if (result) results.set(position, result);
  }
  return results;
}

/** @param elements how many results are needed */
function resultsAgain(
  before: IdempotencyKey,
  { bodyHash }: RequestKey,
  elements: number,
): readonly EventResult[] | Problem {
  const results = before.results as StoredResult[];
  // The same body may hold more or fewer elements than it did, after a change of the source's settings.
  if (!before.bodyHash.equals(bodyHash) || results.length !== elements) {
    return new Problem(
      422,
      'idempotency-key-reused',
      'This key came with another body before: a new event needs a new key. Nothing was stored.',
    );
  }
  return results.map((result) => {
    if (result.result !== 'refused') return { ...result, result: 'duplicate' };
    const { status, code, detail, faults } = result.problem;
    return refusedResult(result.reference, new Problem(status, code, detail, { faults }));
  });
}

type StoredResult =
  | Exclude<EventResult, { result: 'refused' }>
  | {
      result: 'refused';
      reference: string | null;
      problem: { status: number; code: string; detail: string; faults: readonly Fault[] };
    };

/**
 * The keys that a request takes with these results: its own, and those of its elements.
 * @param repeated positions of elements whose key was taken before
 */
export function newKeys(
  request: AcceptRequest,
  results: readonly EventResult[],
  repeated?: ReadonlyMap<number, EventResult>,
): IdempotencyKey[] {
  const { source, keys, elementKeys } = request;
  const own = keys.flatMap((key) => keyWith(source, key, results));
  if (!elementKeys) return own;
  const ofElements = elementKeys.flatMap((key, position) => {
    const result = results[position];
    return key && result && !repeated?.has(position) ? keyWith(source, key, [result]) : [];
  });
  return [...own, ...ofElements];
}

/**
 * A key as it is kept; none where everything was refused or ignored, perhaps because of settings that somebody corrects
 * in the meantime, nor where a patient alone is kept, for a shorter time than the key would be.
 */
function keyWith(source: Source, key: RequestKey, results: readonly EventResult[]): IdempotencyKey[] {
  const hasEffect = results.some((each) => {
    return each.result !== 'refused' && each.result !== 'ignored' && each.keptFor === undefined;
  });
  if (!hasEffect) return [];
  return [{ sourceId: source.id, ...key, results: storable(source, results) }];
}

/**
 * Results as they may be stored: without the names that the sender chose for fields, and without what tells which
 * appointments belong to one patient.
 */
export function storable({ mapping }: Pick<Source, 'mapping'>, results: readonly EventResult[]): StoredResult[] {
  return results.map((given) => {
    if (given.result !== 'refused') {
      const { changed: _, created: _first, ...result } = given;
      return result.warnings ? { ...result, warnings: withKnownPointers(result.warnings, mapping) } : result;
    }
    const result = given;
    const { status, code, message } = result.problem;
    const faults = withKnownPointers(result.problem.faults, mapping);
    return { result: 'refused', reference: result.reference, problem: { status, code, detail: message, faults } };
  });
}
