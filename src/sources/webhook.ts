import { Problem } from '../domain/errors.ts';
import type { IngestResult } from '../formats/format.ts';
import { readWebhook } from '../formats/index.ts';
import type { EventAnswer } from '../intake/apply-events.ts';
import type { Credentials } from './authenticate.ts';
import type { Receives } from './receive.ts';

export { webhookSchema } from '../formats/json-schema.ts';

/** Where a CloudEvent in binary mode has its attributes. */
const CLOUD_EVENT_HEADERS = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time'];

/** A request to `/v1/webhooks/{source}`, as it came. */
export interface WebhookRequest extends Credentials {
  readonly sourceId: string;
  readonly contentType: string;
  readonly idempotencyKey: string | undefined;
  /** By its name in small letters. */
  readonly header: (name: string) => string | undefined;
}

/** What became of it. `array`: of several, each with its answer. */
export interface WebhookAnswer {
  readonly array: boolean;
  readonly answers: readonly EventAnswer[];
}

/**
 * Authenticates, reads and takes in what a booking system posted. Resolves after the commit.
 * @throws Problem 401, 400, 415, 422; an array's bad elements are answered one by one instead
 */
export async function receiveWebhook(receiver: Receives, request: WebhookRequest): Promise<WebhookAnswer> {
  const { sourceId, contentType, header, body } = request;
  const { result, answers } = await receiver.receive({
    sourceId,
    credentials: request,
    idempotencyKey: request.idempotencyKey || request.webhookId,
    address: ['webhook', ...CLOUD_EVENT_HEADERS.map(header)],
    body,
    read: (context) => readWebhook({ contentType, header, body }, context),
  });
  const told = answers.map((answer, position) => inSendersTerms(answer, result, position));
  const [only] = told;
  if (!result.array && only?.result === 'refused') throw only.problem;
  return { array: result.array, answers: told };
}

/**
 * What was found out about an event only when it met what is stored points into our event, which the sender may not
 * know.
 */
function inSendersTerms(
  answer: EventAnswer,
  { elements, array, pointerOf }: IngestResult,
  position: number,
): EventAnswer {
  if (answer.result !== 'refused' || !pointerOf || elements[position]?.kind === 'refused') return answer;
  const { status, code, message, faults } = answer.problem;
  const ours = array ? `/${position}`.length : 0;
  const moved = faults.map((fault) => ({ ...fault, pointer: pointerOf(fault.pointer.slice(ours), position) }));
  return { ...answer, problem: new Problem(status, code, message, { faults: moved }) };
}
