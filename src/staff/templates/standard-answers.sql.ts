import type { Db } from '../../database/tables.ts';
import type { Language } from '../../domain/authority.ts';

/** A text that staff choose when they answer a citizen, in every language. */
export interface StandardAnswer extends Readonly<Record<Language, string>> {
  readonly id: string;
  /** The words that staff choose it by. */
  readonly name: string;
  /** Raised by each save. */
  readonly version: number;
}

const COLUMNS = ['id', 'name', 'text_da as da', 'text_en as en', 'version'] as const;

/** The standard answers of an authority, by their names. */
export async function listStandardAnswers(db: Db, authorityId: string): Promise<StandardAnswer[]> {
  return db
    .selectFrom('standard_answer')
    .select(COLUMNS)
    .where('authority_id', '=', authorityId)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** Finds a standard answer. @returns undefined for an unknown one */
export async function findStandardAnswer(
  db: Db,
  { authorityId, id }: { readonly authorityId: string; readonly id: string },
): Promise<StandardAnswer | undefined> {
  return db
    .selectFrom('standard_answer')
    .select(COLUMNS)
    .where('authority_id', '=', authorityId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Stores a standard answer in place of the one with its id. */
export async function storeStandardAnswer(
  db: Db,
  authorityId: string,
  { id, name, da, en, version }: StandardAnswer,
  now: Date,
): Promise<void> {
  const values = { name, text_da: da, text_en: en, version, updated_at: now };
  await db
    .insertInto('standard_answer')
    .values({ authority_id: authorityId, id, ...values })
    .onConflict((conflict) => conflict.columns(['authority_id', 'id']).doUpdateSet(values))
    .execute();
}

/** Deletes a standard answer. @returns it as it was; undefined for an unknown one */
export async function removeStandardAnswer(
  db: Db,
  authorityId: string,
  id: string,
): Promise<StandardAnswer | undefined> {
  return db
    .deleteFrom('standard_answer')
    .where('authority_id', '=', authorityId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
}
