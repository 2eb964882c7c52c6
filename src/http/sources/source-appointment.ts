import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound } from '../../domain/errors.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import type {
  CurrentTime,
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  SendingPermission,
} from '../../runtime/deps.ts';
import { requireToken } from '../../sources/credentials.ts';
import { readAppointmentView } from '../../staff/appointments/appointments.ts';
import { json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { appointmentSchema, toAppointmentBody } from '../schemas/appointment.ts';
import { type ReceiverAccess, sourceRequestOf } from './source-request.ts';

const reference = z
  .string()
  .min(1)
  .max(MAX_REFERENCE)
  .openapi({
    param: { name: 'reference', in: 'path' },
    description: "The booking system's own id of the appointment",
    example: 'A-4711',
  });

const readOwn = createRoute({
  method: 'get',
  path: '/v1/sources/{source}/appointments/{reference}',
  tags: ['Booking systems'],
  summary: 'Read an appointment of this source',
  description:
    'What the booking system made of it, its reminders, messages and receipts, and the reason of every decision. ' +
    'The phone number is masked.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }],
  request: { params: z.object({ source: sourceParam, reference }) },
  responses: { 200: json(appointmentSchema, 'The appointment'), ...problems(401, 403, 404, 503) },
});

/** `GET /v1/sources/{source}/appointments/{reference}`: a source reads what became of its own appointments. */
export function sourceAppointmentRoutes(
  routes: OpenAPIHono<HttpEnv>,
  deps: ReceiverAccess & DatabaseAccess & GatewayAccess & KeyringAccess & SendingPermission & CurrentTime,
): void {
  routes.openAPIRegistry.registerPath(readOwn);
  routes.get(readOwn.getRoutingPath(), async (c) => {
    const { source, proof } = await deps.receiver.authenticate(await sourceRequestOf(c));
    requireToken(proof, 'the address');
    const key = { authorityId: source.authorityId, sourceId: source.id, reference: c.req.param('reference') ?? '' };
    const appointment = await readAppointmentView(deps, { name: source.id, seesNumbers: false }, key, deps.now());
    if (!appointment) throw notFound('appointment');
    return c.json(toAppointmentBody(appointment), 200);
  });
}
