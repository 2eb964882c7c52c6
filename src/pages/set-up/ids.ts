import type { Context } from 'hono';
import { z } from 'zod';
import { notFound } from '../../domain/errors.ts';
import type { HttpEnv } from '../../http/env.ts';

/** The id in the address, which the database would refuse to compare with were it none. @throws Problem 404 */
export function idInAddress(c: Context<HttpEnv>): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw notFound('page');
  return id.data;
}
