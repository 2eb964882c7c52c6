import type { Reader } from '../../accounts/phone-access.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findSource } from '../sources/sources.sql.ts';
import { markRefusalsSeen } from './obstacles.sql.ts';
import { deleteHandled, insertHandled, isOwnAppointment } from './unreached.sql.ts';

interface HandleRequest {
  readonly authorityId: string;
  readonly appointmentId: string;
}

/**
 * Ticks an appointment off on the to-do list, since a person has told the citizen of it or corrected the number. A
 * repetition changes nothing.
 * @throws Problem 404 for an unknown one, and for one of a department that the reader doesn't see
 */
export async function handleAppointment(
  deps: DatabaseAccess,
  reader: Reader,
  { authorityId, appointmentId }: HandleRequest,
  now: Date,
): Promise<void> {
  const own = { authorityId, appointmentId, departments: reader.departments ?? null };
  await inTransaction(deps.db, async (trx) => {
    const outcome = await insertHandled(trx, own, reader.name, now);
    if (outcome === 'unknown') throw notFound('appointment');
    if (outcome === 'repeated') return;
    const entry = { actor: reader.name, action: 'appointment.handle', authorityId, target: appointmentId };
    await writeAudit(trx, entry, now);
  });
}

/**
 * Puts an appointment back on the list that was ticked off within the last ten minutes.
 * @throws Problem 404 for an unknown one, 409 for one that was not ticked off, or longer ago
 */
export async function undoHandled(
  deps: DatabaseAccess,
  reader: Reader,
  { authorityId, appointmentId }: HandleRequest,
  now: Date,
): Promise<void> {
  const own = { authorityId, appointmentId, departments: reader.departments ?? null };
  await inTransaction(deps.db, async (trx) => {
    if (!(await isOwnAppointment(trx, own))) throw notFound('appointment');
    if (!(await deleteHandled(trx, own, new Date(now.getTime() - UNDO_WITHIN_MS))))
      throw new Problem(409, 'not-undoable', 'Only what was ticked off within the last ten minutes can be taken back.');
    const entry = { actor: reader.name, action: 'appointment.handle-undo', authorityId, target: appointmentId };
    await writeAudit(trx, entry, now);
  });
}

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
