import type { Reader } from '../../accounts/phone-access.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound } from '../../domain/errors.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findSource } from '../sources/sources.sql.ts';
import { markRefusalsSeen } from './obstacles.sql.ts';

/**
 * Takes the refusals of a source off the to-do list, since somebody has told its booking system. The next refusal
 * brings the source back; the source's own list keeps them all. A repetition changes nothing.
 * @param seen.until the time of the last refusal that the list told of: nobody has seen those that came later
 * @throws Problem 404 for an unknown source
 */
export async function takeRefusalsOff(
  deps: DatabaseAccess,
  reader: Reader,
  seen: { readonly authorityId: string; readonly sourceId: string; readonly until: Date },
  now: Date,
): Promise<void> {
  const { authorityId, sourceId } = seen;
  await inTransaction(deps.db, async (trx) => {
    if (!(await findSource(trx, authorityId, sourceId))) throw notFound('source');
    const refusals = await markRefusalsSeen(trx, seen, now);
    if (refusals === 0) return;
    const entry = { actor: reader.name, action: 'refusals.see', authorityId, target: sourceId, after: { refusals } };
    await writeAudit(trx, entry, now);
  });
}
