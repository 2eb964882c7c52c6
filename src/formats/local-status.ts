import { type AppointmentStatus, STATUSES, type UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { cleanPrinted } from '../domain/sms/sms-text.ts';
import { comparedCode } from '../domain/unclear-status.ts';
import { MAX_CODE } from './limits.ts';
import { toUnmapped } from './unmapped.ts';

const MAPPED: ReadonlySet<string> = new Set([...STATUSES, 'ignore']);

/** Status that the source's `statusMap` gives to a code, as it came or as staff see it; undefined: none. */
export function mappedStatus(
  code: string,
  { statusMap }: Pick<Source, 'statusMap'>,
): AppointmentStatus | 'ignore' | undefined {
  const keys = Object.entries(statusMap);
  if (keys.length === 0) return undefined;
  const as = (written: string) => {
    const compared = comparedCode(written);
    return keys.find(([key]) => comparedCode(key) === compared);
  };
  const local = keys.find(([key]) => key === code) ?? as(code) ?? as(listedStatus(code) || code);
  return local && MAPPED.has(local[1]) ? (local[1] as AppointmentStatus | 'ignore') : undefined;
}

/** A code as staff see it and as they map it: the beginning of a long one, without numbers. */
export function listedStatus(code: string): string {
  return cleanPrinted(code.slice(0, MAX_CODE)) ?? '';
}

/** A code of a status that the settings don't know. Staff read it, so it must not contain patient data. */
export function toUnmappedStatus(code: string): UnmappedValue[] {
  const value = listedStatus(code);
  return value === '' ? [] : toUnmapped('status', value);
}
