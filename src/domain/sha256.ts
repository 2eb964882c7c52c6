import { hash } from 'node:crypto';

/**
 * The SHA-256 of a token, a key or the id of a session, which the database has in its place. It takes no salt: they are
 * long and random, so that nobody can try out which one a hash is of.
 */
export function sha256(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
