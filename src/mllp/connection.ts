import type { Socket } from 'node:net';
import type { Reply } from './answer.ts';
import { type Frame, Framer, toFrame } from './framing.ts';

/** For how long the other end of a connection is waited for. */
export interface Patience {
  /** Between messages. */
  readonly idleMs: number;
  /** From the first byte of a message to its last, and for the other end to take an ACK. */
  readonly messageMs: number;
  /** Before a connection breaks off without an ACK: whoever repeats at once shall not do so all the time. */
  readonly breakOffMs: number;
  /** For the messages in hand when the listener closes. */
  readonly stopMs: number;
}

/** How long the other end has to take our last bytes and to close its side. */
const PARTING_MS = 1_000;

/** One connection: each message is answered before the next is looked at, and meanwhile nothing more is read. */
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

  /** @param socket with `allowHalfOpen`: a sender that has said all still hears its ACK */
  constructor(socket: Socket, answer: (frame: Frame) => Promise<Reply>, patience: Patience) {
    this.#socket = socket;
    this.#answer = answer;
    this.#patience = patience;
    socket.on('data', (bytes) => this.#take(bytes));
    // Whatever broke, `close` follows.
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

  /** The message in hand is answered, what came after it is not. */
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

  /** Settles when the system has the bytes, or never will. */
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

  /** Bytes that are no message don't make anybody more patient. */
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

  /** Closing with bytes unread would reset the connection, and the last ACK might be lost with it. */
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
