import type { Socket } from 'node:net';
import type { Reply } from './answer.ts';
import { type Frame, Framer, toFrame } from './framing.ts';

/** Timeouts of a connection. */
export interface Patience {
  /** Between messages. */
  readonly idleMs: number;
  /** From the first byte of a message to its last, and for sending an ACK. */
  readonly messageMs: number;
  /** Delay before a connection is broken off without an ACK, which slows down senders that repeat at once. */
  readonly breakOffMs: number;
  /** Grace period for messages in progress when the listener closes. */
  readonly stopMs: number;
}

/** Time for the other side to read the last bytes and close. */
const PARTING_MS = 1_000;

/** MLLP connection. Each message is answered before the next one is processed, and nothing more is read meanwhile. */
export class MllpConnection {
  readonly #socket: Socket;
  readonly #answer: (frame: Frame) => Promise<Reply>;
  readonly #patience: Patience;
  readonly #framer = new Framer();
  #waiting: Frame[] = [];
  #busy = false;
  #ended = false;
  #leaving = false;
  #timer: NodeJS.Timeout | undefined;
  #wasUnfinished = false;

  /** @param socket with `allowHalfOpen`, so that a sender that has closed its side still gets its ACK */
  constructor(socket: Socket, answer: (frame: Frame) => Promise<Reply>, patience: Patience) {
    this.#socket = socket;
    this.#answer = answer;
    this.#patience = patience;
    socket.on('data', (bytes) => this.#take(bytes));
    // `close` follows every error.
    socket.on('error', () => {});
    socket.on('end', () => {
      this.#ended = true;
      if (!this.#busy) this.#part();
    });
    socket.on('close', () => clearTimeout(this.#timer));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    this.#destroyAfter(patience.idleMs);
  }

  /** Closes after the current message; later messages are not processed. */
  leave(): void {
    this.#leaving = true;
    if (!this.#busy) this.#part();
  }

  #take(bytes: Buffer): void {
    if (this.#leaving) return;
    this.#waiting.push(...this.#framer.push(bytes));
    if (this.#busy) return;
    if (this.#waiting.length > 0) void this.#work();
    else if (this.#framer.unfinished !== this.#wasUnfinished) this.#await();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    this.#socket.pause();
    for (
      let frame = this.#waiting.shift();
      frame && !this.#leaving && !this.#socket.destroyed;
      frame = this.#waiting.shift()
    ) {
      clearTimeout(this.#timer);
      const reply = await this.#answer(frame);
      if (reply.kind === 'break_off') {
        this.#breakOff();
        return;
      }
      if (reply.kind === 'ack') await this.#write(toFrame(reply.bytes));
    }
    this.#busy = false;
    if (this.#leaving || this.#ended) this.#part();
    else {
      this.#await();
      this.#socket.resume();
    }
  }

  /** Resolves when the bytes were handed to the system, or never will be. */
  #write(bytes: Buffer): Promise<void> {
    this.#destroyAfter(this.#patience.messageMs);
    return new Promise((resolve) => {
      this.#socket.once('close', resolve);
      this.#socket.write(bytes, () => {
        this.#socket.off('close', resolve);
        resolve();
      });
    });
  }

  /** Bytes outside of messages don't extend the timeout. */
  #await(): void {
    this.#wasUnfinished = this.#framer.unfinished;
    this.#destroyAfter(this.#wasUnfinished ? this.#patience.messageMs : this.#patience.idleMs);
  }

  #breakOff(): void {
    this.#waiting = [];
    if (this.#leaving) this.#socket.destroy();
    else this.#destroyAfter(this.#patience.breakOffMs);
    this.#busy = false;
    this.#leaving = true;
  }

  /** Closing with unread bytes would reset the connection, and the last ACK might be lost. */
  #part(): void {
    this.#leaving = true;
    this.#destroyAfter(PARTING_MS);
    this.#socket.end();
    if (this.#ended) this.#socket.destroySoon();
    else this.#socket.resume();
  }

  #destroyAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#socket.destroy(), ms);
  }
}
