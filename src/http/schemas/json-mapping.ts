import { z } from '@hono/zod-openapi';
import { MAPPED_FIELDS, MAPPED_TYPES } from '../../staff/sources/sources.ts';
import { refuseWith, sendersWord, text } from './text.ts';

/** A word of the sender's own as a key of the settings. */
export const wordKey = sendersWord(text(100));

/** An object whose keys are the sender's own words. */
export function wordMap<T extends z.ZodType>(value: T, most: number) {
  return z
    .record(wordKey, value)
    .refine((map) => Object.keys(map).length <= most, refuseWith('too_big', `There may be ${most} entries at most.`));
}

/** RFC 6901 §3; '' is the whole. */
const pointer = sendersWord(text(300).or(z.literal('')))
  .refine(
    (value) => /^(?:\/(?:[^~/]|~[01])*)*$/.test(value),
    refuseWith('not_a_pointer', 'Write a JSON pointer (RFC 6901), such as /booking/id.'),
  )
  .openapi({ example: '/booking/id' });
const pointers = z.union([pointer, z.array(pointer).min(1).max(10)]);

const optionalFields = Object.fromEntries(MAPPED_FIELDS.map((field) => [field, pointers.optional()])) as Record<
  (typeof MAPPED_FIELDS)[number],
  z.ZodOptional<typeof pointers>
>;

const mappingCase = z
  .strictObject({
    when: z
      .record(pointer, z.union([sendersWord(z.string().max(300)), sendersWord(z.number()), z.boolean(), z.null()]))
      .refine((when) => Object.keys(when).length <= 20, refuseWith('too_big', 'There may be 20 conditions at most.'))
      .openapi({
        description: 'JSON pointers to the values that must stand there, all of them; null also fits where nothing is',
        example: { '/event': 'invitee.canceled', '/payload/rescheduled': true },
      }),
    type: z
      .enum(MAPPED_TYPES)
      .nullable()
      .describe('What EasySMS calls it, an event type or a status; null: such events are ignored'),
  })
  .openapi('MappingCase');

/** How a vendor's JSON is read. */
export const jsonMapping = z
  .strictObject({
    events: pointer.optional().openapi({
      description: 'To an array of events in one body; left out: the body is one event',
      example: '/bookings',
    }),
    type: z.union([pointers, z.array(mappingCase).min(1).max(50)]).openapi({
      description:
        'What happened: a pointer to what `types` translates (of several the first that leads to a value counts), or ' +
        'cases, of which the first whose conditions all hold decides; an event that fits none is ignored',
      example: '/action',
    }),
    types: wordMap(z.enum(MAPPED_TYPES).nullable(), 200)
      .optional()
      .openapi({
        description:
          'What the system calls it to what EasySMS calls it, an event type or a status; null: such events are ' +
          'ignored. So is whatever is missing; but where its name may tell of an end, the SMS of its appointment ' +
          'wait until it stands here. Required where `type` is a pointer',
        example: { created: 'appointment.booked', removed: 'appointment.cancelled' },
      }),
    fields: z
      .strictObject({
        ...optionalFields,
        id: pointers,
        startDate: pointers.optional().describe('Used with `startTime` where `start` leads to nothing'),
        startTime: pointers.optional().describe('The time of day of `startDate`'),
        timeZone: pointers
          .nullable()
          .optional()
          .describe(
            'The name of the zone of a start and an end without an offset, as in the IANA database or in Windows; ' +
              'null: what stands beside the start says nothing about it',
          ),
        phoneCountry: pointers
          .optional()
          .describe('The calling code or ISO 3166-1 code of the country of numbers that have none'),
      })
      .openapi({
        description:
          'Where the fields of an event stand, within one event. `phone`: all pointers count, the best ' +
          'number first; each may lead to a list. `replaces`: the id that the appointment had until now. ' +
          '`test`: true for an event that is planned and never sent',
        example: { id: '/booking/id', start: '/booking/start', phone: ['/customer/mobile', '/customer/phone'] },
      }),
  })
  .refine(({ type, types }) => types !== undefined || (Array.isArray(type) && typeof type[0] === 'object'), {
    ...refuseWith('required', 'Say what the values of type mean, or list cases in type.'),
    path: ['types'],
  })
  .openapi('JsonMapping');
