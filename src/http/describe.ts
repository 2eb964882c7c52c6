import { z } from '@hono/zod-openapi';
import { Problem } from '../domain/errors.ts';
import { problemSchema } from './problem.ts';

/** `security` of every route of the administration API. */
export const bearer: { bearer: string[] }[] = [{ bearer: [] }];

/** `security` of routes that are open to anybody. */
export const open: Record<string, string[]>[] = [];

const MEANING = {
  400: 'The body could not be parsed',
  401: 'No valid token',
  403: 'The token does not allow this',
  404: 'There is no such thing, or it is not yours',
  409: 'It contradicts something that exists already',
  413: 'The body is over 1 MiB',
  415: 'The body has a type that is not accepted here',
  422: 'Understood and refused: `errors` says what and where',
  429: 'Too many wrong credentials; see Retry-After',
  503: 'The database is out of reach, or too much is received at once; see Retry-After',
} as const;

type ProblemStatus = keyof typeof MEANING;
interface ProblemResponse {
  description: string;
  content: { 'application/problem+json': { schema: typeof problemSchema } };
}

/** The problem responses of a route, for its `responses`. */
export function problems<S extends ProblemStatus>(...statuses: S[]): { [K in S]: ProblemResponse } {
  const has = (status: ProblemStatus) => (statuses as ProblemStatus[]).includes(status);
  // Too many wrong credentials get 429 in place of 401; a route with a body gets 503 while too many bodies are read.
  const all = new Set<ProblemStatus>([
    ...statuses,
    ...(has(401) ? [429 as const] : []),
    ...(has(413) ? [503 as const] : []),
  ]);
  const responses = [...all].map((status) => [
    status,
    { description: MEANING[status], content: { 'application/problem+json': { schema: problemSchema } } },
  ]);
  return Object.fromEntries(responses);
}

/** One JSON response of a route, for its `responses`. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A required JSON body, for a route's `request`. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true as const, content: { 'application/json': { schema } } };
}

/** A JSON body that may be left out, for a route's `request`. */
export function optionalBody<T extends z.ZodType>(schema: T) {
  return { required: false as const, content: { 'application/json': { schema } } };
}

/** The form of ids that people choose; they stand in paths. */
export const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Checks an id that a caller chooses for something new; an id in any other path gets 404 when it can't be one.
 * @throws Problem 422 for text that can't be an id
 */
export function checkNewId(pointer: 'authority' | 'source' | 'id', id: string): void {
  if (ID.test(id)) return;
  throw unavailableId(pointer);
}

/**
 * Problem 422 for an id that can't be had, whatever the reason: a caller that may not know of other authorities' ids
 * can't tell from it whether one is taken.
 */
export function unavailableId(pointer: Parameters<typeof checkNewId>[0]): Problem {
  const detail = 'Use small letters, digits and dashes, 63 at most; where they are, choose another one.';
  return new Problem(422, 'invalid', 'This can not be an id.', {
    faults: [{ pointer, code: 'invalid_format', detail }],
  });
}

/** `{authority}` in a path. */
export const authorityParam = z
  .string()
  .regex(ID)
  .openapi({ param: { name: 'authority', in: 'path' }, example: 'rh' });
/** `{source}` in a path. */
export const sourceParam = z
  .string()
  .regex(ID)
  .openapi({ param: { name: 'source', in: 'path' }, example: 'rh-epj' });

/** The path of what belongs to an authority. */
export const authorityParams = z.object({ authority: authorityParam });
/** The path of what belongs to a source of an authority. */
export const sourceParams = z.object({ authority: authorityParam, source: sourceParam });

/** An instant as the API writes it. */
export const instant = z.iso.datetime().openapi({ example: '2026-12-01T08:00:00Z' });

/** The instant as `instant` describes it. */
export function iso(at: Date): string;
/** The instant as `instant` describes it; null stays null. */
export function iso(at: Date | null): string | null;
export function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}

/** A value in the words of the API, where an instant is a text. */
export type Written<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Written<Item>[]
    : T extends object
      ? { [Name in keyof T]: Written<T[Name]> }
      : T;

/** Writes a value in the words of the API: every instant in it as `instant` describes it, all else as it is. */
export function written<T>(value: T): Written<T>;
export function written(value: unknown): unknown {
  if (value instanceof Date) return iso(value);
  if (Array.isArray(value)) return value.map((item) => written(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)]));
}
