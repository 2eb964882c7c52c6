import type { Context } from 'hono';
import { notFound } from '../../domain/errors.ts';
import { UUID } from '../../domain/ids.ts';
import type { HttpEnv } from '../../http/env.ts';
import {
  ANY_REASON,
  type AskedOutcomes,
  OUTCOME_GROUPS,
  OUTCOME_STATES,
  type OutcomeGroup,
} from '../../staff/outcomes/outcomes.ts';
import { COUNTED } from '../../staff/statistics/statistics.ts';
import { isDay, readTypedDay } from '../kit/days.ts';
import type { PageLanguage } from '../kit/language.ts';
import { reasonsOf, type StateWords } from '../states/state-words.ts';

const LONGEST = 200;
const DAY = '\\d{4}-\\d\\d-\\d\\d';
/** Places in the parts of the lists. */
const PLACES = {
  handedOver: new RegExp(`^${UUID}$`),
  late: new RegExp(`^late/${DAY}/${UUID}$`),
  unsent: new RegExp(`^${DAY}/${UUID}$`),
  planned: new RegExp(`^${DAY}T\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z/${UUID}$`),
};

/** A day of the period that is wrong: it is none, or the period ends before it begins. */
export interface PeriodFault {
  readonly day: 'from' | 'to';
  readonly why: 'day' | 'period';
}

/** The filter in the address of the list; without a day it is `today`, without an end its first day. */
export function askedOf(
  c: Context<HttpEnv>,
  today: string,
): { readonly asked: AskedOutcomes; readonly fault: PeriodFault | null } {
  const text = (name: string) => c.req.query(name)?.slice(0, LONGEST) || null;
  const status = [...COUNTED, ...OUTCOME_GROUPS].find((each) => each === text('status')) ?? 'undelivered';
  const first = text('from') ?? today;
  const [from, to] = [readTypedDay(first), readTypedDay(text('to') ?? first)];
  const fault = periodFault(from, to);
  const asked: AskedOutcomes = {
    status,
    ...(from === null || to === null || fault ? { from: today, to: today } : { from, to }),
    reason: reasonOf(status, text('reason')),
    gateway: text('gateway'),
    department: text('department'),
    country: text('country'),
    template: text('template'),
    language: text('wording'),
    after: placeOf(status, text('place')),
  };
  return { asked, fault };
}

function periodFault(from: string | null, to: string | null): PeriodFault | null {
  if (from === null || to === null) return { day: from === null ? 'from' : 'to', why: 'day' };
  return from > to ? { day: 'from', why: 'period' } : null;
}

/** The reasons that an outcome may have, with their words; of a figure that counts several states, of each of them. */
export function reasonsFor(
  language: PageLanguage,
  status: AskedOutcomes['status'],
): Readonly<Record<string, StateWords>> {
  const statuses = isGroup(status) ? OUTCOME_STATES[status] : status === 'planned' ? [] : [status];
  return Object.assign({}, ...statuses.map((each) => reasonsOf(language, each)));
}

/** The reason where this outcome may have it. Another would narrow the list to nothing, unseen by whoever asks. */
function reasonOf(status: AskedOutcomes['status'], reason: string | null): string | null {
  const known = reasonsFor('en', status);
  if (reason === ANY_REASON) return Object.keys(known).length > 0 ? reason : null;
  return reason !== null && Object.hasOwn(known, reason) ? reason : null;
}

/** True for the name of a figure that counts several states. */
export const isGroup = (status: AskedOutcomes['status']): status is OutcomeGroup =>
  status === 'sent' || status === 'failed';

/** @throws Problem 404 for a place that no page of ours wrote */
function placeOf(status: AskedOutcomes['status'], place: string | null): string | null {
  if (place === null) return null;
  const patterns =
    status === 'planned'
      ? [PLACES.planned, PLACES.late]
      : status === 'uncertain' || status === 'sent' || status === 'failed'
        ? [PLACES.handedOver, PLACES.late, PLACES.unsent]
        : ['accepted', 'delivered', 'undelivered', 'rejected'].includes(status)
          ? [PLACES.handedOver, PLACES.late]
          : [PLACES.unsent];
  const [moment = ''] = place.replace('late/', '').split('/');
  const dated = place.includes('/') ? isDay(moment.slice(0, 10)) && !Number.isNaN(Date.parse(moment)) : true;
  if (!dated || !patterns.some((pattern) => pattern.test(place))) throw notFound('page');
  return place;
}
