import { z } from '@hono/zod-openapi';
import { Problem } from '../../domain/errors.ts';
import { readAnyNumber } from '../../domain/phone.ts';

/** A citizen's number in a body; a number has no place in a URL. */
export const phoneInBody = z
  .string()
  .max(64)
  .openapi({ description: 'As people write it; Danish without a country code', example: '20 12 34 56' });

/**
 * Reads a number of any country as people write it.
 * @returns E.164
 * @throws Problem 422 for text that is no phone number
 */
export function readPhone(raw: string): string {
  const phone = readAnyNumber(raw);
  if (phone !== null) return phone;
  const faults = [{ pointer: '/phone', code: 'invalid_number', detail: 'This is not a phone number.' }];
  throw new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
}
