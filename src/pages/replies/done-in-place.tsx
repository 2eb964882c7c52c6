import { z } from '@hono/zod-openapi';
import type { Child } from 'hono/jsx';

/** The value of a form's field `next` in the last entry of a list. */
export const LAST = 'last';

/**
 * The field of a form in a list that names the entry behind its own: the message about what was done stands before that
 * one.
 */
export function NextEntry({ id }: { readonly id: string | undefined }) {
  return <input type="hidden" name="next" value={id ?? LAST} />;
}

/** The entry behind that of a form, as a form or an address names it. @returns undefined for what can't be one */
export function readNextEntry(text: string | undefined): string | undefined {
  return text === LAST ? LAST : z.uuid().safeParse(text).data;
}

/** Place of the message about a form that was in a list. */
export interface DonePlace {
  /** The entry whose form it was, which may have left the list. */
  readonly own: string | undefined;
  /** The entry behind it. */
  readonly next: string | undefined;
}

/**
 * Puts the message about a form in the place of the entry whose form it was, so that the work goes on there; above the
 * list where that place is not known.
 */
export function withDone<T extends { readonly id: string }>(
  entries: readonly T[],
  { own, next }: DonePlace,
  done: Child | null,
  shown: (entry: T, next: T | undefined) => Child,
): { readonly above: Child | null; readonly items: readonly Child[] } {
  const rows = entries.map((entry, at) => shown(entry, entries[at + 1]));
  if (done === null) return { above: null, items: rows };
  const found = [own, next].map((id) => entries.findIndex((entry) => entry.id === id)).find((at) => at >= 0);
  const at = found ?? (next === LAST && entries.length > 0 ? entries.length : -1);
  if (at < 0) return { above: done, items: rows };
  return { above: null, items: [...rows.slice(0, at), <li>{done}</li>, ...rows.slice(at)] };
}
