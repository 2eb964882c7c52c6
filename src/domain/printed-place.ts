import type { Appointment } from './appointment.ts';
import type { SourceSettings } from './authority.ts';
import { cleanPrinted } from './sms-text.ts';

/**
 * Text that an SMS prints for the place of an appointment: the mapping of its code in the source's settings (of its
 * text, where it has no code), else its text when that may be printed.
 * @returns null for no place; the text then names the authority only
 */
export function printedPlace(
  appointment: Pick<Appointment, 'locationCode' | 'locationText' | 'locationPrintable'>,
  source: Pick<SourceSettings, 'locationMap' | 'placeText'>,
): string | null {
  const { locationCode, locationText, locationPrintable } = appointment;
  const key = locationCode ?? locationText;
  const mapped = key !== null && Object.hasOwn(source.locationMap, key) ? source.locationMap[key] : undefined;
  if (mapped !== undefined) return cleanPrinted(mapped);
  return locationPrintable || source.placeText === 'as_sent' ? locationText : null;
}
