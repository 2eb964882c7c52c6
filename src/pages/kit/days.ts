import { z } from 'zod';

const day = z.iso.date();
/** The days around the earliest and the latest one exist for every calculation. */
const [FIRST, LAST] = ['1900-01-02', '2199-12-31'];

/** True for a day of the calendar that a page can be about, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return day.safeParse(text).success && text >= FIRST && text <= LAST;
}
