import type { Metering } from './deps.ts';

/** The sender of a body, as far as it is known before the body is read. */
export interface Sender {
  readonly proven: boolean;
  /** The source, gateway or page that it speaks to. */
  readonly to: string;
}

/** Room in the memory for what one sender sends. */
export interface Room {
  /** @returns false when there is none; then nothing is taken */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

const MIB = 1024 * 1024;
/** Bodies of requests whose sender is not proven take this part of the memory, so that the others always find room. */
const UNPROVEN_SHARE = 1 / 2;
/** The part of these for one address, so that a flood at one source keeps no other out. */
const SHARE_OF_ONE = 1 / 4;

/** Bounds the bytes of all request bodies and of all messages over MLLP that a process holds at once. */
export class BodyMemory {
  readonly #most: number;
  readonly #metrics: Metering['metrics'];
  #held = 0;
  #unproven = 0;
  readonly #unprovenTo = new Map<string, number>();

  /** @param mib MiB of all bodies together */
  constructor(mib: number, { metrics }: Metering) {
    this.#most = mib * MIB;
    this.#metrics = metrics;
  }

  /** Takes room for bytes of a body. @returns false when there is none; then nothing is taken */
  take(bytes: number, { proven, to }: Sender): boolean {
    const most = this.#most * UNPROVEN_SHARE;
    const ofOne = (this.#unprovenTo.get(to) ?? 0) + bytes;
    const isRoom = proven || (this.#unproven + bytes <= most && ofOne <= most * SHARE_OF_ONE);
    if (this.#held + bytes > this.#most || !isRoom) {
      this.#metrics.bodiesRefused.inc();
      return false;
    }
    if (!proven) this.#unprovenTo.set(to, ofOne);
    if (!proven) this.#unproven += bytes;
    this.#hold(bytes);
    return true;
  }

  /** Gives back the room that was taken. */
  give(bytes: number, { proven, to }: Sender): void {
    this.#hold(-bytes);
    if (proven) return;
    this.#unproven -= bytes;
    const left = (this.#unprovenTo.get(to) ?? 0) - bytes;
    if (left > 0) this.#unprovenTo.set(to, left);
    else this.#unprovenTo.delete(to);
  }

  /** The same for one sender. */
  roomFor(sender: Sender): Room {
    return { take: (bytes) => this.take(bytes, sender), give: (bytes) => this.give(bytes, sender) };
  }

  /**
   * Room for senders that are taken at their word, which have no more than a part of the memory together: neither can
   * bodies of unproven senders keep them out, nor can they keep out others.
   */
  part(share: number): Room {
    const sender = { proven: true, to: '' };
    let held = 0;
    return {
      take: (bytes) => {
        const fits = held + bytes <= this.#most * share;
        if (!fits) this.#metrics.bodiesRefused.inc();
        if (!fits || !this.take(bytes, sender)) return false;
        held += bytes;
        return true;
      },
      give: (bytes) => {
        held -= bytes;
        this.give(bytes, sender);
      },
    };
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#metrics.bodyBytes.set(this.#held);
  }
}
