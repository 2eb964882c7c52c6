import { z } from '@hono/zod-openapi';
import { planDryRun } from '../../dry-run/plan.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, ID, json, jsonBody, problems } from '../describe.ts';
import { plannedSchema, toPlannedBody } from '../schemas/appointment.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const source = z
  .string()
  .regex(ID)
  .optional()
  .describe("A source of the authority, whose settings it is read by; left out: the authority's zone, Danish numbers");

/** The route of the dry run of an appointment. */
export const planRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/plan',
    tags: ['Planning'],
    summary: 'Try out an appointment',
    description:
      'Takes the event of `POST /v1/webhooks/{source}`, or only its `data`. Nothing is stored and nothing is sent.',
    request: {
      params: authorityParams,
      query: z.object({ source }),
      body: jsonBody(z.unknown().openapi({ type: 'object' })),
    },
    responses: {
      200: json(
        z.object({ reminders: z.array(plannedSchema) }),
        'What would be planned; one that would not be sent stands there with the reason',
      ),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  })(async (c, deps) => {
    const request = {
      authorityId: c.req.valid('param').authority,
      sourceId: c.req.valid('query').source ?? null,
      body: c.req.valid('json'),
    };
    const reminders = await planDryRun(deps, request, deps.now());
    return c.json({ reminders: reminders.map(toPlannedBody) }, 200);
  }),
];
