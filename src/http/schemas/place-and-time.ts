import { z } from '@hono/zod-openapi';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { isTimeZone } from '../../domain/calendar.ts';
import { parseDuration, spanMs } from '../../domain/duration.ts';
import { refuseWith } from './text.ts';

/** A time zone of the IANA database. */
export const timeZone = z
  .string()
  .max(64)
  .refine(
    isTimeZone,
    refuseWith('unknown_time_zone', 'This must be a time zone of the IANA database, such as Europe/Copenhagen.'),
  )
  .openapi({ example: 'Europe/Copenhagen' });

/** A country of ISO 3166, alpha-2. */
export const country = z
  .string()
  .refine(
    (value): boolean => /^[A-Z]{2}$/.test(value) && isSupportedCountry(value),
    refuseWith('unknown_country', 'This must be a country of ISO 3166 in two capital letters, such as DK.'),
  )
  .openapi({ example: 'DK' });

/** A duration of at most `max`. */
export function duration(max: string, example: string) {
  const limit = spanMs(parseDuration(max) ?? { days: 0, ms: 0 });
  return z
    .string()
    .max(40)
    .refine((value) => parseDuration(value) !== undefined, {
      ...refuseWith('not_a_duration', 'Write an ISO 8601 duration of weeks, days, hours, minutes: P1D, PT2H, P1DT2H.'),
      abort: true,
    })
    .refine(
      (value) => spanMs(parseDuration(value) ?? { days: 0, ms: 0 }) <= limit,
      refuseWith('too_long', `This may be ${max} at most.`),
    )
    .openapi({ example });
}
