import { Problem } from '../domain/errors.ts';
import type { IngestResult } from '../formats/format.ts';
import { readWebhook } from '../formats/index.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { Accepted, Receiver, SourceRequest } from './receive.ts';

export { webhookSchema } from '../formats/json-schema.ts';

/** Headers with the attributes of a CloudEvent in binary mode. */
const CLOUD_EVENT_HEADERS = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time'];

/** A request to `/v1/webhooks/{source}`, as it came. */
export interface WebhookRequest extends SourceRequest {
  readonly contentType: string;
  /** By its name in small letters. */
  readonly header: (name: string) => string | undefined;
}

/** The answers to a request, of which a refused one that stood alone refuses the request. */
export interface WebhookResult extends Accepted {
  /** Several were sent, each with its answer. */
  readonly array: boolean;
  /** Which of the webhook's formats it was read by. */
  readonly format: string | undefined;
}

/**
 * Authenticates, reads and accepts what a booking system posted. Resolves after the commit.
 * @throws Problem 401, 400, 415, 422 for what can't be read
 */
export async function receiveWebhook(receiver: Receiver, request: WebhookRequest): Promise<WebhookResult> {
  return receiver.retry(request.sourceId, async () => {
    const context = await receiver.authenticate(request);
    const reading = readWebhook(request, context);
    const address = ['webhook', ...CLOUD_EVENT_HEADERS.map(request.header)] as const;
    const { answers, dryRun } = await receiver.accept(context.source, reading, request, address);
    const answered = answers.map((answer, position) => inSendersTerms(answer, reading, position));
    return { array: reading.array, format: reading.format, answers: answered, dryRun };
  });
}

/**
 * A fault that was found only in comparison with what is stored points into our event, which the sender may not know:
 * it is moved to the place in the sender's own body.
 */
function inSendersTerms(
  answer: EventResult,
  { elements, array, pointerOf }: IngestResult,
  position: number,
): EventResult {
  if (!pointerOf || elements[position]?.kind === 'refused') return answer;
  if (answer.result !== 'refused') {
    const warnings = answer.warnings?.map((each) => ({ ...each, pointer: pointerOf(each.pointer, position) }));
    return warnings ? { ...answer, warnings } : answer;
  }
  const { status, code, message, faults } = answer.problem;
  const ours = array ? `/${position}`.length : 0;
  const moved = faults.map((fault) => ({ ...fault, pointer: pointerOf(fault.pointer.slice(ours), position) }));
  return { ...answer, problem: new Problem(status, code, message, { faults: moved }) };
}
