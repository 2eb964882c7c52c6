import type { Appointment } from '../appointment.ts';
import type { SourceSettings } from '../authority.ts';
import { cleanPrinted } from './sms-text.ts';

/** Separator of the parts of a code: a part that names a room follows the one that names its ward. */
const PART = '^';

/**
 * Text that the settings of a source give a place: by its code, by its code without the last parts (`AMB4^12^3`, then
 * `AMB4^12`, then `AMB4`), by its text.
 * @returns undefined when none of them is mapped
 */
export function mappedPlace(
  { locationCode, locationText }: Pick<Appointment, 'locationCode' | 'locationText'>,
  { locationMap }: Pick<SourceSettings, 'locationMap'>,
): string | undefined {
  const parts = locationCode?.split(PART) ?? [];
  const codes = parts.map((_, index) => parts.slice(0, parts.length - index).join(PART));
  const key = [...codes, locationText].find((each) => each !== null && Object.hasOwn(locationMap, each));
  return key === null || key === undefined ? undefined : locationMap[key];
}

/**
 * Text that an SMS prints for the place of an appointment: that of the source's settings, else its own text when that
 * may be printed.
 * @returns null for no place; the text then names the authority only
 */
export function printedPlace(
  appointment: Pick<Appointment, 'locationCode' | 'locationText' | 'locationPrintable'>,
  source: Pick<SourceSettings, 'locationMap' | 'placeText'>,
): string | null {
  const mapped = mappedPlace(appointment, source);
  if (mapped !== undefined) return cleanPrinted(mapped, 'kept');
  return appointment.locationPrintable || source.placeText === 'as_sent' ? appointment.locationText : null;
}
