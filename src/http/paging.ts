import { z } from '@hono/zod-openapi';
import { Problem } from '../domain/errors.ts';
import type { IdPage } from '../domain/ids.ts';
import { ID } from './describe.ts';

/** Items a page, at most. */
export const PAGE = 100;

/** The body of every list. */
export function listBody<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A cursor, opaque to callers: the id of the last item of a page in base64url. */
export const cursor = z.string().max(200).optional();

/** The most items of a page that a caller may ask for. */
const MOST = 200;

/** The query of every list, which takes no parameter that it does not name. */
export const listQuery = z.strictObject({
  cursor,
  limit: z.coerce.number().int().min(1).max(MOST).default(PAGE).describe('Items of a page at most'),
});

/** The part of a list that a caller asks for. */
type ListQuery = z.infer<typeof listQuery>;

/** The limit to read a page with: one more than a page, so that `toPage` sees whether there is a next one. */
export const PAGE_LIMIT = PAGE + 1;

/**
 * Reads a cursor that `toCursor` made of an id.
 * @returns null without a cursor
 * @throws Problem 422 for one that was never given out
 */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (ID.test(id)) return id;
  throw unknownCursor();
}

/** The cursor that stands for a place in a list. */
export function toCursor(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** Refusal of a cursor that was never given out. */
export function unknownCursor(): Problem {
  const detail = 'Send the nextCursor of the page before.';
  return new Problem(422, 'invalid', 'The cursor is not one of ours.', {
    faults: [{ pointer: 'cursor', code: 'invalid', detail }],
  });
}

/**
 * Makes a page out of rows of which one more than its size was read.
 * @param placeOf the place of a row, after which the next page continues
 * @param size the items of the page
 */
export function toPage<T, R>(
  rows: readonly T[],
  placeOf: (row: T) => string,
  toItem: (row: T) => R,
  size = PAGE,
): { items: R[]; nextCursor: string | null } {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const nextCursor = rows.length > size && last !== undefined ? toCursor(placeOf(last)) : null;
  return { items: page.map(toItem), nextCursor };
}

/** Reads a page of rows, each of which has its place in their list by its id. */
export async function readPage<T extends { readonly id: string }, R>(
  { cursor, limit }: ListQuery,
  read: (page: IdPage) => Promise<readonly T[]>,
  toItem: (row: T) => R,
): Promise<{ items: R[]; nextCursor: string | null }> {
  return toPage(await read({ after: readCursor(cursor), limit: limit + 1 }), ({ id }) => id, toItem, limit);
}

/** Makes a page of a list that is read whole; its cursor is a position in it. */
export function pageOfAll<T, R>(
  all: readonly T[],
  { cursor, limit }: ListQuery,
  toItem: (item: T) => R,
): { items: R[]; nextCursor: string | null } {
  const position = Number(readCursor(cursor) ?? '0');
  const from = Number.isSafeInteger(position) ? position : 0;
  const next = from + limit < all.length ? toCursor(String(from + limit)) : null;
  return { items: all.slice(from, from + limit).map(toItem), nextCursor: next };
}
