import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound } from '../../domain/errors.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import type { CurrentTime, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { readAppointmentView } from '../../staff/appointments/appointments.ts';
import { type AuthorizeDeps, adminRoute, requireRoleIn } from '../authorize.ts';
import { authorityParam, json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { appointmentSchema, toAppointmentBody } from '../schemas/appointment.ts';

const reference = z
  .string()
  .min(1)
  .max(MAX_REFERENCE)
  .openapi({ description: "The booking system's own id", example: 'A-4711' });

/** `GET /v1/authorities/{authority}/appointments/{source}/{reference}`. */
export function appointmentRoutes(
  routes: OpenAPIHono<HttpEnv>,
  deps: AuthorizeDeps & GatewayAccess & KeyringAccess & SendingPermission & CurrentTime,
): void {
  const read = adminRoute(requireRoleIn(deps, 'viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/appointments/{source}/{reference}',
    tags: ['Appointments'],
    summary: 'Read an appointment',
    description:
      'With its reminders, messages and receipts, and the reason of every decision. Reading its number is audited.',
    request: { params: z.object({ authority: authorityParam, source: sourceParam, reference }) },
    responses: { 200: json(appointmentSchema, 'The appointment'), ...problems(401, 403, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority: authorityId, source: sourceId, reference } = c.req.valid('param');
    const key = { authorityId, sourceId, reference };
    const appointment = await readAppointmentView(deps, c.var.actor, key, deps.now());
    if (!appointment) throw notFound('appointment');
    return c.json(toAppointmentBody(appointment), 200);
  });
}
