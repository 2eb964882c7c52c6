import { expect, it } from 'vitest';
import { hashedPatientId } from '../../src/domain/patient-key.ts';

it.each([
  ...['0101801234', '010180-1234', '010180 1234', '01 01 80 1234', '01.01.80-1234', '010180\u20131234', ' 0101801234 '],
  ...['٠١٠١٨٠1234', 'urn:oid:1.2.208.176.1.2|0101801234', '1.2.208.176.1.2|010180-1234'],
])('a CPR number is one patient in every spelling: %s', (id) => {
  expect(hashedPatientId(id)).toBe('0101801234');
});

it.each([
  'P-100',
  'p 100',
  '0101801234^^^RH',
  'urn:oid:1.2.208.176.1.2|P-100',
  'urn:oid:1.2.3|0101801234',
  '3213801234',
  '0113801234',
  '010180-123',
  '010180-12345',
  'A010180-1234',
])('an id of a booking system stays as it is: %s', (id) => {
  expect(hashedPatientId(id)).toBe(id);
});
