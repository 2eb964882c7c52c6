import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../domain/errors.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { readOptOutsLike } from '../../staff/opt-outs.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { optOutsPage } from './opt-outs-page.tsx';

/** `GET /admin/opt-outs?like={appointment}`: those of the number that it has, which stands in no address. */
export async function optOutsLikePage(c: Context<HttpEnv>, deps: PagesDeps, like: string): Promise<Response> {
  const authorityId = c.req.query('authority') ?? '';
  const reader = requireRight(c, deps, 'whole-operator', authorityId);
  const id = z.uuid().safeParse(like);
  if (!id.success) throw notFound('appointment');
  const found = await readOptOutsLike(deps, reader, { authorityId, id: id.data }, deps.now());
  return optOutsPage(c, deps, { search: { authorityId, typed: '', found } });
}
