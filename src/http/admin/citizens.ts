import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { eraseCitizen } from '../../staff/erase-citizen.ts';
import { lookUpCitizen } from '../../staff/look-up-citizen.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { appointmentSchema, toAppointmentBody } from './appointment-schema.ts';
import { inboundSchema, toInboundBody } from './inbound.ts';
import { messageSchema, toMessageBody } from './message-schema.ts';
import { optOutSchema, toOptOutBody } from './opt-outs.ts';
import { phoneInBody, readPhone, staff, toReader } from './staff.ts';

const TAGS = ['Citizens'];
const request = {
  params: z.object({ authority: authorityParam }),
  body: jsonBody(z.strictObject({ phone: phoneInBody })),
};

const citizenSchema = z
  .object({
    phone: z.string(),
    appointments: z.array(appointmentSchema),
    messages: z.array(messageSchema),
    inbound: z.array(inboundSchema),
    optOuts: z.array(optOutSchema),
  })
  .openapi('Citizen');

const erasureSchema = z
  .object({
    appointments: z.int(),
    reminders: z.int().openapi({ description: 'Planned ones that were ended' }),
    messages: z.int(),
    inbound: z.int(),
    optOuts: z.int().openapi({ description: "Kept, by the number's hash alone" }),
  })
  .openapi('Erasure');

/** What is held about one number, and its erasure. */
export function citizensRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const lookup = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/citizens/lookup',
    tags: TAGS,
    summary: 'Everything held about a number',
    description: 'For a citizen who asks what is held about them. Audited.',
    security: bearer,
    middleware: staff(deps, 'operator'),
    request,
    responses: { 200: json(citizenSchema, 'What is held'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(lookup, async (c) => {
    const phone = readPhone(c.req.valid('json').phone);
    const held = await lookUpCitizen(deps, toReader(c.var.actor), c.req.valid('param').authority, phone, deps.now());
    const body = {
      phone: held.phone,
      appointments: held.appointments.map(toAppointmentBody),
      messages: held.messages.map(toMessageBody),
      inbound: held.inbound.map(toInboundBody),
      optOuts: held.optOuts.map(toOptOutBody),
    };
    return c.json(body, 200);
  });

  const erase = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/citizens/erase',
    tags: TAGS,
    summary: 'Erase what is held about a number',
    description:
      'Numbers and texts go, what is planned ends, opt-outs stay as hashes and counts stay. Audited. It can not be undone.',
    security: bearer,
    middleware: staff(deps, 'administrator'),
    request,
    responses: {
      200: json(erasureSchema, 'Erased: how much of each held the number'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  });
  routes.openapi(erase, async (c) => {
    const phone = readPhone(c.req.valid('json').phone);
    const authorityId = c.req.valid('param').authority;
    return c.json(await eraseCitizen(deps, { authorityId, phone, actor: c.var.actor.name }, deps.now()), 200);
  });
  return routes;
}
