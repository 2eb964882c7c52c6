import { z } from '@hono/zod-openapi';
import type { IdPage } from '../../domain/ids.ts';
import { liftOptOutByStaff, type OptOutView, readOptOuts, recordOptOutByStaff } from '../../staff/opt-outs.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, bearer, instant, json, jsonBody, optionalBody, problems, written } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import { noteText, phoneInBody, readPhone } from '../schemas/text.ts';
import { unreadable } from '../schemas/words.ts';
import { type AdminRoute, adminRoute } from './route.ts';

/** An opt-out as the API shows it. */
export const optOutSchema = z
  .object({
    id: z.uuid(),
    scope: z.enum(['authority', 'installation']),
    phone: z.string().nullable().describe('Masked for a viewer; null where only its hash is kept'),
    reason: z.string(),
    recordedBy: z.string(),
    recordedAt: instant,
    liftedAt: instant.nullable(),
    liftedBy: z.string().nullable(),
    liftReason: z.string().nullable(),
    unreadable,
  })
  .openapi('OptOut');

/** An opt-out in the words of the API. */
export function toOptOutBody(optOut: OptOutView): z.infer<typeof optOutSchema> {
  return written(optOut);
}

const common = { path: '/v1/authorities/{authority}/opt-outs' as const, tags: ['Opt-outs'], security: bearer };

/** The routes of the opt-outs of an authority. */
export const optOutRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    ...common,
    method: 'get',
    summary: 'List opt-outs',
    request: { params: authorityParams, query: listQuery },
    responses: {
      200: json(listBody(optOutSchema), 'Newest first, lifted ones among them'),
      ...problems(401, 403, 404, 422),
    },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const read = ({ after: before, limit }: IdPage) =>
      readOptOuts(deps, c.var.actor, authority, { before, limit }, deps.now());
    return c.json(await readPage(c.req.valid('query'), read, toOptOutBody), 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    ...common,
    method: 'post',
    summary: 'Record an opt-out',
    description: 'From the response on, nothing more is handed over to the number for this authority.',
    request: { params: authorityParams, body: jsonBody(z.strictObject({ phone: phoneInBody, reason: noteText(500) })) },
    responses: {
      201: json(optOutSchema, 'Recorded'),
      200: json(optOutSchema, 'It was recorded before'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  })(async (c, deps) => {
    const { phone, reason } = c.req.valid('json');
    const request = { authorityId: c.req.valid('param').authority, phone: readPhone(phone), reason };
    const { optOut, created } = await recordOptOutByStaff(deps, c.var.actor, request, deps.now());
    return created ? c.json(toOptOutBody(optOut), 201) : c.json(toOptOutBody(optOut), 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'delete',
    path: '/v1/authorities/{authority}/opt-outs/{id}',
    tags: ['Opt-outs'],
    summary: 'Lift an opt-out',
    description:
      'What is still ahead is planned anew. One that holds for the whole installation takes the ' +
      "installation's administrator token. The opt-out stays in the list, with who lifted it and why.",
    request: {
      params: authorityParams.extend({ id: z.uuid() }),
      body: optionalBody(z.strictObject({ reason: noteText(500).optional() })),
    },
    responses: { 204: { description: 'Lifted' }, ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const { reason = null } = c.req.valid('json');
    const request = { authorityId, id, reason, installation: c.var.actor.installation };
    await liftOptOutByStaff(deps, c.var.actor, request, deps.now());
    return c.body(null, 204);
  }),
];
