import { Problem } from '../domain/errors.ts';
import type { IngestContext, IngestResult } from '../formats/format.ts';
import { writeAck } from '../formats/hl7v2/ack.ts';
import { decodeHl7, encodingOf } from '../formats/hl7v2/charset.ts';
import { type Hl7Message, parseHl7, segmentOf } from '../formats/hl7v2/parse.ts';
import { isAcknowledgement, readHl7v2 } from '../formats/hl7v2/read.ts';
import { errorOf } from '../formats/hl7v2/refusal.ts';
import type { EventAnswer } from '../intake/apply-events.ts';
import type { Deps } from '../runtime/deps.ts';
import type { ReceiveRequest, Receives } from './receive.ts';

/** One HL7 v2 message as it came, by HTTP or by MLLP (with its framing or without). */
export interface Hl7Request extends Pick<ReceiveRequest, 'sourceId' | 'credentials' | 'idempotencyKey' | 'body'> {
  /** The media type alone, without parameters; left out: it is HL7 v2 for certain. */
  readonly contentType?: string | undefined;
  /** Of the Content-Type: outranks MSH-18. */
  readonly charset?: string | undefined;
}

/** What goes back to the sender of a message. */
export type Hl7Answer =
  | {
      readonly kind: 'ack';
      /** Without framing. */
      readonly bytes: Uint8Array;
      /** How `bytes` are encoded: as the request names it, where that fits. */
      readonly charset: string;
      readonly answers: readonly EventAnswer[];
    }
  /** An acknowledgement came, or the sender asked for none. */
  | { readonly kind: 'empty'; readonly answers: readonly EventAnswer[] };

const CONTENT_TYPES: ReadonlySet<string> = new Set([
  ...[
    'application/hl7-v2',
    'application/hl7-v2+er7',
    'x-application/hl7-v2+er7',
    'text/plain',
    'application/octet-stream',
  ],
]);

/**
 * Takes in one HL7 v2 message. Resolves after the commit; what is wrong with its content is told in the ACK.
 * @throws Problem 401, 400 for what is no message, 415, 503
 */
export async function receiveHl7v2(
  { receiver, now }: { readonly receiver: Receives } & Pick<Deps, 'now'>,
  request: Hl7Request,
): Promise<Hl7Answer> {
  const { sourceId, credentials, idempotencyKey, body } = request;
  let heard: { message: Hl7Message; context: IngestContext } | undefined;
  const read = (context: IngestContext): IngestResult => {
    const message = parse(request);
    heard = { message, context };
    return readHl7v2(message, context);
  };
  try {
    const { answers } = await receiver.receive({
      sourceId,
      credentials,
      idempotencyKey,
      address: ['hl7v2'],
      body,
      read,
    });
    const refused = answers.find((answer) => answer.result === 'refused');
    return acknowledge(request, heard, refused?.problem, answers, now());
  } catch (error) {
    // Read and refused as a whole: the sender hears of it where it hears of all else.
    if (!(error instanceof Problem) || error.status !== 422 || !heard) throw error;
    return acknowledge(request, heard, error, [], now());
  }
}

function parse({ contentType, charset, body }: Hl7Request): Hl7Message {
  if (contentType && !CONTENT_TYPES.has(contentType.toLowerCase())) {
    throw new Problem(
      415,
      'unsupported-media-type',
      'Send HL7 v2 in its own encoding (ER7) with Content-Type: application/hl7-v2.',
    );
  }
  if (charset && !encodingOf(charset)) {
    throw new Problem(415, 'unsupported-charset', 'This charset is not read here: send UTF-8, or one of ISO 8859.');
  }
  return parseHl7(decodeHl7(body, charset));
}

function acknowledge(
  request: Hl7Request,
  heard: { message: Hl7Message; context: IngestContext } | undefined,
  problem: Problem | undefined,
  answers: readonly EventAnswer[],
  now: Date,
): Hl7Answer {
  if (!heard) throw new Error('the message was accepted unread');
  const { message, context } = heard;
  const error = problem ? errorOf(problem, !segmentOf(message, 'PID')) : null;
  const bytes = isAcknowledgement(message) ? null : writeAck(message, error, context.source, now);
  const charset = encodingOf(request.charset) === message.charset ? request.charset : message.charset;
  return bytes ? { kind: 'ack', bytes, charset: charset ?? message.charset, answers } : { kind: 'empty', answers };
}
