import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../../runtime/deps.ts';
import { eraseCitizen } from '../../../staff/citizens/erase-citizen.ts';
import { type AuthorizeDeps, requireRoleIn } from '../../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../../describe.ts';
import type { HttpEnv } from '../../env.ts';
import { createRoutes } from '../../problem.ts';
import { phoneInBody, readPhone } from '../../schemas/phone.ts';

const erasureSchema = z
  .object({
    appointments: z.int(),
    reminders: z.int().openapi({ description: 'Planned ones that were ended' }),
    messages: z.int(),
    inbound: z.int(),
    optOuts: z.int().openapi({ description: "Kept, by the number's hash alone" }),
    patients: z.int().openapi({ description: 'Patients of FHIR who were kept until their first appointment' }),
  })
  .openapi('Erasure');

/** `POST /v1/authorities/{authority}/citizens/erase`. */
export function citizensEraseRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const erase = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/citizens/erase',
    tags: ['Citizens'],
    summary: 'Erase what is held about a number',
    description:
      'Numbers and texts go, what is planned ends, opt-outs stay as hashes and counts stay. Audited. It can ' +
      'not be undone.',
    security: bearer,
    middleware: requireRoleIn(deps, 'administrator'),
    request: {
      params: z.object({ authority: authorityParam }),
      body: jsonBody(z.strictObject({ phone: phoneInBody })),
    },
    responses: {
      200: json(erasureSchema, 'Erased: how many of each held the number'),
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
