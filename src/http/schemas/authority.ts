import { z } from '@hono/zod-openapi';
import {
  type Authority,
  type AuthoritySettings,
  DEFAULT_SENDING_WINDOW,
  AUTHORITY_DEFAULTS as DEFAULTS,
  LANGUAGES,
  MEETINGS,
} from '../../domain/authority.ts';
import { isMonthDay } from '../../domain/calendar.ts';
import type { OwnKeywords } from '../../domain/keywords.ts';
import { faultOfLead } from '../../domain/planning/planning.ts';
import { isReservedForAgain } from '../../domain/planning/send-again.ts';
import { NOTICE_NAMES } from '../../domain/reminder.ts';
import { contradictions, faultOfLeasedKeyword, faultsOfKeyword, RESERVED } from '../../domain/replies/own-keywords.ts';
import { SENDER } from '../../domain/sms/sender.ts';
import { ID, written } from '../describe.ts';
import { pauseSchema, toPauseBody } from './pause.ts';
import { country, duration, timeZone } from './place-and-time.ts';
import { noteText, printedText, refuseWith, text, toIssue } from './text.ts';

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of day as HH:MM, 00:00 to 23:59.')
  .openapi({ example: '10:00' });

const monthDay = z
  .string()
  .refine(isMonthDay, refuseWith('no_such_day', 'Write a day of the year as MM-DD, such as 12-24.'))
  .openapi({ example: '12-24' });

const NOTICE_RULES = new Set<string>(NOTICE_NAMES);

const rule = z
  .strictObject({
    id: z
      .string()
      .regex(ID, 'Use small letters, digits and dashes, 63 at most.')
      .refine((id) => !NOTICE_RULES.has(id), refuseWith('reserved', 'This id belongs to a notice: choose another one.'))
      .refine(
        (id) => !isReservedForAgain(id),
        refuseWith('reserved', 'Ids that begin with again belong to reminders that staff send again.'),
      ),
    template: z.literal('reminder').default('reminder'),
    lead: duration('P366D', 'P1D'),
    at: clockTime.optional().describe('Wall-clock time on that day, in the time zone of the authority'),
    when: z
      .strictObject({
        kinds: z.array(z.enum(MEETINGS)).min(1).max(4).optional(),
        departments: z.array(noteText(60)).min(1).max(200).optional(),
      })
      .optional(),
  })
  .superRefine((value, context) => {
    const fault = faultOfLead(value);
    if (fault) context.addIssue(toIssue(fault, { path: ['lead'] }));
  })
  .openapi('Rule');

const unique = <T>(items: readonly T[]) => new Set(items).size === items.length;

const sendingWindow = z
  .strictObject({
    from: clockTime.default(DEFAULT_SENDING_WINDOW.from),
    to: clockTime.default(DEFAULT_SENDING_WINDOW.to),
    weekdaysOnly: z.boolean().default(DEFAULT_SENDING_WINDOW.weekdaysOnly),
    publicHolidays: z.enum(['DK']).nullable().default(DEFAULT_SENDING_WINDOW.publicHolidays),
    closedDays: z
      .array(monthDay)
      .max(366)
      .default(() => [...DEFAULT_SENDING_WINDOW.closedDays]),
  })
  .refine(({ from, to }) => from < to, {
    ...refuseWith('empty_window', '`to` must be later than `from`, on the same day.'),
    path: ['to'],
  })
  .openapi('SendingWindow');

const keyword = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9ÆØÅ]{2,20}$/, 'A keyword is one word of 2 to 20 letters and digits.')
  .superRefine((word, context) => {
    const fault = faultOfLeasedKeyword(word);
    if (fault) context.addIssue(toIssue(fault));
  });

function keywordList(list: keyof OwnKeywords) {
  const word = text(40).superRefine((value, context) => {
    // A reserved word is not compared with the other lists.
    for (const fault of faultsOfKeyword(list, value))
      context.addIssue(toIssue(fault, { continue: fault !== RESERVED }));
  });
  return z
    .array(word)
    .max(50)
    .default(() => []);
}

/** `keywords` of an authority: words of its own that replies are understood by. */
const keywords = z
  .strictObject({ cancel: keywordList('cancel'), confirm: keywordList('confirm'), stop: keywordList('stop') })
  .superRefine((lists, context) => {
    for (const { list, at, ...fault } of contradictions(lists)) context.addIssue(toIssue(fault, { path: [list, at] }));
  })
  .default(() => ({ cancel: [], confirm: [], stop: [] }))
  .openapi('Keywords', { description: 'Whole replies of citizens, beside the words that EasySMS knows' });

/** Sender of SMS, by the rules that hold at every gateway. */
export const settingsSender = z
  .string()
  .regex(
    SENDER,
    'A sender is 1 to 11 of A-Z, a-z, 0-9 and blank, with a letter among them, or a number of 3 to 15 digits.',
  )
  .openapi({ example: 'RegionH' });

