import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';

/**
 * Tells how citizen and authority meet, by the first of these codes of a type that the source's `typeMap` has. The
 * codes themselves tell about health and are dropped.
 * @returns `visit` when there are codes and none is mapped; undefined without codes and for a source without `typeMap`
 */
export function mappedKind(
  codes: readonly (string | null | undefined)[],
  { typeMap }: Pick<Source, 'typeMap'>,
): AppointmentEvent['kind'] {
  if (Object.keys(typeMap).length === 0) return undefined;
  const present = codes.filter((code) => typeof code === 'string');
  const known = present.find((code) => Object.hasOwn(typeMap, code));
  if (known !== undefined) return typeMap[known];
  return present.length > 0 ? 'visit' : undefined;
}
