import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '../domain/errors.ts';
import type { Metering } from '../runtime/deps.ts';
import type { HttpEnv, Sender } from './env.ts';
import { tooLarge } from './problem.ts';

const MIB = 1024 * 1024;
/** Bodies of requests whose sender is not proven take this part of the memory, so that the others always find room. */
const UNPROVEN_SHARE = 1 / 2;
/** The part of these for one address, so that a flood at one source keeps no other out. */
const SHARE_OF_ONE = 1 / 4;

/** Routes whose own check of the token comes before they read the body. */
const CHECKED: Sender = { proven: true, to: '' };

/** Bounds the bytes of all request bodies that a process holds at once. */
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

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#metrics.bodyBytes.set(this.#held);
  }
}

/**
 * Refuses bodies over 1 MiB with 413, and with 503 those for which there is no room beside the others. The room is held
 * until the response. A Content-Length is enough to decide, and the HTTP parser holds the body to it; a body without
 * one is counted as it comes.
 */
export function boundedBodies(memory: BodyMemory): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    const { method } = c.req;
    if (method === 'GET' || method === 'HEAD') return next();
    const length = c.req.header('Content-Length');
    // Transfer-Encoding overrides a Content-Length (RFC 9112 §6.3).
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counted(memory, c, next);
    if (length === '0') return next();
    if (!(Number(length) <= MIB)) throw tooLarge();
    return held(memory, Number(length), c, next);
  };
}

async function held(memory: BodyMemory, bytes: number, c: Context<HttpEnv>, next: () => Promise<void>): Promise<void> {
  const sender = c.var.sender ?? CHECKED;
  if (!memory.take(bytes, sender)) throw noRoom();
  try {
    await next();
  } finally {
    memory.give(bytes, sender);
  }
}

async function counted(memory: BodyMemory, c: Context<HttpEnv>, next: () => Promise<void>): Promise<void> {
  const { body } = c.req.raw;
  if (!body) return next();
  const sender = c.var.sender ?? CHECKED;
  let size = 0;
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      if (size + value.length > MIB) return controller.error(tooLarge());
      if (!memory.take(value.length, sender)) return controller.error(noRoom());
      size += value.length;
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  c.req.raw = new Request(c.req.raw, { body: stream, duplex: 'half' } as RequestInit);
  try {
    await next();
  } finally {
    memory.give(size, sender);
  }
}

function noRoom(): Problem {
  const detail = 'Too much is being received at the moment: send the same request again.';
  return new Problem(503, 'busy', detail, { retryAfterSeconds: 1 });
}
