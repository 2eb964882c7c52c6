import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { settleReply } from '../../staff/replies/settle-reply.ts';
import { undoSettle } from '../../staff/replies/undo-settle.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { inboundSchema, settleAction, toInboundBody } from '../schemas/inbound.ts';

const params = z.object({ authority: authorityParam, id: z.uuid() });
const appointment = z.strictObject({ source: z.string().max(63), reference: z.string().max(200) });

/** `POST /v1/authorities/{authority}/inbound/{id}/settle` and `…/undo`. */
export function inboundSettleRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const settle = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/settle',
    tags: ['Inbound messages'],
    summary: 'Settle a reply',
    description:
      'opt_out: the citizen refuses. wrong_number: the number goes from the appointments of this authority. ' +
      'deceased: the patient died; all reminders of that patient end. ' +
      'cancel_passed_on: the booking system knows that the citizen does not come; the reminders end. ' +
      'confirmed: the citizen comes. ignore: none of these. What the reply held is due again. ' +
      'appointment: which one it is about, where it may be about several.',
    security: bearer,
    middleware: requireRoleIn(deps, 'operator'),
    request: {
      params,
      body: jsonBody(z.strictObject({ action: settleAction, appointment: appointment.optional() })),
    },
    responses: { 200: json(inboundSchema, 'Settled'), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  });
  routes.openapi(settle, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const request = { authorityId, id, ...c.req.valid('json') };
    const settled = await settleReply(deps, c.var.actor, request, deps.now());
    return c.json(toInboundBody(settled), 200);
  });
  const undo = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/inbound/{id}/undo',
    tags: ['Inbound messages'],
    summary: 'Take back how a reply was settled',
    description:
      'Once, within ten minutes. The opt-out, the number, the reminders and what the reply held are as before, ' +
      'but for what has left or changed meanwhile.',
    security: bearer,
    middleware: requireRoleIn(deps, 'operator'),
    request: { params },
    responses: { 200: json(inboundSchema, 'As it was before'), ...problems(401, 403, 404, 409, 422) },
  });
  routes.openapi(undo, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const undone = await undoSettle(deps, c.var.actor, { authorityId, id }, deps.now());
    return c.json(toInboundBody(undone), 200);
  });
  return routes;
}
