import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { readerOf } from '../../staff/access.ts';
import { settleReply } from '../../staff/replies.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { inboundSchema, settleAction, toInboundBody } from '../schemas/inbound.ts';

/** `POST /v1/authorities/{authority}/inbound/{id}/settle`. */
export function inboundSettleRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const settle = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/settle',
    tags: ['Inbound messages'],
    summary: 'Settle a reply',
    description:
      'opt_out: the citizen refuses. wrong_number: the number goes from the appointments of this authority. ' +
      'ignore: neither. What the reply held is due again.',
    security: bearer,
    middleware: requireRoleIn(deps, 'operator'),
    request: {
      params: z.object({ authority: authorityParam, id: z.uuid() }),
      body: jsonBody(z.strictObject({ action: settleAction })),
    },
    responses: { 200: json(inboundSchema, 'Settled'), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  });
  routes.openapi(settle, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const { action } = c.req.valid('json');
    const settled = await settleReply(deps, readerOf(c.var.actor), { authorityId, id, action }, deps.now());
    return c.json(toInboundBody(settled), 200);
  });
  return routes;
}
