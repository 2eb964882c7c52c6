import { Problem } from '../domain/errors.ts';
import { readWebhook } from '../ingest/index.ts';
import { type AcceptRequest, SourceChanged } from './accept-appointments.ts';
import type { EventAnswer } from './apply-events.ts';
import type { Credentials, SourceAuthenticator } from './authenticate-source.ts';
import type { Deps } from './deps.ts';

export { webhookSchema } from '../ingest/json.ts';

const MAX_KEY = 255;
const TRIES = 3;

/** A request to `/v1/webhooks/{source}`, as it came. */
export interface WebhookRequest extends Credentials {
  readonly sourceId: string;
  readonly contentType: string;
  readonly idempotencyKey: string | undefined;
}

export interface WebhookAnswer {
  readonly array: boolean;
  readonly answers: readonly EventAnswer[];
}

/**
 * Authenticates, reads and takes in what a booking system posted. Resolves after the commit.
 * @throws Problem 401, 400, 415, 422; an array's bad elements are answered one by one instead
 */
export async function receiveWebhook(
  deps: Pick<Deps, 'keyring' | 'now'>,
  authenticator: SourceAuthenticator,
  accept: (request: AcceptRequest) => Promise<readonly EventAnswer[]>,
  request: WebhookRequest,
): Promise<WebhookAnswer> {
  for (let attempt = 1; ; attempt++) {
    const source = await authenticator.authenticate(request.sourceId, request, deps.now());
    const hashPatient = (patientId: string) => deps.keyring.patientKey(source.id, patientId);
    const { elements, array } = readWebhook(request.contentType, request.body, { source, hashPatient });
    try {
      const answers = await accept({ source, elements, array, idempotency: idempotencyOf(deps, request) });
      const [only] = answers;
      if (!array && only?.result === 'refused') throw only.problem;
      return { array, answers };
    } catch (error) {
      if (!(error instanceof SourceChanged) || attempt === TRIES) throw error;
      authenticator.forget(request.sourceId);
    }
  }
}

function idempotencyOf(deps: Pick<Deps, 'keyring'>, request: WebhookRequest): AcceptRequest['idempotency'] {
  const key = request.idempotencyKey || request.webhookId;
  if (!key) return null;
  if (key.length > MAX_KEY) {
    const faults = [{ pointer: 'Idempotency-Key', code: 'too_big', detail: `At most ${MAX_KEY} characters.` }];
    throw new Problem(422, 'invalid', 'The key of this request is too long.', { faults });
  }
  return { key, bodyHash: deps.keyring.digest('body', request.body) };
}
