import { type RawBuilder, sql } from 'kysely';

/**
 * The condition on a row of inbound_authority, under this name in the statement, for a reply that waits for a person;
 * as the index inbound_authority_open has it.
 */
export function isOpenReply(name: string): RawBuilder<boolean> {
  const column = (of: string) => sql.ref(`${name}.${of}`);
  return sql`(${column('needs_person')} and ${column('settled_at')} is null)`;
}
