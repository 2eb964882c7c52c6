import type { Transaction } from 'kysely';
import type { Source } from '../domain/authority.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import type { IngestElement } from '../ingest/format.ts';
import type { Database } from '../store/database.ts';
import { findKeys, type IdempotencyKey, insertKeys } from '../store/idempotency.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { inTransaction, isConnectionFailure } from '../store/transaction.ts';
import { applyEvents, type EventAnswer, type Job, Overtaken } from './apply-events.ts';
import type { Deps } from './deps.ts';
import { GroupCommit } from './group-commit.ts';

/** What a request of a booking system asks for, after authentication and parsing. */
export interface AcceptRequest {
  readonly source: Source;
  readonly elements: readonly IngestElement[];
  readonly array: boolean;
  /** The sender's key for this request, with the keyed hash of its body. */
  readonly idempotency: { readonly key: string; readonly bodyHash: Buffer } | null;
}

/** The source's settings or secrets changed between authentication and commit: authenticate again and repeat. */
export class SourceChanged extends Error {
  constructor() {
    super('the source changed while its request was on the way');
    this.name = 'SourceChanged';
  }
}

const TRIES = 5;

type AcceptDeps = Pick<Deps, 'db' | 'keyring' | 'now' | 'metrics'>;

/**
 * Takes appointments in, many requests a commit. Resolves after the commit, in the order of the elements.
 * @throws Problem 422 when the idempotency key was used with another body, 503 when other processes keep coming first; SourceChanged
 */
export function createAcceptor(deps: AcceptDeps): (request: AcceptRequest) => Promise<readonly EventAnswer[]> {
  const group = new GroupCommit<AcceptRequest, readonly EventAnswer[] | Error>({
    run: (requests) => commitGroup(deps, requests),
    keysOf: (request) => [
      ...request.elements.flatMap((element) => (element.event ? [`a ${request.source.id} ${element.event.reference}`] : [])),
      ...(request.idempotency ? [`k ${request.source.id} ${request.idempotency.key}`] : []),
    ],
    weightOf: (request) => request.elements.length,
    maxWeight: 500,
    failsForAll: isConnectionFailure,
  });
  return async (request) => {
    const answers = await group.submit(request);
    if (answers instanceof Error) throw answers;
    for (const answer of answers) deps.metrics.appointments.inc({ result: answer.result });
    return answers;
  };
}

async function commitGroup(deps: AcceptDeps, requests: readonly AcceptRequest[]): Promise<readonly (readonly EventAnswer[] | Error)[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(deps.db, (trx) => acceptGroup(deps, trx, requests, deps.now()));
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

async function acceptGroup(
  deps: AcceptDeps,
  trx: Transaction<Database>,
  requests: readonly AcceptRequest[],
  now: Date,
): Promise<(readonly EventAnswer[] | Error)[]> {
  const sources = await findSourcesWithAuthority(trx, [...new Set(requests.map((request) => request.source.id))]);
  const keys = requests.flatMap((request) => (request.idempotency ? [{ sourceId: request.source.id, key: request.idempotency.key }] : []));
  const seen = await findKeys(trx, keys);
  const answers: (EventAnswer[] | Error | undefined)[] = requests.map((request) => {
    if (sources.get(request.source.id)?.source.version !== request.source.version) return new SourceChanged();
    return repeated(request, seen);
  });

  const jobs: Job[] = requests.flatMap((request, index) => {
    const owner = sources.get(request.source.id);
    if (answers[index] || !owner) return [];
    return request.elements.flatMap((element, position) =>
      element.event ? [{ ...owner, event: element.event, index, position, array: request.array }] : [],
    );
  });
  const results = new Map<Job, EventAnswer>();
  for (const round of rounds(jobs)) for (const [job, answer] of await applyEvents(deps, trx, round, now)) results.set(job, answer);

  const complete = requests.map((request, index) => answers[index] ?? answersOf(request, index, jobs, results));
  const newKeys = requests.flatMap((request, index) => {
    const given = complete[index] as EventAnswer[] | Error;
    if (!request.idempotency || answers[index] || given instanceof Error || given.every((answer) => answer.result === 'refused')) return [];
    return [{ sourceId: request.source.id, ...request.idempotency, answer: given.map(storable) }];
  });
  if ((await insertKeys(trx, newKeys, now)) < newKeys.length) throw new Overtaken();
  return complete;
}

/** Several events about one appointment are taken one after another, each seeing what the one before it left. */
function rounds(jobs: readonly Job[]): Job[][] {
  const result: Job[][] = [];
  const count = new Map<string, number>();
  for (const job of jobs) {
    const key = `${job.source.id} ${job.event.reference}`;
    const round = count.get(key) ?? 0;
    count.set(key, round + 1);
    const jobsOfRound = result[round] ?? [];
    jobsOfRound.push(job);
    result[round] = jobsOfRound;
  }
  return result;
}

function answersOf(request: AcceptRequest, index: number, jobs: readonly Job[], results: ReadonlyMap<Job, EventAnswer>): EventAnswer[] {
  const own = new Map(jobs.filter((job) => job.index === index).map((job) => [job.position, results.get(job)]));
  return request.elements.map((element, position) => {
    if (element.problem) return { result: 'refused', reference: element.reference, problem: element.problem };
    return own.get(position) as EventAnswer;
  });
}

/** What a request is answered whose key was taken before; undefined for a new one. */
function repeated(request: AcceptRequest, seen: readonly IdempotencyKey[]): EventAnswer[] | Problem | undefined {
  const before = seen.find((key) => key.sourceId === request.source.id && key.key === request.idempotency?.key);
  if (!before || !request.idempotency) return undefined;
  if (!before.bodyHash.equals(request.idempotency.bodyHash)) {
    return new Problem(
      422,
      'idempotency-key-reused',
      'This key came with another body before: a new event needs a new key. Nothing was stored.',
    );
  }
  return (before.answer as StoredAnswer[]).map((answer) => {
    if (answer.result !== 'refused') return { ...answer, result: 'duplicate' };
    const { status, code, detail, faults } = answer.problem;
    return { ...answer, problem: new Problem(status, code, detail, { faults }) };
  });
}

type StoredAnswer =
  | Exclude<EventAnswer, { result: 'refused' }>
  | { result: 'refused'; reference: string | null; problem: { status: number; code: string; detail: string; faults: readonly Fault[] } };

function storable(answer: EventAnswer): StoredAnswer {
  if (answer.result !== 'refused') return answer;
  const { status, code, message, faults } = answer.problem;
  return { result: 'refused', reference: answer.reference, problem: { status, code, detail: message, faults } };
}
