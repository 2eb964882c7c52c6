import type { Context } from 'hono';
import { addDays, readLocal } from '../../../../domain/calendar.ts';
import type { AuditSearch } from '../../../../staff/audit.ts';
import type { HttpEnv } from '../../../env.ts';
import { isDay } from '../../days.ts';
import { isAction } from './actions.ts';

/** The search of the audit that an address asks for, as it was typed. */
export interface AuditQuery {
  readonly actor: string;
  readonly action: string;
  readonly from: string;
  readonly to: string;
}

/** The names of those who act, as they are stored. */
const ACTOR = /^(?:administrator|anonymous|(?:person|key|source|gateway):[^\p{Cc}\p{Cs}]{1,160})$/u;

/** Reads the address; what can't be meant is left out. */
export function readAuditQuery(c: Context<HttpEnv>): AuditQuery {
  const { actor = '', action, from = '', to = '' } = c.req.query();
  return {
    actor: ACTOR.test(actor) ? actor : '',
    action: isAction(action) ? action : '',
    from: isDay(from) ? from : '',
    to: isDay(to) ? to : '',
  };
}

/** The search of an address, whose days are those of a zone. */
export function toSearch({ actor, action, from, to }: AuditQuery, zone: string): AuditSearch {
  return {
    ...(actor && { actor }),
    ...(action && { action }),
    ...(from && { from: readLocal(`${from}T00:00`, zone).at }),
    ...(to && { to: readLocal(`${addDays(to, 1)}T00:00`, zone).at }),
  };
}
