import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { isConnectionFailure } from '../database/transaction.ts';
import { isUnstorable, refusesWrites } from '../database/write-refusals.ts';
import { errorName, Problem } from '../domain/errors.ts';
import type { Logging, Metering } from '../runtime/deps.ts';
import type { OutageLogging } from '../runtime/outage-log.ts';
import type { HttpEnv } from './env.ts';
import { fromHttpException } from './problem.ts';

/**
 * The problem that a caller gets for whatever was thrown. Unexpected errors are logged and counted, without the body
 * and without the error's message, since either may hold a phone number.
 */
export function toProblem(error: unknown, c: Context<HttpEnv>, deps: Logging & Metering & OutageLogging): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return fromHttpException(error);
  // The caller's connection broke, not the database's, and nobody reads the response.
  if (c.req.raw.signal.aborted) return new Problem(400, 'aborted', 'The request broke off before its end.');
  const cause = { error: errorName(error), code: codeOf(error) };
  const request = { requestId: c.var.requestId, route: routePath(c, -1), method: c.req.method };
  if (refusesWrites(error)) {
    deps.outages.note('the database takes no writes', cause, request);
    const detail = 'The database can store nothing at the moment: send the same request again.';
    return new Problem(503, 'unavailable', detail, { retryAfterSeconds: 5 });
  }
  if (isConnectionFailure(error)) {
    deps.outages.note('the database is out of reach', cause, request);
    const detail = 'The database is out of reach at the moment: send the same request again.';
    return new Problem(503, 'unavailable', detail, { retryAfterSeconds: 5 });
  }
  const facts = { ...request, ...cause };
  if (isUnstorable(error)) {
    deps.log.warn({ ...facts, frames: framesOf(error) }, 'the database refused a value');
    return new Problem(422, 'invalid', 'The request holds a value that can not be stored.');
  }
  deps.metrics.failures.inc({ place: 'http' });
  deps.log.error({ ...facts, frames: framesOf(error) }, 'a request failed');
  const detail = 'The request failed because of an internal error, which is logged under the id of this request.';
  return new Problem(500, 'internal-error', detail);
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The stack without its first lines, which repeat the message. */
function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}
