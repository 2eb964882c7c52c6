import fc from 'fast-check';
import { types } from 'pg';
import { expect, it } from 'vitest';
import { parseTimestamp } from '../../src/database/pool.ts';

const TIMESTAMPTZ = 1184;
const byDriver = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => unknown;

/** As PostgreSQL writes them: zeros at the end of the fraction are left out. */
const written = fc
  .record({
    at: fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
    fraction: fc.constantFrom('', '.1', '.12', '.123', '.1234', '.123456', '.999999'),
    zone: fc.constantFrom('+00', '+00', '+01', '+02', '-03', '+05:30', '+00:44', '-11:59:30'),
  })
  .map(
    ({ at, fraction, zone }) =>
      at
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, '') +
      fraction +
      zone,
  );

it('a time of the database is the same that the driver reads, in whatever zone the server writes it', () => {
  fc.assert(
    fc.property(written, (text) => {
      expect(parseTimestamp(text)).toEqual(byDriver(text));
    }),
  );
});

it.each(['infinity', '-infinity', '10000-01-01 00:00:00+00', '0044-03-15 12:00:00+00 BC'])(
  '%s is left to the driver',
  (text) => {
    expect(parseTimestamp(text)).toEqual(byDriver(text));
  },
);
