import { z } from '@hono/zod-openapi';
import { UUID } from '../../domain/ids.ts';
import { eraseCitizen } from '../../staff/citizens/erase-citizen.ts';
import {
  type AppointmentDetails,
  type CitizenPlaces,
  type CitizenRecord,
  lookUpCitizen,
} from '../../staff/citizens/look-up-citizen.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, instant, json, jsonBody, problems, written } from '../describe.ts';
import { unknownCursor } from '../paging.ts';
import { appointmentSchema, messageSchema, toAppointmentBody, toMessageBody } from '../schemas/appointment.ts';
import { inboundSchema, toInboundBody } from '../schemas/inbound.ts';
import { phoneInBody, readPhone } from '../schemas/text.ts';
import { optOutSchema, toOptOutBody } from './opt-outs.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const detailsSchema = z.object({
  source: z.string(),
  reference: z.string(),
  departmentCode: z.string().nullable(),
  group: z.string().nullable().describe('The id that it shares with other appointments'),
  replacedBy: z.string().nullable().describe('The reference that goes on in its place'),
  announcedStart: instant.nullable().describe('The start that an SMS named before it moved'),
  deceased: z.boolean().describe('The booking system says that the patient is dead'),
  changes: z
    .array(
      z.object({
        at: instant,
        change: z
          .enum(['moved', 'cancelled', 'deleted', 'replaced', 'booked'])
          .describe('deleted: entered in error; replaced: `replacedBy` goes on; booked: again'),
        startBefore: instant.nullable().describe('Of one that moved'),
      }),
    )
    .describe('By its booking system, the oldest first'),
  handled: z.array(instant).describe('When staff took it off the to-do list'),
  events: z
    .array(z.object({ type: z.string(), at: instant }))
    .describe('Events that the booking system got, of the last 30 days'),
});

function toDetailsBody(held: AppointmentDetails): z.infer<typeof detailsSchema> {
  const { sourceName: _name, reportedWrong: _wrong, changes, handled, events, ...details } = held;
  return written({
    ...details,
    changes: changes.map(({ at, change, start_at: startBefore }) => ({ at, change, startBefore })),
    handled: handled.map(({ at }) => at),
    events: events.map(({ type, at }) => ({ type, at })),
  });
}

const citizenSchema = z
  .object({
    phone: z.string(),
    appointments: z.array(appointmentSchema),
    details: z.array(detailsSchema).describe('What else is held about each of the appointments, in their order'),
    messages: z.array(messageSchema),
    inbound: z.array(inboundSchema),
    optOuts: z.array(optOutSchema),
    patients: z
      .array(
        z.object({
          source: z.string(),
          keptAt: instant.describe('When it was kept'),
          language: z.string().nullable(),
          protected: z.boolean().describe('Name and address are protected'),
        }),
      )
      .describe('Patients of FHIR with the number, kept until an appointment refers to them'),
    nextCursor: z.string().nullable().describe('Send it as `cursor` for what follows; null: nothing does'),
  })
  .openapi('Citizen');

/** A place in each list, `-` for one at its end; that of appointments has a start or nothing, a slash, and the id. */
const PLACES = new RegExp(`^(?:-|([0-9TZ:.-]*)/(${UUID}))${`,(?:-|(${UUID}))`.repeat(3)}$`);

function cursorOf(next: CitizenPlaces | null): string | null {
  if (!next) return null;
  const { appointments, messages, inbound, optOuts } = next;
  const first = appointments && `${appointments.start?.toISOString() ?? ''}/${appointments.id}`;
  return Buffer.from([first, messages, inbound, optOuts].map((place) => place ?? '-').join()).toString('base64url');
}

/** @throws Problem 422 for a cursor that was never given out */
function placesOf(given: string | undefined): CitizenPlaces | undefined {
  if (given === undefined) return undefined;
  const found = PLACES.exec(Buffer.from(given, 'base64url').toString('utf8'));
  const [, startText = '', id, messages = null, inbound = null, optOuts = null] = found ?? [];
  const start = startText === '' ? null : new Date(startText);
  if (!found || Number.isNaN(start?.getTime())) throw unknownCursor();
  return { appointments: id === undefined ? null : { start, id }, messages, inbound, optOuts };
}

/** Everything that is held about a number, in the words of the API. */
export function toCitizenBody(held: CitizenRecord): z.infer<typeof citizenSchema> {
  return {
    phone: held.phone,
    appointments: held.appointments.map(toAppointmentBody),
    details: held.details.map(toDetailsBody),
    messages: held.messages.map(toMessageBody),
    inbound: held.inbound.map(toInboundBody),
    optOuts: held.optOuts.map(toOptOutBody),
    patients: written(held.patients),
    nextCursor: cursorOf(held.next),
  };
}

const erasureSchema = z
  .object({
    appointments: z.int(),
    reminders: z.int().describe('Planned ones that were ended'),
    messages: z.int(),
    inbound: z.int(),
    optOuts: z.int().describe("Kept, by the number's hash alone"),
    patients: z.int().describe('Patients of FHIR who were kept until their first appointment'),
  })
  .openapi('Erasure');

/** The routes of what is held about a number, and of its erasure. */
export const citizenRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('operator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/citizens/lookup',
    tags: ['Citizens'],
    summary: 'Everything held about a number',
    description:
      'For a citizen who asks what is held about them. The first 100 of each kind; with the `nextCursor` of the ' +
      'response before, those that follow. Audited.',
    request: {
      params: authorityParams,
      body: jsonBody(z.strictObject({ phone: phoneInBody, cursor: z.string().max(400).optional() })),
    },
    responses: { 200: json(citizenSchema, 'What is held'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { phone, cursor } = c.req.valid('json');
    const asked = { authorityId: c.req.valid('param').authority, phone: readPhone(phone), from: placesOf(cursor) };
    const held = await lookUpCitizen(deps, c.var.actor, asked, deps.now());
    return c.json(toCitizenBody(held), 200);
  }),
  adminRoute(requireRoleIn('administrator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/citizens/erase',
    tags: ['Citizens'],
    summary: 'Erase what is held about a number',
    description:
      'Numbers and texts go, what is planned ends, opt-outs stay as hashes and counts stay. Audited. It can ' +
      'not be undone.',
    request: {
      params: authorityParams,
      body: jsonBody(z.strictObject({ phone: phoneInBody })),
    },
    responses: {
      200: json(erasureSchema, 'Erased: how many of each held the number'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  })(async (c, deps) => {
    const phone = readPhone(c.req.valid('json').phone);
    const authorityId = c.req.valid('param').authority;
    return c.json(await eraseCitizen(deps, { authorityId, phone, actor: c.var.actor.name }, deps.now()), 200);
  }),
];
