import { type Fault, Problem } from '../domain/errors.ts';
import type { IngestContext, IngestElement } from '../formats/format.ts';
import { writeAck } from '../formats/hl7v2/ack.ts';
import { decodeHl7, encodingOf } from '../formats/hl7v2/charset.ts';
import { errorOf, refusal, unknownAppointment, warningOfReason } from '../formats/hl7v2/faults.ts';
import { type Hl7Message, parseHl7, segmentOf } from '../formats/hl7v2/parse.ts';
import { isAcknowledgement, readHl7v2 } from '../formats/hl7v2/read.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { CurrentTime } from '../runtime/deps.ts';
import { inTimeSlices, TimeSlices } from '../runtime/time-slices.ts';
import type { AcceptedResults, Receiver, SourceRequest } from './receive.ts';

/** One HL7 v2 message as it came, by HTTP or by MLLP (with its framing or without). */
export interface Hl7Request extends SourceRequest {
  /** The media type alone, without parameters; left out: it is HL7 v2 for certain. */
  readonly contentType?: string | undefined;
  /** The charset of the Content-Type: it outranks MSH-18, unless a signature is all there is. */
  readonly charset?: string | undefined;
}

/** The response to the sender of a message. */
export type Hl7Acknowledgement = AcceptedResults & {
  /** Why the message was refused as a whole. */
  readonly problem?: Problem;
} & (
    | {
        readonly kind: 'ack';
        /** The ACK without framing. */
        readonly bytes: Uint8Array;
        /** The encoding of `bytes`: as the request names it, where that fits. */
        readonly charset: string;
      }
    /** An acknowledgement came, or the sender asked for none. */
    | { readonly kind: 'empty' }
  );

const CONTENT_TYPES: ReadonlySet<string> = new Set([
  'application/hl7-v2',
  'application/hl7-v2+er7',
  'x-application/hl7-v2+er7',
  'text/plain',
  'application/octet-stream',
]);

type Hl7Deps = { readonly receiver: Receiver } & CurrentTime;

/**
 * Takes in one HL7 v2 message. Resolves after the commit; the ACK tells what is wrong with its content.
 * @throws Problem 401, 400 for what is no message, 415, 503
 */
export function receiveHl7v2(deps: Hl7Deps, request: Hl7Request): Promise<Hl7Acknowledgement> {
  return deps.receiver.retryIfSourceChanged(request.sourceId, () => receiveOnce(deps, request));
}

async function receiveOnce({ receiver, now }: Hl7Deps, request: Hl7Request): Promise<Hl7Acknowledgement> {
  const context = await receiver.authenticate(request);
  // The message, once it is parsed: its sender gets an ACK for a refusal, too, which nobody could be sent before.
  let message: Hl7Message | null = null;
  try {
    message = parse(request, context.proof.coversAll);
    const reading = await inTimeSlices(readHl7v2(message, context), new TimeSlices(request.resumed));
    const accepted = await receiver.accept(context, reading, request, ['hl7v2']);
    const outcome = outcomeOf(accepted.results, reading.elements);
    return { ...accepted, ...acknowledge(request, message, context, outcome, now()) };
  } catch (error) {
    const refused = message && hasAck(request, error) ? { message, problem: error } : null;
    receiver.noteRefusal(context.source, request, { error, format: 'hl7v2', byAck: refused !== null });
    if (!refused) throw error;
    const { problem } = refused;
    const ack = acknowledge(request, refused.message, context, { problem, warnings: [] }, now());
    return { results: [], dryRun: null, problem, ...ack };
  }
}

/** True for what the ACK tells: a refusal, and over a connection, which knows no 503, that our clock is wrong. */
function hasAck({ credentials }: Hl7Request, error: unknown): error is Problem {
  if (!(error instanceof Problem)) return false;
  return error.status === 422 || (credentials === 'connection' && error.code === 'clock-off');
}

/**
 * The ACK for a message over a connection that is longer than we read, so that its sender does not repeat it for ever.
 * Nothing is stored.
 * @param head how the message began
 * @returns null when the sender asked for none
 * @throws Problem 401; 400 when `head` does not begin with MSH; what a database throws that is away
 */
export async function refuseLongHl7v2(
  { receiver, now }: Hl7Deps,
  sourceId: string,
  head: Uint8Array,
): Promise<Uint8Array | null> {
  const message = parseHl7(decodeHl7(head, undefined));
  const { source } = await receiver.authenticate({ sourceId, credentials: 'connection', body: head });
  return writeAck(message, errorOf(refusal('too_big', '', 'A message may be 1 MiB at most.')), source, now());
}

/** @param coversAll whether the sender's proof covers the header, too */
function parse({ contentType, charset, body }: Hl7Request, coversAll: boolean): Hl7Message {
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
  return parseHl7(decodeHl7(body, coversAll ? charset : undefined));
}

/** The result of a message, as its acknowledgement reports it. */
interface Outcome {
  readonly problem: Problem | undefined;
  /** Empty for a message that is refused. */
  readonly warnings: readonly Fault[];
}

function outcomeOf(results: readonly EventResult[], elements: readonly IngestElement[]): Outcome {
  const refused = results.find((result) => result.result === 'refused');
  const warnings = results.flatMap((result, index) => {
    if (result.result === 'refused') return [];
    const element = elements[index];
    if (result.result === 'ignored' && element?.kind === 'appointment') return unknownAppointment(element.event);
    return [...(result.reasons ?? []).flatMap(warningOfReason), ...(result.warnings ?? [])];
  });
  return { problem: refused?.problem, warnings };
}

function acknowledge(
  request: Hl7Request,
  message: Hl7Message,
  { source }: IngestContext,
  { problem, warnings }: Outcome,
  now: Date,
): { kind: 'ack'; bytes: Uint8Array; charset: string } | { kind: 'empty' } {
  const error = problem ? errorOf(problem, !segmentOf(message, 'PID')) : null;
  const bytes = isAcknowledgement(message) ? null : writeAck(message, error, source, now, warnings);
  const charset = encodingOf(request.charset) === message.charset ? request.charset : message.charset;
  return bytes ? { kind: 'ack', bytes, charset: charset ?? message.charset } : { kind: 'empty' };
}
