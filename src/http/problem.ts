import { randomUUID } from 'node:crypto';
import { type Hook, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Fault, Problem, refusedRequest } from '../domain/errors.ts';
import { pointerStep, printableKey } from '../domain/json.ts';
import type { HttpEnv } from './env.ts';
import { FHIR_JSON, toOperationOutcome } from './operation-outcome.ts';
import { BEFORE_SOURCE } from './source-addresses.ts';

/** The schema of a fault, or of a warning about what was accepted. */
export const faultSchema = z.object({
  pointer: z
    .string()
    .describe(
      'JSON pointer into the body, or the name of a parameter. In the response to a repeated request `*` stands ' +
        "for the name of a field that neither the format nor the source's mapping knows, and it is empty where its " +
        'positions may be the digits of a number',
    ),
  code: z.string(),
  detail: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
});

/** The body of every refusal (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: '/problems/invalid' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('The id of the request, as it stands in the log and in X-Request-Id'),
    errors: z.array(faultSchema),
  })
  .openapi('Problem');

type ProblemBody = z.infer<typeof problemSchema>;

/** A problem as RFC 9457 writes it. `type` stays the same for a kind of problem, and so does `title`. */
export function toProblemBody(problem: Problem, requestId: string): ProblemBody {
  const words = problem.code.replaceAll(/[-_]/g, ' ');
  return {
    type: `/problems/${problem.code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: problem.status,
    detail: problem.message,
    instance: `urn:uuid:${requestId}`,
    errors: problem.faults.map(({ allowed: _, ...fault }) => fault),
  };
}

/**
 * The problem in the words that the caller reads: an OperationOutcome for FHIR, a sentence for HL7 v2 (which a sender
 * must not take for an ACK), else RFC 9457.
 * @param path of the request, which tells the format
 */
export function problemResponse(c: Context<HttpEnv>, problem: Problem, path = c.req.path): Response {
  const { type, body } = bodyOf(problem, path, c.get('requestId'));
  const headers = new Headers({ 'Content-Type': type });
  if (problem.status === 401) {
    headers.append('WWW-Authenticate', 'Bearer realm="EasySMS"');
    // Many booking systems send Basic only once they are asked for it.
    if (BOOKING_SYSTEMS.test(path)) headers.append('WWW-Authenticate', 'Basic realm="EasySMS", charset="UTF-8"');
  }
  if (problem.retryAfterSeconds !== undefined) headers.set('Retry-After', String(problem.retryAfterSeconds));
  return c.newResponse(body, { status: problem.status as ContentfulStatusCode, headers });
}

/** The problem in the words of `problemResponse`, outside of the application. */
export function plainProblem(problem: Problem, path: string): Response {
  const { type, body } = bodyOf(problem, path, randomUUID());
  const retry = problem.retryAfterSeconds;
  const headers = { 'Content-Type': type, ...(retry !== undefined && { 'Retry-After': String(retry) }) };
  return new Response(body, { status: problem.status, headers });
}

const BOOKING_SYSTEMS = new RegExp(`^/v1/(?:${BEFORE_SOURCE})/`);

function bodyOf(problem: Problem, path: string, requestId: string): { type: string; body: string } {
  if (path.startsWith('/v1/fhir/'))
    return { type: FHIR_JSON, body: JSON.stringify(toOperationOutcome(problem, requestId)) };
  if (path.startsWith('/v1/hl7v2/')) return { type: 'text/plain; charset=utf-8', body: `${problem.message}\n` };
  return { type: 'application/problem+json', body: JSON.stringify(toProblemBody(problem, requestId)) };
}

/** A problem for an error of hono's own middleware, which has a status and no text. */
export function fromHttpException(error: HTTPException): Problem {
  switch (error.status) {
    case 400:
      return new Problem(400, 'malformed-json', 'The body is not valid JSON in UTF-8.');
    case 401:
      return unauthorized();
    case 403:
      return new Problem(403, 'forbidden', 'This request is not allowed from here.');
    case 413:
      return tooLarge();
    case 415:
      return new Problem(415, 'unsupported-media-type', 'Send JSON with the header Content-Type: application/json.');
    default:
      return new Problem(error.status, 'refused', 'The request was refused.');
  }
}

/** 401, without a hint at what is wrong with the token. */
export function unauthorized(): Problem {
  return new Problem(401, 'unauthorized', 'Send a valid token: Authorization: Bearer <token>.');
}

/** 413 for a body over 1 MiB, or over another limit that `detail` names. */
export function tooLarge(detail = 'A body may be 1 MiB at most.'): Problem {
  return new Problem(413, 'too-large', detail);
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    data,
  );
}

function depthOf<T extends { readonly path: readonly PropertyKey[] }>(
  issues: readonly T[],
): { issues: readonly T[]; depth: number } {
  return { issues, depth: Math.max(0, ...issues.map(({ path }) => path.length)) };
}

/** The faults that zod found, in the form of `errors` in a problem; never with the value that was sent. */
export function faultsOf(error: Pick<z.ZodError, 'issues'>, data: unknown, target: string): Fault[] {
  const pointer = (path: readonly PropertyKey[]) =>
    target === 'json' ? path.map(pointerStep).join('') : path.map(printableKey).join('.');
  return error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys') {
      const [code, thing] = target === 'query' ? ['unknown_parameter', 'parameter'] : ['unknown', 'setting'];
      return issue.keys.map((key) => ({
        pointer: pointer([...issue.path, key]),
        code,
        detail: `There is no ${thing} "${printableKey(key)}" here.`,
      }));
    }
    if (issue.code === 'custom') {
      const code = typeof issue.params?.code === 'string' ? issue.params.code : 'invalid';
      return [{ pointer: pointer(issue.path), code, detail: issue.message }];
    }
    if (issue.code === 'invalid_union') {
      // The fault is reported for the form that the value matches deepest.
      const [closest] = issue.errors.map(depthOf).sort((a, b) => b.depth - a.depth);
      const path = issue.path;
      const inner =
        closest?.issues.map((each) => ({ ...each, path: [...path, ...each.path] }) as z.core.$ZodIssue) ?? [];
      return inner.length > 0
        ? faultsOf({ issues: inner }, data, target)
        : [{ pointer: pointer(path), code: issue.code, detail: issue.message }];
    }
    if (issue.code === 'invalid_key') {
      const ofKey = issue.issues.map((each) => ({ ...each, path: issue.path }) as z.core.$ZodIssue);
      return faultsOf({ issues: ofKey }, data, target);
    }
    if (valueAt(data, issue.path) === undefined) {
      return [{ pointer: pointer(issue.path), code: 'required', detail: 'This is required.' }];
    }
    const allowed = issue.code === 'invalid_value' && { allowed: issue.values.map(String) };
    return [{ pointer: pointer(issue.path), code: issue.code, detail: issue.message, ...allowed }];
  });
}

const MOST_FAULTS = 50;

/**
 * Responds to a request that a route's schemas refuse: 404 for a path that can't exist, else 422 with `errors`.
 * undefined for one that they take, which goes on to its handler.
 */
const defaultHook: Hook<unknown, HttpEnv, string, Response | undefined> = (result, c) => {
  if (result.success) return undefined;
  if (result.target === 'param')
    throw new Problem(
      404,
      'not-found',
      `There is nothing at this address: ${result.error.issues[0]?.path.join('.') ?? ''}.`,
    );
  const faults = faultsOf(result.error, Reflect.get(result, 'data'), result.target).slice(0, MOST_FAULTS);
  return problemResponse(c, refusedRequest(faults));
};

/** Makes an app for routes, whose validation errors become problems. */
export function createRoutes(): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook });
}
