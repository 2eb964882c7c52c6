import { hash } from 'node:crypto';

/**
 * The SHA-256 of a text. The database has it in the place of a token, a key or the id of a session, and without salt:
 * they are long and random, so that nobody can try out which one a hash is of.
 */
export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
