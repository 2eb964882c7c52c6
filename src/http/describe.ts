import { z } from '@hono/zod-openapi';
import { Problem } from '../domain/errors.ts';
import { holdsCpr, holdsNumber } from '../domain/sms-text.ts';
import { problemSchema } from './problem.ts';

/** `security` of every route of the administration API. */
export const bearer: { bearer: string[] }[] = [{ bearer: [] }];

/** `security` of what anybody may read. */
export const open: Record<string, string[]>[] = [];

const MEANING = {
  400: 'The body could not be parsed',
  401: 'No valid token',
  403: 'The token does not allow this',
  404: 'There is no such thing, or it is not yours',
  409: 'It stands against something that is there already',
  413: 'The body is over 1 MiB',
  415: 'The body is not of a type that is read here',
  422: 'Understood and refused: `errors` says what and where',
  429: 'Too many requests; see Retry-After',
  503: 'The database is out of reach; see Retry-After',
} as const;

type ProblemStatus = keyof typeof MEANING;
interface ProblemAnswer {
  description: string;
  content: { 'application/problem+json': { schema: typeof problemSchema } };
}

/** The problem answers of a route, for its `responses`. */
export function problems<S extends ProblemStatus>(...statuses: S[]): { [K in S]: ProblemAnswer } {
  const answers = statuses.map((status) => [
    status,
    { description: MEANING[status], content: { 'application/problem+json': { schema: problemSchema } } },
  ]);
  return Object.fromEntries(answers);
}

/** One JSON answer of a route, for its `responses`. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A required JSON body, for a route's `request`. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true as const, content: { 'application/json': { schema } } };
}

/** Ids that people choose: they stand in paths. */
export const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `{authority}` in a path; what can't be an id is not there. */
export const authorityParam = z
  .string()
  .regex(ID)
  .openapi({ param: { name: 'authority', in: 'path' }, example: 'rh' });
export const sourceParam = z
  .string()
  .regex(ID)
  .openapi({ param: { name: 'source', in: 'path' }, example: 'rh-epj' });

/** What a `refine` is told: a refusal with a code of its own in `errors`. */
export const refusal = (code: string, error: string) => ({ error, params: { code } });

/** Text that people read: trimmed, without control characters and without what no database can hold. */
export function text(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (value) => !/[\p{Cc}\p{Cs}]/u.test(value),
      refusal('unprintable', 'This holds characters that can not be printed.'),
    );
}

/** Text that ends up in an SMS or in a log of who did what: no CPR number may stand in it. */
export function printedText(max: number) {
  return text(max).refine(
    (value) => !holdsCpr(value),
    refusal('holds_cpr', 'This looks like it holds a CPR number: leave it out.'),
  );
}

/** Text that is kept in clear for staff, in the audit too: no number may stand in it. */
export function noteText(max: number) {
  return printedText(max).refine(
    (value) => holdsCpr(value) || !holdsNumber(value),
    refusal('holds_number', 'This looks like it holds a phone number: leave it out.'),
  );
}

/** An instant as the API writes it. */
export const instant = z.iso.datetime().openapi({ example: '2026-12-01T08:00:00Z' });

/** The envelope of every list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const PAGE = 100;

/** `?cursor=` of every list: opaque to callers. */
export const cursorQuery = z.object({ cursor: z.string().max(200).optional() });

/** @returns the id that a cursor stands for, null for none. @throws Problem 422 for one that was never given out */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (ID.test(id)) return id;
  const detail = 'Send the nextCursor of the page before.';
  throw new Problem(422, 'invalid', 'The cursor is not one of ours.', {
    faults: [{ pointer: 'cursor', code: 'invalid', detail }],
  });
}

/**
 * One page out of `rows`, which were read with a limit of PAGE + 1.
 * @param idOf what the next page continues after
 */
export function toPage<T, R>(
  rows: readonly T[],
  idOf: (row: T) => string,
  toItem: (row: T) => R,
): { items: R[]; nextCursor: string | null } {
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  const nextCursor = rows.length > PAGE && last !== undefined ? Buffer.from(idOf(last)).toString('base64url') : null;
  return { items: page.map(toItem), nextCursor };
}
