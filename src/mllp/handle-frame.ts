import { randomUUID } from 'node:crypto';
import type { RefusedAccesses } from '../accounts/refused-access.ts';
import { isConnectionFailure } from '../database/transaction.ts';
import { errorName, Problem } from '../domain/errors.ts';
import { type BodyMemory, MIB } from '../runtime/body-memory.ts';
import type { CurrentTime, Logging, Metering } from '../runtime/deps.ts';
import { clientKey } from '../runtime/networks.ts';
import type { OutageLogging } from '../runtime/outage-log.ts';
import { receiveHl7v2, refuseLongHl7v2 } from '../sources/hl7v2.ts';
import type { Receiver } from '../sources/receive.ts';

const START = 0x0b;
const END = 0x1c;
const CR = 0x0d;
const LF = 0x0a;

/** The limit of a body over HTTP, and so of a message. */
const MAX_MESSAGE = MIB;
/**
 * A longer message is read to its end, so that its sender gets an ACK with the reason; beyond this limit the connection
 * ends.
 */
const MAX_SKIPPED = 16 * MAX_MESSAGE;
/** Kept part of a message that is too long: enough for any MSH. */
const HEAD = 8 * 1024;
/** Most bytes between frames, apart from line ends. */
const MAX_STRAY = 1024;

/** First byte of every TLS connection (RFC 8446 §5.1, type `handshake`). */
const TLS_HANDSHAKE = 0x16;

const RESTART = Buffer.from('\x0bMSH', 'latin1');

/** Content received from a connection. */
export type MllpFrame =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** `head` is the beginning of the message. */
  | { readonly kind: 'too_long'; readonly head: Uint8Array }
  /** The sender doesn't speak MLLP. No frame follows. */
  | { readonly kind: 'garbage' }
  /** No memory is left for what the sender sends. No frame follows. */
  | { readonly kind: 'no_room' };

/**
 * Splits the bytes of one connection into frames (HL7 v2 appendix C, MLLP: 0x0B message 0x1C 0x0D), in any chunks. The
 * final CR may be missing, and line ends and a few other bytes may stand between frames. An empty frame is left out.
 */
export class Framer {
  #buffer = Buffer.alloc(0);
  #size = 0;
  #stray = 0;
  #within = false;
  #framed = false;
  #lost = false;

  /** True when something incomplete was received: a message, or stray bytes before the first one. */
  get unfinished(): boolean {
    return this.#within || (this.#stray > 0 && !this.#framed);
  }

  /** Bytes of memory that the beginning of a message takes. */
  get kept(): number {
    return this.#buffer.length;
  }

