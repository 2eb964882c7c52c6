import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound } from '../../domain/errors.ts';
import { readAppointment } from '../../staff/appointments.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { authorityParam, bearer, json, problems, sourceParam } from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { appointmentSchema, toAppointmentBody } from './appointment-schema.ts';
import { staff, toReader } from './staff.ts';

/** Reading one appointment with everything that became of it. */
export function appointmentsRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const reference = z
    .string()
    .min(1)
    .max(255)
    .openapi({ description: "The booking system's own id", example: 'A-4711' });
  const read = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/appointments/{source}/{reference}',
    tags: ['Appointments'],
    summary: 'Read an appointment',
    description:
      'With its reminders, messages and receipts, and the reason of every decision. A look at its number is audited.',
    security: bearer,
    middleware: staff(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam, reference }) },
    responses: { 200: json(appointmentSchema, 'The appointment'), ...problems(401, 403, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority: authorityId, source: sourceId, reference } = c.req.valid('param');
    const appointment = await readAppointment(
      deps,
      toReader(c.var.actor),
      { authorityId, sourceId, reference },
      deps.now(),
    );
    if (!appointment) throw notFound('appointment');
    return c.json(toAppointmentBody(appointment), 200);
  });
  return routes;
}
