import { z } from '@hono/zod-openapi';
import { notFound } from '../../domain/errors.ts';
import type { IdPage } from '../../domain/ids.ts';
import { NOT_SENT_AGAIN } from '../../domain/planning/send-again.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import { planDryRun } from '../../dry-run/plan.ts';
import { readAppointmentView } from '../../staff/appointments/appointments.ts';
import { readMessages, searchMessages } from '../../staff/appointments/messages.ts';
import { sendAgainByReference } from '../../staff/appointments/send-again.ts';
import { answerByReference } from '../../staff/replies/answer-citizen.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, ID, json, jsonBody, problems, sourceParams } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import { ANSWERING, answerBody, readAnswer } from '../schemas/answer.ts';
import {
  appointmentSchema,
  messageSchema,
  messageStatus,
  plannedSchema,
  toAppointmentBody,
  toMessageBody,
  toPlannedBody,
} from '../schemas/appointment.ts';
import { phoneInBody, readPhone } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const reference = z
  .string()
  .min(1)
  .max(MAX_REFERENCE)
  .openapi({ description: "The booking system's own id", example: 'A-4711' });

/** The routes of one appointment: it is read, and its reminder is sent again. */
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
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/appointments/{source}/{reference}/send-again',
    tags: ['Appointments'],
    summary: 'Send the reminder of an appointment again',
    description:
      'As it reads now, from 07 to 22 on any day, once in twelve hours. Without a body. It is a reminder of its own, ' +
      'whose `rule` is `again`, for one time of the appointment then `again-2` to `again-5`; a move supersedes it, ' +
      'and a cancellation ends it. Where it may not go, `errors[0].code` says why, the first of these that holds: ' +
      `${NOT_SENT_AGAIN.map((code) => `\`${code}\``).join(', ')}. Audited.`,
    request: { params: sourceParams.extend({ reference }) },
    responses: {
      201: json(z.object({ id: z.uuid() }), 'The id of the reminder'),
      ...problems(401, 403, 404, 409, 503),
    },
  })(async (c, deps) => {
    const { authority: authorityId, source: sourceId, reference } = c.req.valid('param');
    const key = { authorityId, sourceId, reference };
    return c.json(await sendAgainByReference(deps, c.var.actor, key, deps.now()), 201);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/appointments/{source}/{reference}/answers',
    tags: ['Appointments'],
    summary: 'Write to the citizen of an appointment',
    description: ANSWERING,
    request: { params: sourceParams.extend({ reference }), body: jsonBody(answerBody) },
    responses: {
      201: json(z.object({ id: z.uuid() }), 'The id of the message'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  })(async (c, deps) => {
    const { authority: authorityId, source: sourceId, reference } = c.req.valid('param');
    const key = { authorityId, sourceId, reference };
    const answer = readAnswer(c.req.valid('json'));
    return c.json(await answerByReference(deps, c.var.actor, key, answer, deps.now()), 201);
  }),
];

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

/** The routes of the messages of an authority. */
export const messageRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/messages',
    tags: ['Messages'],
    summary: 'List messages',
    request: {
      params: authorityParams,
      query: listQuery.extend({ status: messageStatus.optional() }),
    },
    responses: { 200: json(listBody(messageSchema), 'Newest first'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const { status, ...query } = c.req.valid('query');
    const read = ({ after: before, limit }: IdPage) =>
      readMessages(deps, c.var.actor, authority, { status, before, limit }, deps.now());
    return c.json(await readPage(query, read, toMessageBody), 200);
  }),
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/messages/search',
    tags: ['Messages'],
    summary: 'Find the messages to a number',
    description: 'Every search is audited.',
    request: {
      params: authorityParams,
      body: jsonBody(listQuery.extend({ phone: phoneInBody })),
    },
    responses: { 200: json(listBody(messageSchema), 'Newest first'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const query = c.req.valid('json');
    const phone = readPhone(query.phone);
    const read = ({ after: before, limit }: IdPage) =>
      searchMessages(deps, c.var.actor, authority, { phone, before, limit }, deps.now());
    return c.json(await readPage(query, read, toMessageBody), 200);
  }),
];
