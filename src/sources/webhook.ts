import type { Source } from '../domain/authority.ts';
import { isObject } from '../domain/json.ts';
import { parseJson, readWebhook } from '../formats/index.ts';
import { inTimeSlices, TimeSlices } from '../runtime/time-slices.ts';
import { requireToken } from './credentials.ts';
import { type RefusedFormat, webhookFormat } from './notes.ts';
import type { AcceptedResults, Receiver, SenderContext, SourceRequest } from './receive.ts';

/** Headers with the attributes of a CloudEvent in binary mode. */
const CLOUD_EVENT_HEADERS = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time'];

/** A request to `/v1/webhooks/{source}`, as it came. */
export interface WebhookRequest extends SourceRequest {
  readonly contentType: string;
  /** Reads a header by its name in small letters. */
  readonly header: (name: string) => string | undefined;
}

/** The results of a request, of which a refused one that stood alone refuses the request. */
export interface WebhookResult extends AcceptedResults {
  /** Several were sent, each with its result. */
  readonly array: boolean;
  /** The format of the webhook that it was read by. */
  readonly format: string | undefined;
}

/**
 * Authenticates, reads and accepts what a booking system posted. Resolves after the commit.
 * @throws Problem 401, 403, 400, 415, 422 for what can't be read
 */
export function receiveWebhook(receiver: Receiver, request: WebhookRequest): Promise<WebhookResult> {
  return receiver.retryIfSourceChanged(request.sourceId, () => receiveOnce(receiver, request));
}

async function receiveOnce(receiver: Receiver, request: WebhookRequest): Promise<WebhookResult> {
  const { contentType, body } = request;
  const context = await receiver.authenticate(request);
  try {
    const header = provenHeaders(request, context);
    const content = { contentType, header, body };
    const reading = await inTimeSlices(readWebhook(content, context), new TimeSlices(request.resumed));
    const address = ['webhook', ...CLOUD_EVENT_HEADERS.map(header)] as const;
    const accepted = await receiver.accept(context, reading, request, address);
    return { array: reading.array, format: reading.format, ...accepted };
  } catch (error) {
    receiver.noteRefusal(context.source, request, { error, format: formatOf(request, context.source) });
    throw error;
  }
}

/**
 * The headers that may say what a body means. A signature does not cover a CloudEvent's attributes in headers: they are
 * not read where the body is a whole event of ours, and refused where it needs them.
 * @throws Problem 403
 */
function provenHeaders({ header, body }: WebhookRequest, { proof }: SenderContext): WebhookRequest['header'] {
  const unproven = !proof.coversAll && CLOUD_EVENT_HEADERS.some((name) => header(name) !== undefined);
  if (!unproven) return header;
  if (!isWholeEvent(body)) requireToken(proof, 'the headers ce-…');
  return (name) => (name.startsWith('ce-') ? undefined : header(name));
}

function isWholeEvent(body: Uint8Array): boolean {
  const parsed = parseJson(body);
  return isObject(parsed) && typeof parsed.type === 'string' && parsed.data !== undefined;
}

/** Format of a request that is refused before a reader took it. */
function formatOf({ contentType, header }: WebhookRequest, source: Source): RefusedFormat {
  const isCloudEvent = /cloudevents/i.test(contentType) || header('ce-specversion') !== undefined;
  return webhookFormat(isCloudEvent ? 'cloudevents' : undefined, source);
}
