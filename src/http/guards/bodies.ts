import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '../../domain/errors.ts';
import { type BodyMemory, type BodyOrigin, MIB, type Sender } from '../../runtime/body-memory.ts';
import { clientKey } from '../../runtime/networks.ts';
import { clientOf, type ProxyTrust } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';
import { tooLarge } from '../problem.ts';

/** Routes that look their caller up by themselves, and say so once it is known (`senderProven`). */
const UNCHECKED: Sender = { proven: false, to: 'administration' };
const PROVEN: BodyOrigin = { proven: true, to: '', client: '' };

/**
 * Refuses bodies over 1 MiB with 413, and with 503 those for which there is no room beside the others. The room is held
 * until the response. A Content-Length is enough to decide, and the HTTP parser holds the body to it; a body without
 * one is counted as it comes.
 */
export function boundedBodies(memory: BodyMemory, trust: ProxyTrust): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    const { method } = c.req;
    if (method === 'GET' || method === 'HEAD') return next();
    const length = c.req.header('Content-Length');
    // Transfer-Encoding overrides a Content-Length (RFC 9112 §6.3).
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined)
      return counted(holdingOf(memory, trust, c), c, next);
    if (length === '0') return next();
    if (!(Number(length) <= MIB)) throw tooLarge();
    return held(holdingOf(memory, trust, c), Number(length), next);
  };
}

/** The room that the body of one request takes. */
class Holding {
  readonly #memory: BodyMemory;
  #origin: BodyOrigin;
  #bytes = 0;

  constructor(memory: BodyMemory, origin: BodyOrigin) {
    this.#memory = memory;
    this.#origin = origin;
  }

  /** @throws Problem 503 when there is no room */
  take(bytes: number): void {
    if (!this.#memory.take(bytes, this.#origin)) throw noRoom();
    this.#bytes += bytes;
  }

  /** Counts the body as that of a proven sender from now on. */
  prove(): void {
    this.#memory.give(this.#bytes, this.#origin);
    this.#origin = PROVEN;
    this.#memory.take(this.#bytes, PROVEN);
  }

  end(): void {
    this.#memory.give(this.#bytes, this.#origin);
  }
}

/** The client counts only where nothing is proven: to read its address takes longer than all else here. */
function holdingOf(memory: BodyMemory, trust: ProxyTrust, c: Context<HttpEnv>): Holding {
  const sender = c.get('sender');
  if (sender?.proven) return new Holding(memory, { ...sender, client: '' });
  const holding = new Holding(memory, { ...(sender ?? UNCHECKED), client: clientKey(clientOf(c, trust)) });
  if (!sender) c.set('senderProven', () => holding.prove());
  return holding;
}

async function held(holding: Holding, bytes: number, next: () => Promise<void>): Promise<void> {
  holding.take(bytes);
  try {
    await next();
  } finally {
    holding.end();
  }
}

async function counted(holding: Holding, c: Context<HttpEnv>, next: () => Promise<void>): Promise<void> {
  const { body } = c.req.raw;
  if (!body) return next();
  let size = 0;
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      size += value.length;
      if (size > MIB) return controller.error(tooLarge());
      holding.take(value.length);
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  c.req.raw = new Request(c.req.raw, { body: stream, duplex: 'half' } as RequestInit);
  try {
    await next();
  } finally {
    holding.end();
  }
}

function noRoom(): Problem {
  const detail = 'Too much is being received at the moment: send the same request again.';
  return new Problem(503, 'busy', detail, { retryAfterSeconds: 1 });
}
