import type { Socket } from 'node:net';
import type { Room } from '../runtime/body-memory.ts';
import { type FrameResponse, Framer, type MllpFrame, toFrame } from './handle-frame.ts';

/** How long a connection may be silent or slow before it is ended. */
export interface Timeouts {
  /** Between messages. */
  readonly idleMs: number;
  /** The time from the first byte of a message to its last, and for sending an ACK. */
  readonly messageMs: number;
  /** Delay before a connection is broken off without an ACK, which slows down senders that repeat at once. */
  readonly breakOffMs: number;
  /** Grace period for messages in progress when the listener closes. */
  readonly stopMs: number;
}

/** Time for the other side to read the last bytes and close. */
const CLOSE_MS = 1_000;

/** Memory that a frame takes beside its bytes: without it, a flood of tiny ones would count as next to nothing. */
const OVERHEAD = 512;

/**
 * MLLP connection. Each message gets its response before the next one is processed, and nothing more is read meanwhile.
 * A message for which there is no room is dropped, and the connection closed.
 */
export class MllpConnection {
  readonly #socket: Socket;
  readonly #handle: (frame: MllpFrame) => Promise<FrameResponse>;
  readonly #timeouts: Timeouts;
  readonly #room: Room;
  #framer = new Framer();
  #waiting: MllpFrame[] = [];
  /** Bytes of the messages that wait. */
  #waitingBytes = 0;
  /** Bytes of the message that is processed. */
  #underWay = 0;
  /** Bytes that room was taken for. */
  #held = 0;
  #isFull = false;
  #busy = false;
  #ended = false;
  #closing = false;
  #timer: NodeJS.Timeout | undefined;
  #wasUnfinished = false;

  /** @param socket with `allowHalfOpen`, so that a sender that has closed its side still gets its ACK */
  constructor(socket: Socket, handle: (frame: MllpFrame) => Promise<FrameResponse>, timeouts: Timeouts, room: Room) {
    this.#socket = socket;
    this.#handle = handle;
    this.#timeouts = timeouts;
    this.#room = room;
    socket.on('data', (bytes) => this.#receive(bytes));
    // `close` follows every error.
    socket.on('error', () => {});
    socket.on('end', () => {
      this.#ended = true;
      if (!this.#busy) this.#endSocket();
    });
    socket.on('close', () => {
      clearTimeout(this.#timer);
      this.#drop();
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    this.#destroyAfter(timeouts.idleMs);
  }

  /** Closes after the current message; later messages are not processed. */
  close(): void {
    this.#closing = true;
    if (!this.#busy) this.#endSocket();
  }

  #receive(bytes: Buffer): void {
    if (this.#closing || this.#isFull) return;
    const frames = this.#framer.push(bytes);
    this.#waiting.push(...frames);
    this.#waitingBytes += frames.reduce((sum, frame) => sum + sizeOf(frame), 0);
    if (!this.#fits()) {
      this.#isFull = true;
      this.#drop();
      this.#waiting = [{ kind: 'no_room' }];
    }
    if (this.#busy) return;
    if (this.#waiting.length > 0) void this.#processFrames();
    else if (this.#framer.unfinished !== this.#wasUnfinished) this.#restartTimer();
  }

  async #processFrames(): Promise<void> {
    this.#busy = true;
    this.#socket.pause();
    for (
      let frame = this.#waiting.shift();
      frame && !this.#closing && !this.#socket.destroyed;
      frame = this.#waiting.shift()
    ) {
      clearTimeout(this.#timer);
      this.#underWay = sizeOf(frame);
      this.#waitingBytes -= this.#underWay;
      const response = await this.#handle(frame);
      this.#underWay = 0;
      this.#fits();
      if (response.kind === 'break_off') {
        this.#breakOff();
        return;
      }
      if (response.kind === 'ack') await this.#write(toFrame(response.bytes));
    }
    this.#busy = false;
    if (this.#closing || this.#ended) this.#endSocket();
    else {
      this.#restartTimer();
      this.#socket.resume();
    }
  }

  /** Takes room for what is kept more than before, or gives it back. @returns false when there is none for it */
  #fits(): boolean {
    const more = this.#framer.kept + this.#waitingBytes + this.#underWay - this.#held;
    if (more > 0 && !this.#room.take(more)) return false;
    if (more < 0) this.#room.give(-more);
    this.#held += more;
    return true;
  }

  /** Forgets what was received and is not processed yet: its sender has no ACK for it. */
  #drop(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#framer = new Framer();
    this.#fits();
  }

  /** Resolves when the bytes were handed to the system, or never will be. */
  #write(bytes: Buffer): Promise<void> {
    this.#destroyAfter(this.#timeouts.messageMs);
    return new Promise((resolve) => {
      this.#socket.once('close', resolve);
      this.#socket.write(bytes, () => {
        this.#socket.off('close', resolve);
        resolve();
      });
    });
  }

  /** Bytes outside of messages don't extend the timeout. */
  #restartTimer(): void {
    this.#wasUnfinished = this.#framer.unfinished;
    this.#destroyAfter(this.#wasUnfinished ? this.#timeouts.messageMs : this.#timeouts.idleMs);
  }

  #breakOff(): void {
    this.#drop();
    if (this.#closing) this.#socket.destroy();
    else this.#destroyAfter(this.#timeouts.breakOffMs);
    this.#busy = false;
    this.#closing = true;
  }

  /** Closing with unread bytes would reset the connection, and the last ACK might be lost. */
  #endSocket(): void {
    this.#closing = true;
    this.#destroyAfter(CLOSE_MS);
    this.#socket.end();
    if (this.#ended) this.#socket.destroySoon();
    else this.#socket.resume();
  }

  #destroyAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#socket.destroy(), ms);
  }
}

function sizeOf(frame: MllpFrame): number {
  if (frame.kind === 'message') return OVERHEAD + frame.bytes.length;
  return OVERHEAD + (frame.kind === 'too_long' ? frame.head.length : 0);
}
