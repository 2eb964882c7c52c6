import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requestId } from 'hono/request-id';
import { routePath } from 'hono/route';
import { TrieRouter } from 'hono/router/trie-router';
import { secureHeaders } from 'hono/secure-headers';
import { trimTrailingSlash } from 'hono/trailing-slash';
import { isConnectionFailure } from '../database/transaction.ts';
import { isUnstorable } from '../database/unstorable.ts';
import { Problem } from '../domain/errors.ts';
import { ADMIN_ROUTES, type AdminDeps } from './admin/index.ts';
import { callbackRoutes } from './callbacks.ts';
import type { HttpDeps, HttpEnv } from './deps.ts';
import { healthRoutes } from './health.ts';
import { openApiRoutes } from './openapi.ts';
import { pagesRoutes } from './pages/index.tsx';
import { pagesGuard } from './pages/session.ts';
import type { PagesDeps } from './pages/visit.tsx';
import { createRoutes, fromHttpException, problemResponse, tooLarge } from './problem.ts';
import { simulatorRoutes } from './simulator/simulator-page.tsx';
import { fhirRoutes } from './sources/fhir.ts';
import { hl7v2Routes } from './sources/hl7v2.ts';
import { importRoutes } from './sources/imports.ts';
import { sourceTestRoutes } from './sources/source-test.ts';
import { webhookRoutes } from './sources/webhooks.ts';

const MIB = 1024 * 1024;

/** What answers that set no policy of their own may do in a browser: nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Everything that is answered over HTTP. A worker answers for its health only. */
export function createApp(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const app = createRoutes();
  app.use(
    requestId({ headerName: '' }),
    secureHeaders({ xFrameOptions: 'DENY' }),
    cautiousHeaders,
    told(deps),
    trimTrailingSlash(),
  );
  app.use(plainBodies, smallBodies);
  app.route('/', healthRoutes(deps));
  if (deps.role !== 'worker') mount(app, deps);
  app.onError((error, c) => problemResponse(c, toProblem(error, c, deps)));
  app.notFound(unmatched(app));
  return app;
}

/** Where booking systems come in. */
const WAYS_IN = [webhookRoutes, fhirRoutes, hl7v2Routes, importRoutes];

/** These alone, as the whole application answers: for a message that is tried out. */
function waysIn(deps: HttpDeps, requestId: string): OpenAPIHono<HttpEnv> {
  const app = createRoutes();
  app.use((c, next) => {
    c.set('requestId', requestId);
    return next();
  });
  for (const routes of WAYS_IN) app.route('/', routes(deps));
  app.onError((error, c) => problemResponse(c, toProblem(error, c, deps)));
  return app;
}

function mount(app: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const administration: AdminDeps & PagesDeps = { ...deps, db: deps.adminPool ?? deps.db };
  for (const routes of [...ADMIN_ROUTES, pagesRoutes]) app.route('/', routes(administration));
  for (const routes of [...WAYS_IN, callbackRoutes]) app.route('/', routes(deps));
  app.route('/', sourceTestRoutes(deps, waysIn));
  if (deps.simulator)
    app.route('/', simulatorRoutes({ simulator: deps.simulator, publicUrl: deps.publicUrl, guard: phoneGuard(deps) }));
  app.route('/', openApiRoutes(app, deps.publicUrl));
}

/**
 * The phones are open where only this machine can see them and nobody's data is: on loopback, over the embedded
 * database. Else one signs in.
 */
function phoneGuard(deps: HttpDeps): MiddlewareHandler<HttpEnv> {
  return deps.embedded && deps.loopback ? (_c, next) => next() : pagesGuard(deps);
}

async function cautiousHeaders(c: Context<HttpEnv>, next: () => Promise<void>): Promise<void> {
  await next();
  const { headers } = c.res;
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', NO_PAGE);
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  headers.set('X-Request-Id', c.var.requestId);
}

const countedBodies = bodyLimit({ maxSize: MIB, onError: () => Promise.reject(tooLarge()) });

/**
 * Where the length is told it is enough to look at it: hono's own limit would make a web stream of each body, at a
 * third of a post's cost.
 */
const smallBodies: MiddlewareHandler<HttpEnv> = (c, next) => {
  const { method } = c.req;
  if (method === 'GET' || method === 'HEAD') return next();
  const length = c.req.header('Content-Length');
  // With both, HTTP/1.1 lets the encoding count (RFC 9112 §6.3).
  if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return countedBodies(c, next);
  if (!(Number(length) <= MIB)) throw tooLarge();
  return next();
};

/** A body that came compressed would be read as garbage. */
const plainBodies: MiddlewareHandler<HttpEnv> = (c, next) => {
  const encoding = c.req.header('Content-Encoding');
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return next();
  throw new Problem(415, 'unsupported-content-encoding', 'Send the body as it is, without Content-Encoding.');
};

/**
 * A line and a count for each request, the line for whoever looks for one by the id in its answer. The route, not the
 * path: a path may hold anything.
 */
function told(deps: HttpDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const ms = Math.round(performance.now() - began);
    const route = routePath(c, -1);
    const { status } = c.res;
    deps.metrics.answers.inc({ route, status: `${Math.floor(status / 100)}xx` });
    deps.log.debug({ requestId: c.var.requestId, method: c.req.method, route, status, ms }, 'answered');
  };
}

/**
 * What a caller is told; what is nobody's fault but ours is logged, without the body and without the message, which may
 * hold a number.
 */
function toProblem(error: unknown, c: Context<HttpEnv>, deps: HttpDeps): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return fromHttpException(error);
  // Nobody hears the answer; and it was the caller's connection that broke, not the database's.
  if (c.req.raw.signal.aborted) return new Problem(400, 'aborted', 'The request broke off before its end.');
  const facts = {
    requestId: c.var.requestId,
    route: routePath(c, -1),
    method: c.req.method,
    error: error instanceof Error ? error.name : typeof error,
    code: codeOf(error),
  };
  if (isConnectionFailure(error)) {
    deps.log.warn(facts, 'the database is out of reach');
    return new Problem(503, 'unavailable', 'The database is out of reach for a moment: send the same request again.', {
      retryAfterSeconds: 5,
    });
  }
  if (isUnstorable(error)) {
    deps.log.warn({ ...facts, frames: framesOf(error) }, 'the database refused a value');
    return new Problem(422, 'invalid', 'The request holds a value that can not be stored.');
  }
  deps.metrics.failures.inc({ place: 'http' });
  deps.log.error({ ...facts, frames: framesOf(error) }, 'a request failed');
  return new Problem(500, 'internal-error', 'Something failed here. It is logged under the id of this request.');
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Where it happened, without the first lines, which repeat the message. */
function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/** A path that exists under other methods is 405 with `Allow`, all else 404. */
function unmatched(app: OpenAPIHono<HttpEnv>): (c: Context<HttpEnv>) => Response {
  let router: TrieRouter<string> | undefined;
  return (c) => {
    if (!router) {
      router = new TrieRouter<string>();
      for (const route of app.routes) if (route.method !== 'ALL') router.add('ANY', route.path, route.method);
    }
    const methods = new Set(router.match('ANY', c.req.path)[0].map(([method]) => method));
    if (methods.has('GET')) methods.add('HEAD');
    if (methods.size === 0)
      return problemResponse(c, new Problem(404, 'not-found', 'There is nothing at this address.'));
    const allow = [...methods].sort().join(', ');
    const answer = problemResponse(c, new Problem(405, 'method-not-allowed', `Here one can use ${allow}.`));
    answer.headers.set('Allow', allow);
    return answer;
  };
}
