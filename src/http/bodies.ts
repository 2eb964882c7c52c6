import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '../domain/errors.ts';
import type { BodyMemory, Origin, Sender } from '../runtime/body-memory.ts';
import { clientKey } from '../runtime/networks.ts';
import { clientOf, type ProxyTrust } from './client-address.ts';
import type { HttpEnv } from './env.ts';
import { tooLarge } from './problem.ts';

const MIB = 1024 * 1024;

/** Routes whose own check of the token comes before they read the body. */
const CHECKED: Sender = { proven: true, to: '' };

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
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counted(memory, trust, c, next);
    if (length === '0') return next();
    if (!(Number(length) <= MIB)) throw tooLarge();
    return held(memory, Number(length), originOf(c, trust), next);
  };
}

/** The client counts only where nothing is proven: to read its address takes longer than all else here. */
function originOf(c: Context<HttpEnv>, trust: ProxyTrust): Origin {
  const { proven, to } = c.get('sender') ?? CHECKED;
  return { proven, to, client: proven ? '' : clientKey(clientOf(c, trust)) };
}

async function held(memory: BodyMemory, bytes: number, sender: Origin, next: () => Promise<void>): Promise<void> {
  if (!memory.take(bytes, sender)) throw noRoom();
  try {
    await next();
  } finally {
    memory.give(bytes, sender);
  }
}

async function counted(
  memory: BodyMemory,
  trust: ProxyTrust,
  c: Context<HttpEnv>,
  next: () => Promise<void>,
): Promise<void> {
  const { body } = c.req.raw;
  if (!body) return next();
  const sender = originOf(c, trust);
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