const settingsShape = {
  name: noteText(60).openapi({ example: 'Region Hovedstaden', description: 'Stands in texts' }),
  sender: settingsSender,
  senders: z
    .record(country, settingsSender)
    .default(() => ({ ...DEFAULTS.senders }))
    .openapi({
      description:
        'Senders for numbers of single countries, in place of `sender`: some take no names, or only those that are ' +
        'registered there. By country (ISO 3166)',
      example: { SE: '46701234567' },
    }),
  gateways: z
    .array(z.string().regex(ID, 'Use the id of a gateway.'))
    .max(20)
    .refine(unique, refuseWith('repeated', 'A gateway stands here twice.'))
    .default(() => [...DEFAULTS.gateways])
    .describe(
      'Gateways that its reminders may go through, the preferred first; empty for all, in the order of ' +
        'EASYSMS_GATEWAYS. The first that is in use takes a reminder, the next one only what was certainly not sent.',
    ),
  inboundKeyword: keyword.nullable().default(DEFAULTS.inboundKeyword),
  language: z.enum(LANGUAGES).default(DEFAULTS.language),
  timeZone: timeZone.default(DEFAULTS.timeZone),
  rules: z
    .array(rule)
    .max(10)
    .refine((rules) => unique(rules.map(({ id }) => id)), refuseWith('repeated', 'Two rules have the same id.'))
    .default(() => DEFAULTS.rules.map(({ id, template, lead, at }) => ({ id, template, lead, at }))),
  sendingWindow: sendingWindow
    .nullable()
    .default(() => ({ ...DEFAULT_SENDING_WINDOW, closedDays: [...DEFAULT_SENDING_WINDOW.closedDays] }))
    .describe('When an SMS may be handed over; null for any time'),
  lateBooking: duration('P30D', 'PT4H').default(DEFAULTS.lateBooking),
  minimumNotice: duration('P30D', 'PT1H').default(DEFAULTS.minimumNotice),
  minimumGap: duration('P30D', 'PT20H').default(DEFAULTS.minimumGap),
  onUncertain: z.enum(['hold', 'resend']).default(DEFAULTS.onUncertain),
  retentionDays: z.int().min(1).max(3650).default(DEFAULTS.retentionDays),
  notices: z
    .strictObject({
      booked: z.boolean().default(DEFAULTS.notices.booked),
      moved: z.boolean().default(DEFAULTS.notices.moved),
      cancelled: z.boolean().default(DEFAULTS.notices.cancelled),
    })
    .default(() => ({ ...DEFAULTS.notices })),
  noticeDelay: duration('P1D', 'PT10M').default(DEFAULTS.noticeDelay),
  maxPerNumberPerDay: z.int().min(1).max(1000).default(DEFAULTS.maxPerNumberPerDay),
  allowedCountries: z
    .array(country)
    .min(1)
    .max(300)
    .refine(unique, refuseWith('repeated', 'A country stands here twice.'))
    .default(() => [...DEFAULTS.allowedCountries]),
  contactPhone: printedText(20)
    .regex(
      /^\+?\d[\d ]{1,18}\d$/,
      'Write the number as people are to read it: digits and blanks, with + and the country code if it is needed.',
    )
    .nullable()
    .default(DEFAULTS.contactPhone),
  keywords,
  onCancel: z
    .enum(['event', 'staff', 'phone', 'off'])
    .default(DEFAULTS.onCancel)
    .describe(
      'When a citizen cancels by SMS. staff: the reminders of the appointment are held until staff settle the ' +
        'reply, and the citizen hears that word follows once it is cancelled. event: the citizen hears that the ' +
        'booking system was told; the same as staff as long as the source has no live endpoint that takes it. ' +
        'phone: the reminders are held, and the citizen is asked to phone. off: a person reads the reply, and the ' +
        'reminders go.',
    ),
  confirmEndsReminders: z
    .boolean()
    .default(DEFAULTS.confirmEndsReminders)
    .describe('No more reminders of an appointment that the citizen confirmed by SMS'),
  withoutReminders: z
    .strictObject({
      departments: z
        .array(noteText(60))
        .max(500)
        .refine(unique, refuseWith('repeated', 'A department stands here twice.'))
        .default(() => []),
      kinds: z
        .array(z.enum(MEETINGS))
        .refine(unique, refuseWith('repeated', 'A kind stands here twice.'))
        .default(() => []),
    })
    .default(() => ({ departments: [], kinds: [] }))
    .describe(
      'Departments, by their names, and kinds of appointments that no reminders and no notices are sent about ' +
        '(`suppressed`, `no_sms`), whatever the rules say. A change ends or plans those of appointments ahead; ' +
        'notices whose moment has passed are not sent.',
    ),
  staffMayWrite: z
    .boolean()
    .default(DEFAULTS.staffMayWrite)
    .describe('Staff may write to citizens in words of their own, not only by standard answers'),
  cvr: z
    .string()
    .regex(/^\d{8}$/, 'A CVR number has eight digits.')
    .nullable()
    .default(DEFAULTS.cvr)
    .describe('CVR number, to which privileges of an identity provider are limited'),
  requireSecondFactor: z
    .boolean()
    .default(DEFAULTS.requireSecondFactor)
    .describe('People who sign in to the pages by a password must give a code of an authenticator app too'),
};

/**
 * Body of `PUT /v1/authorities/{authority}`: a mistyped name must not pass as a setting left out, so unknown ones are
 * refused.
 */
export const authoritySettings = z.strictObject(settingsShape).openapi('AuthoritySettings');

/** An authority as the API shows it. */
export const authoritySchema = z
  .object({ id: z.string(), ...settingsShape, version: z.int(), paused: pauseSchema.nullable() })
  .openapi('Authority');

/** An authority in the words of the API. */
export function toAuthorityBody(authority: Authority): z.infer<typeof authoritySchema> {
  const { id, version, paused, ...settings } = authority;
  return { id, ...toAuthoritySettingsBody(settings), version, paused: toPauseBody(paused) };
}

/** Settings as a body of `PUT` has them. */
export function toAuthoritySettingsBody(settings: AuthoritySettings): z.infer<typeof authoritySettings> {
  return written(settings);
}
