import type { Source } from '../domain/authority.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import type { IngestElement } from '../formats/format.ts';
import type { EventAnswer } from './apply-events.ts';
import { IGNORED } from './apply-tasks.ts';
import type { IdempotencyKey } from './idempotency.sql.ts';
import { type Owner, type Task, taskKey } from './task.ts';

/** A key of the sender's, with the keyed hash of what must be the same when it comes again. */
export interface RequestKey {
  readonly key: string;
  readonly bodyHash: Buffer;
}

/** What a request of a booking system asks for, after authentication and parsing. */
export interface AcceptRequest {
  readonly source: Source;
  readonly elements: readonly IngestElement[];
  readonly array: boolean;
  /** The sender's key for this request. */
  readonly idempotency: RequestKey | null;
  /** Of elements that have a key of their own, at their positions: each one once. */
  readonly elementKeys?: readonly (RequestKey | undefined)[];
}

/** What a request's acceptance came to: an answer an element, or why the whole is refused. */
export type RequestAnswer = readonly EventAnswer[] | Error;

/** By the position of an element, what it was answered before. */
export type AnsweredApart = ReadonlyMap<number, EventAnswer>;

/** What of a request asks for a change. */
export function tasksOf(request: AcceptRequest, index: number, owner: Owner, apart?: AnsweredApart): Task[] {
  return request.elements.flatMap((element, position) => {
    if (element.kind === 'refused' || element.kind === 'ignored' || apart?.has(position)) return [];
    return [{ ...owner, sourceId: owner.source.id, element, index, position, array: request.array }];
  });
}

/** One answer an element. @param results by `taskKey` */
export function answersOf(
  request: AcceptRequest,
  index: number,
  results: ReadonlyMap<string, EventAnswer>,
  apart?: AnsweredApart,
): EventAnswer[] {
  return request.elements.map((element, position) => {
    const before = apart?.get(position);
    if (before) return before;
    if (element.kind === 'refused')
      return { result: 'refused', reference: element.reference, problem: element.problem };
    if (element.kind === 'ignored') return IGNORED;
    return results.get(taskKey({ index, position })) as EventAnswer;
  });
}

/** What a request is answered whose key was taken before; undefined for a new one. */
export function repeated(request: AcceptRequest, seen: readonly IdempotencyKey[]): RequestAnswer | undefined {
  const before = seen.find((key) => key.sourceId === request.source.id && key.key === request.idempotency?.key);
  return before && request.idempotency
    ? answeredBefore(before, request.idempotency, request.elements.length)
    : undefined;
}

/** What is answered again under a key that was taken before. @param elements how many answers are needed */
export function answeredBefore(
  before: IdempotencyKey,
  { bodyHash }: RequestKey,
  elements: number,
): readonly EventAnswer[] | Problem {
  const answers = before.answer as StoredAnswer[];
  // With other settings the same body may hold more or less than it did.
  if (!before.bodyHash.equals(bodyHash) || answers.length !== elements) {
    return new Problem(
      422,
      'idempotency-key-reused',
      'This key came with another body before: a new event needs a new key. Nothing was stored.',
    );
  }
  return answers.map((answer) => {
    if (answer.result !== 'refused') return { ...answer, result: 'duplicate' };
    const { status, code, detail, faults } = answer.problem;
    return { ...answer, problem: new Problem(status, code, detail, { faults }) };
  });
}

type StoredAnswer =
  | Exclude<EventAnswer, { result: 'refused' }>
  | {
      result: 'refused';
      reference: string | null;
      problem: { status: number; code: string; detail: string; faults: readonly Fault[] };
    };

/** The key that is taken with this answer; none where the request has none, or where nothing of it was taken. */
export function keyOf({ source, idempotency }: AcceptRequest, given: readonly EventAnswer[]): IdempotencyKey[] {
  return idempotency ? keyWith(source.id, idempotency, given) : [];
}

/**
 * A key as it is kept; none where everything was refused or ignored, which may have been for settings that somebody
 * mends meanwhile.
 */
export function keyWith(sourceId: string, key: RequestKey, given: readonly EventAnswer[]): IdempotencyKey[] {
  if (given.every(({ result }) => result === 'refused' || result === 'ignored')) return [];
  return [{ sourceId, ...key, answer: given.map(storable) }];
}

function storable(answer: EventAnswer): StoredAnswer {
  if (answer.result !== 'refused') return answer;
  const { status, code, message, faults } = answer.problem;
  return { result: 'refused', reference: answer.reference, problem: { status, code, detail: message, faults } };
}
