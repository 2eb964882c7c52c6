import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { notFound, Problem } from '../../domain/errors.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import type { Reader } from '../../staff/phone-access.ts';
import { findAuthority } from '../../store/authorities.ts';
import { requireRole } from '../authorize.ts';
import type { Actor, HttpDeps, HttpEnv, Role } from '../deps.ts';

/**
 * Lets in who has the role, to an authority that is there: without it, an empty list would answer for one that isn't.
 */
export function staff(deps: HttpDeps, role: Role): MiddlewareHandler<HttpEnv>[] {
  return [
    requireRole(deps, role),
    async (c, next) => {
      if (!(await findAuthority(deps.db, c.req.param('authority') ?? ''))) throw notFound('authority');
      await next();
    },
  ];
}

export function toReader(actor: Actor): Reader {
  return { name: actor.name, seesNumbers: actor.role !== 'viewer' };
}

/** A citizen's number in a body: it has no place in a URL. */
export const phoneInBody = z
  .string()
  .max(64)
  .openapi({ description: 'As people write it; Danish without a country code', example: '20 12 34 56' });

/** @returns E.164. @throws Problem 422 for what is no number */
export function readPhone(raw: string): string {
  const phone = readAnyNumber(raw);
  if (phone !== null) return phone;
  const faults = [{ pointer: '/phone', code: 'invalid_number', detail: 'This is not a phone number.' }];
  throw new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
}

/** An instant as the API writes it; null stays null. */
export function iso(at: Date): string;
export function iso(at: Date | null): string | null;
export function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
