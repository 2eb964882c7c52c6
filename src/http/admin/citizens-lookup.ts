import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { readerOf } from '../../staff/access.ts';
import { type CitizenRecord, lookUpCitizen } from '../../staff/citizens/look-up-citizen.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { appointmentSchema, toAppointmentBody } from '../schemas/appointment.ts';
import { inboundSchema, toInboundBody } from '../schemas/inbound.ts';
import { messageSchema, toMessageBody } from '../schemas/message.ts';
import { optOutSchema, toOptOutBody } from '../schemas/opt-out.ts';
import { phoneInBody, readPhone } from '../schemas/phone.ts';

const citizenSchema = z
  .object({
    phone: z.string(),
    appointments: z.array(appointmentSchema),
    messages: z.array(messageSchema),
    inbound: z.array(inboundSchema),
    optOuts: z.array(optOutSchema),
  })
  .openapi('Citizen');

function toCitizenBody(held: CitizenRecord): z.infer<typeof citizenSchema> {
  return {
    phone: held.phone,
    appointments: held.appointments.map(toAppointmentBody),
    messages: held.messages.map(toMessageBody),
    inbound: held.inbound.map(toInboundBody),
    optOuts: held.optOuts.map(toOptOutBody),
  };
}

/** `POST /v1/authorities/{authority}/citizens/lookup`. */
export function citizensLookupRoutes(
  deps: AuthorizeDeps & KeyringAccess & SendingPermission & CurrentTime,
): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const lookup = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/citizens/lookup',
    tags: ['Citizens'],
    summary: 'Everything held about a number',
    description: 'For a citizen who asks what is held about them. Audited.',
    security: bearer,
    middleware: requireRoleIn(deps, 'operator'),
    request: {
      params: z.object({ authority: authorityParam }),
      body: jsonBody(z.strictObject({ phone: phoneInBody })),
    },
    responses: { 200: json(citizenSchema, 'What is held'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(lookup, async (c) => {
    const phone = readPhone(c.req.valid('json').phone);
    const authorityId = c.req.valid('param').authority;
    const held = await lookUpCitizen(deps, readerOf(c.var.actor), authorityId, phone, deps.now());
    return c.json(toCitizenBody(held), 200);
  });
  return routes;
}
