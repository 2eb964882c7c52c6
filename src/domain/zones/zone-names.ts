import { isTimeZone } from '../calendar.ts';
import { WINDOWS_ZONES } from './windows-zones.ts';

/** The longest name of a zone has 32 characters, in Windows 31. */
const LONGEST = 64;

const OF_WINDOWS: ReadonlyMap<string, string> = new Map(
  Object.entries(WINDOWS_ZONES).map(([name, zone]) => [name.toLowerCase(), zone]),
);

/**
 * The zone that has this name in the IANA database or in Windows, in any case; null for any other text. One zone has
 * one name here however it was written, since what is known of each is kept by its name.
 */
export function zoneNamed(written: string): string | null {
  const name = written.trim();
  if (name.length > LONGEST) return null;
  const zone = OF_WINDOWS.get(name.toLowerCase()) ?? name;
  return isTimeZone(zone) ? new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone : null;
}
