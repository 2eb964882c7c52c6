import { createHash } from 'node:crypto';

/**
 * The rest of a wrong number after its citizen was erased: it keeps the booking system from giving the number back to
 * this one appointment, and can't be found by the number. `forgetLost` and `forgetWrong` of concerned.sql.ts compute
 * the same.
 * @param phoneHash the keyed hash of the number
 * @param appointmentId a UUID
 */
export function erasedWrongNumber(phoneHash: Buffer, appointmentId: string): Buffer {
  const id = Buffer.from(appointmentId.replaceAll('-', ''), 'hex');
  return createHash('sha256').update(phoneHash).update(id).digest();
}

/** True when `kept` stands for this number, whether its citizen was erased or not. */
export function isWrongNumber(kept: Buffer, phoneHash: Buffer, appointmentId: string): boolean {
  return kept.equals(phoneHash) || kept.equals(erasedWrongNumber(phoneHash, appointmentId));
}
