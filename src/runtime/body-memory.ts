import type { Metering } from './deps.ts';

/** The sender of a body, as far as it is known before the body is read. */
export interface Sender {
  readonly proven: boolean;
  /** The source, gateway or page that it speaks to. */
  readonly to: string;
}

/** The sender of a body, and where it comes from. */
export interface BodyOrigin extends Sender {
  /** Key of the client's address (`clientKey`); empty where the sender is proven, which is counted by no address. */
  readonly client: string;
}

/** Room in the memory for what one sender sends. */
export interface Room {
  /** Takes room. @returns false when there is none; then nothing is taken */
  take(bytes: number): boolean;
  /** Gives back room that was taken. */
  give(bytes: number): void;
}

/** A mebibyte in bytes: the most of a request's body, and of another system's response. */
export const MIB = 1024 * 1024;
/** Bodies of requests whose sender is not proven take this part of the memory, so that the others always find room. */
const UNPROVEN_SHARE = 1 / 2;
/**
 * The part of these for one source, gateway or page, so that a flood at one keeps no other out, and for one client, who
 * could else invent names of several.
 */
const SHARE_OF_ONE = 1 / 4;

/** Bounds the bytes of all request bodies and of all messages over MLLP that a process holds at once. */
export class BodyMemory {
  readonly #most: number;
  readonly #metrics: Metering['metrics'];
  #held = 0;
  #unproven = 0;
  readonly #unprovenTo = new Map<string, number>();
  readonly #unprovenFrom = new Map<string, number>();

  /** @param mib MiB of all bodies together */
  constructor(mib: number, { metrics }: Metering) {
    this.#most = mib * MIB;
    this.#metrics = metrics;
  }

  /** Takes room for bytes of a body. @returns false when there is none; then nothing is taken */
  take(bytes: number, origin: BodyOrigin): boolean {
    if (this.#held + bytes > this.#most || !(origin.proven || this.#fitsUnproven(bytes, origin))) {
      this.#metrics.bodiesRefused.inc();
      return false;
    }
    this.#hold(bytes, origin);
    return true;
  }

  /** Gives back the room that was taken. */
  give(bytes: number, origin: BodyOrigin): void {
    this.#hold(-bytes, origin);
  }

  /** The room for what one sender sends. */
  roomFor(origin: BodyOrigin): Room {
    return { take: (bytes) => this.take(bytes, origin), give: (bytes) => this.give(bytes, origin) };
  }

  /**
   * Room for senders that are taken at their word, which have no more than a part of the memory together: neither can
   * bodies of unproven senders keep them out, nor can they keep out others.
   */
  part(share: number): Room {
    const sender = { proven: true, to: '', client: '' };
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

  #fitsUnproven(bytes: number, { to, client }: BodyOrigin): boolean {
    const most = this.#most * UNPROVEN_SHARE;
    const ofOne = Math.max(this.#unprovenTo.get(to) ?? 0, this.#unprovenFrom.get(client) ?? 0);
    return this.#unproven + bytes <= most && ofOne + bytes <= most * SHARE_OF_ONE;
  }

  #hold(bytes: number, { proven, to, client }: BodyOrigin): void {
    this.#held += bytes;
    this.#metrics.bodyBytes.set(this.#held);
    if (proven) return;
    this.#unproven += bytes;
    add(this.#unprovenTo, to, bytes);
    add(this.#unprovenFrom, client, bytes);
  }
}

function add(held: Map<string, number>, key: string, bytes: number): void {
  const sum = (held.get(key) ?? 0) + bytes;
  if (sum > 0) held.set(key, sum);
  else held.delete(key);
}
