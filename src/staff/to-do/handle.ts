import type { Reader } from '../../accounts/phone-access.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { deleteHandled, insertHandled, isOwnAppointment } from './handled.sql.ts';

/** An appointment of an authority. */
export interface HandleRequest {
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
