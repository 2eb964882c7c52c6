const START = 0x0b;
const END = 0x1c;
const CR = 0x0d;
const LF = 0x0a;

/** The length of a body over HTTP, and so of a message. */
const MAX_MESSAGE = 1024 * 1024;
/** Read to its end all the same, so that its sender hears why; beyond this nobody waits for the end. */
const MAX_SKIPPED = 16 * MAX_MESSAGE;
/** What is kept of a message that is too long: enough for any MSH. */
const HEAD = 8 * 1024;
/** Bytes outside of frames, line ends aside: more than a sloppy sender leaves between two of them. */
const MAX_STRAY = 1024;

/** How every TLS connection begins (RFC 8446 §5.1, type `handshake`). */
const TLS_HANDSHAKE = 0x16;

const RESTART = Buffer.from('\x0bMSH', 'latin1');

export type Frame =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** `head` is how it began. */
  | { readonly kind: 'too_long'; readonly head: Uint8Array }
  /** Whoever writes this speaks something else. Nothing comes after it. */
  | { readonly kind: 'garbage' };

/**
 * Takes the bytes of one connection apart (HL7 v2 appendix C, MLLP: 0x0B message 0x1C 0x0D), however they are split.
 * The CR at the end may be missing, and line ends and a few other bytes may stand between frames. A frame without
 * content is left out.
 */
export class Framer {
  #buffer = Buffer.alloc(0);
  #size = 0;
  #stray = 0;
  #within = false;
  #framed = false;
  #lost = false;

  /** Something has begun and not ended: a message, or, before the first one, what may never become one. */
  get unfinished(): boolean {
    return this.#within || (this.#stray > 0 && !this.#framed);
  }

  /** @returns what became complete with these bytes, in order */
  push(bytes: Buffer): Frame[] {
    const frames: Frame[] = [];
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

  /** Over the border of a frame. */
  #cross(): Frame[] {
    this.#within = !this.#within;
    this.#framed = true;
    this.#stray = 0;
    if (this.#within) return [];
    const [kept, size] = [this.#buffer, this.#size];
    this.#buffer = Buffer.alloc(0);
    this.#size = 0;
    if (size > MAX_MESSAGE) return [{ kind: 'too_long', head: kept.subarray(0, HEAD) }];
    const message = fromLastStart(kept.subarray(0, size));
    return message.every(isLineEnd) ? [] : [{ kind: 'message', bytes: message }];
  }

  /**
   * One buffer that grows: a list of parts would weigh a hundred times as much as a message that comes byte by byte.
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

/** @returns the bytes to send for a message */
export function toFrame(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(START), message, Buffer.of(END, CR)]);
}

/**
 * A sender that broke off begins anew without an end. Any other 0x0B is a vertical tab that somebody pasted into a
 * text.
 */
function fromLastStart(bytes: Buffer): Buffer {
  const restart = bytes.lastIndexOf(RESTART);
  return restart < 0 ? bytes : bytes.subarray(restart + 1);
}

function isLineEnd(byte: number): boolean {
  return byte === CR || byte === LF;
}
