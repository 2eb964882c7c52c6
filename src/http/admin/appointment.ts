import { z } from '@hono/zod-openapi';
import { notFound } from '../../domain/errors.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import { readAppointmentView } from '../../staff/appointments/appointments.ts';
import { requireRoleIn } from '../authorize.ts';
import { json, problems, sourceParams } from '../describe.ts';
import { appointmentSchema, toAppointmentBody } from '../schemas/appointment.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const reference = z
  .string()
  .min(1)
  .max(MAX_REFERENCE)
  .openapi({ description: "The booking system's own id", example: 'A-4711' });

/** The route that reads one appointment. */
export const appointmentRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/appointments/{source}/{reference}',
    tags: ['Appointments'],
    summary: 'Read an appointment',
    description:
      'With its reminders, messages and receipts, and the reason of every decision. Reading its number is audited.',
    request: { params: sourceParams.extend({ reference }) },
    responses: { 200: json(appointmentSchema, 'The appointment'), ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const { authority: authorityId, source: sourceId, reference } = c.req.valid('param');
    const key = { authorityId, sourceId, reference };
    const appointment = await readAppointmentView(deps, c.var.actor, key, deps.now());
    if (!appointment) throw notFound('appointment');
    return c.json(toAppointmentBody(appointment), 200);
  }),
];
