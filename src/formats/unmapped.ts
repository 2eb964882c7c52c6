import type { UnmappedValue } from '../domain/appointment.ts';
import { holdsNumber } from '../domain/sms-text.ts';

/** Of SOR, the Danish register of health care organisations. Phone numbers are shorter. */
const SOR_CODE = /^\d{15,18}$/;

/**
 * A value that the source's settings don't know, for staff to map; nothing of one that may be or hold somebody's
 * number.
 */
export function toUnmapped(field: UnmappedValue['field'], value: string): UnmappedValue[] {
  return holdsNumber(value) && !SOR_CODE.test(value) ? [] : [{ field, value }];
}
