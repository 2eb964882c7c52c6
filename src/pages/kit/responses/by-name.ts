import type { Context } from 'hono';
import { z } from 'zod';
import type { HttpEnv } from '../../../http/env.ts';
import { PAGE, PAGE_LIMIT, unknownCursor } from '../../../http/paging.ts';
import type { KeyringAccess } from '../../../runtime/deps.ts';
import { byName, type Named, PAGE_LANGUAGES, type PageLanguage } from '../language.ts';

const LABEL = ['', 'page.place'] as const;
/** Entries that are read at once: few, so that other requests go on between. */
const CHUNK = 200;

/** A list that stands by name. */
interface Order<T> {
  /** Tells the list from others, whose places are none of it. */
  readonly list: string;
  readonly nameOf: (entry: T) => string;
}

/** The part of a list that a page shows. */
interface Part<T> {
  /** The most entries of the page. */
  readonly most: number;
  /** The first `count` of them, and the cursor of the page behind these; null: there is none. */
  readonly page: (count: number) => { readonly items: readonly T[]; readonly nextCursor: string | null };
}

/**
 * Reads the part of a list that begins behind the cursor of the address, by name as the language of the page sorts. The
 * list is read by id, and as much of it is kept as a page holds: people's names are encrypted in the database, and not
 * every database has the order of a language. A cursor of the other language is one of another order: the list begins
 * anew.
 * @param read the entries whose ids come after one, by id: what the order needs, since all are read for each page
 * @throws Problem 422 for a cursor that was never given out
 */
export async function readByName<T extends { readonly id: string }>(
  c: Context<HttpEnv>,
  deps: KeyringAccess,
  { list, nameOf }: Order<T>,
  read: (page: { readonly after: string | null; readonly limit: number }) => Promise<readonly T[]>,
): Promise<Part<T>> {
  const { language } = c.var;
  const order = byName(language);
  const place = openPlace(deps, list, c.req.query('cursor'));
  const after = place?.language === language ? place : null;
  let first: (Named & { readonly entry: T })[] = [];
  let last: string | null = null;
  do {
    const chunk = await read({ after: last, limit: CHUNK });
    const named = chunk.map((entry) => ({ entry, id: entry.id, name: nameOf(entry) }));
    const behind = named.filter((each) => after === null || order(each, after) > 0);
    first = [...first, ...behind].sort(order).slice(0, PAGE_LIMIT);
    last = (chunk.length === CHUNK && chunk.at(-1)?.id) || null;
  } while (last !== null);
  const page = (count: number) => {
    const end = first.length > count ? first[count - 1] : undefined;
    const items = first.slice(0, count).map(({ entry }) => entry);
    return { items, nextCursor: end ? sealPlace(deps, list, { ...end, language }) : null };
  };
  return { most: Math.min(first.length, PAGE), page };
}

/** A place in a list, in the order of a language. */
interface Place extends Named {
  readonly language: PageLanguage;
}

/** The cursor of a place: encrypted, so that no address holds the name of a person. */
function sealPlace({ keyring }: KeyringAccess, list: string, { language, name, id }: Place): string {
  return keyring.cipher.encrypt(...LABEL, list, JSON.stringify([language, name, id])).toString('base64url');
}

const placeSchema = z.tuple([z.enum(PAGE_LANGUAGES), z.string(), z.string()]);

function openPlace({ keyring }: KeyringAccess, list: string, cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  try {
    const text = keyring.cipher.decrypt(...LABEL, list, Buffer.from(cursor, 'base64url'));
    const [language, name, id] = placeSchema.parse(JSON.parse(text));
    return { language, name, id };
  } catch {
    throw unknownCursor();
  }
}
