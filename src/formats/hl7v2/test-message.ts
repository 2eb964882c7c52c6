import { fieldValue, type Hl7Message } from './parse.ts';

/** True for a message of a test or training system (MSH-11 T or D). */
export function isTest(message: Hl7Message): boolean {
  return /^[TD]$/i.test(fieldValue(message, message.header, 11) ?? '');
}