  /** Takes in bytes as they arrive. @returns the frames that they complete, in order */
  push(bytes: Buffer): MllpFrame[] {
    const frames: MllpFrame[] = [];
    for (let at = 0; at < bytes.length && !this.#lost; ) {
      const mark = bytes.indexOf(this.#within ? END : START, at);
      const part = bytes.subarray(at, mark < 0 ? bytes.length : mark);
      at += part.length + 1;
      if (this.#within) this.#keep(part);
      else this.#pass(part);
      if (this.#lost) frames.push({ kind: 'garbage' });
      else if (mark >= 0) frames.push(...this.#cross());
    }
    return frames;
  }

  /** Continues after a frame's start or end. */
  #cross(): MllpFrame[] {
    this.#within = !this.#within;
    this.#framed = true;
    this.#stray = 0;
    if (this.#within) return [];
    const [kept, size] = [this.#buffer, this.#size];
    this.#buffer = Buffer.alloc(0);
    this.#size = 0;
    if (size > MAX_MESSAGE) return [{ kind: 'too_long', head: Buffer.from(kept.subarray(0, HEAD)) }];
    const message = fromLastStart(kept.subarray(0, size));
    return message.every(isLineEnd) ? [] : [{ kind: 'message', bytes: message }];
  }

  /**
   * A single growing buffer: a list of chunks would need a hundred times the size of a message sent byte by byte.
   */
  #keep(part: Buffer): void {
    const needed = Math.min(this.#size + part.length, MAX_MESSAGE);
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.min(MAX_MESSAGE, Math.max(needed, 2 * this.#buffer.length, 1024)));
      this.#buffer.copy(grown);
      this.#buffer = grown;
    }
    if (this.#size < MAX_MESSAGE) part.copy(this.#buffer, this.#size);
    this.#size += part.length;
    this.#lost = this.#size > MAX_SKIPPED;
  }

  #pass(part: Buffer): void {
    const isTls = part[0] === TLS_HANDSHAKE && this.#stray === 0 && !this.#framed;
    for (const byte of part) if (!isLineEnd(byte)) this.#stray++;
    this.#lost = isTls || this.#stray > MAX_STRAY;
  }
}

/** Frames a message for sending. */
export function toFrame(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(START), message, Buffer.of(END, CR)]);
}

/**
 * A sender that broke off starts a new frame without ending the old one. Any other 0x0B is a vertical tab in a text.
 * @returns a copy: a part would keep the memory of the whole, which nobody counts
 */
function fromLastStart(bytes: Buffer): Buffer {
  const message = bytes.subarray(bytes.lastIndexOf(RESTART) + 1);
  const copy = Buffer.allocUnsafeSlow(message.length);
  message.copy(copy);
  return copy;
}

function isLineEnd(byte: number): boolean {
  return byte === CR || byte === LF;
}

/** Dependencies of a connection. */
export interface MllpDeps extends Logging, Metering, CurrentTime, OutageLogging {
  readonly receiver: Receiver;
  readonly refusedAccesses: Pick<RefusedAccesses, 'note'>;
  /** The memory for messages, which request bodies share. */
  readonly bodies: BodyMemory;
}

/** The client of a connection. */
interface MllpClient {
  /** The source that it speaks for. */
  readonly source: string;
  readonly address: string | undefined;
}

/** Notes for the audit that a client could not prove that it is a source. */
export function noteUnproven({ refusedAccesses }: MllpDeps, address: string | undefined): void {
  const refused = { action: 'authentication.refused', actor: 'anonymous', target: 'mllp', authorityId: null } as const;
  refusedAccesses.note({ ...refused, client: clientKey(address ?? 'unknown') });
}

/** Reaction to a frame. */
export type FrameResponse =
  /** Without framing. */
  | { readonly kind: 'ack'; readonly bytes: Uint8Array }
  | { readonly kind: 'none' }
  /** Breaks off the connection: no ACK can ask for a repetition, but senders repeat what was not acknowledged. */
  | { readonly kind: 'break_off' };

/** Processes a frame. Never rejects; resolves after the commit. */
export async function handleFrame(deps: MllpDeps, client: MllpClient, frame: MllpFrame): Promise<FrameResponse> {
  deps.metrics.stalls.enter('mllp');
  const { response, result } = await respond(deps, client, frame);
  deps.metrics.mllpMessages.inc({ result });
  return response;
}

async function respond(
  deps: MllpDeps,
  client: MllpClient,
  frame: MllpFrame,
): Promise<{ response: FrameResponse; result: string }> {
  const { source: sourceId } = client;
  try {
    if (frame.kind === 'no_room')
      throw new Problem(503, 'busy', 'There is no room for this message beside the others.');
    if (frame.kind === 'garbage') throw new Problem(400, 'not-mllp', 'The bytes received are not an MLLP frame.');
    if (frame.kind === 'too_long') {
      const bytes = await refuseLongHl7v2(deps, sourceId, frame.head);
      return { response: bytes ? { kind: 'ack', bytes } : { kind: 'none' }, result: 'refused' };
    }
    const received = await receiveHl7v2(deps, {
      sourceId,
      credentials: 'connection',
      body: frame.bytes,
      requestId: randomUUID(),
    });
    const accepted = received.results.length > 0 && received.results.every(({ result }) => result !== 'refused');
    return { response: received.kind === 'ack' ? received : { kind: 'none' }, result: accepted ? 'taken' : 'refused' };
  } catch (error) {
    return { response: { kind: 'break_off' }, result: explain(deps, client, error) };
  }
}

/**
 * Logs why there is no acknowledgement. The message of an unknown error may contain data of the sender, so only its
 * name and code are logged.
 */
function explain(deps: MllpDeps, { source, address }: MllpClient, error: unknown): string {
  const { log, metrics } = deps;
  if (error instanceof Problem && error.status === 401) {
    noteUnproven(deps, address);
    log.warn({ source }, 'an MLLP message is for an unknown source: it was not acknowledged');
    return 'unknown_source';
  }
  if (error instanceof Problem && error.status < 500) {
    log.warn({ source, problem: error.code }, 'an MLLP message is not HL7 v2: the connection was closed');
    return 'unreadable';
  }
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (error instanceof Problem || isConnectionFailure(error)) {
    deps.outages.note(
      'an MLLP message could not be stored now: it was not acknowledged, so that the sender repeats it',
      error instanceof Problem ? { problem: error.code } : { problem: 'database', code },
      { source },
    );
    return 'unavailable';
  }
  metrics.failures.inc({ place: 'mllp' });
  log.error(
    { source, error: errorName(error), code },
    'an MLLP message failed: it was not acknowledged, so that the sender repeats it',
  );
  return 'failed';
}
