import type { Context } from 'hono';
import { addDays, readLocal } from '../../../domain/calendar.ts';
import { isUuid } from '../../../domain/ids.ts';
import { isStorableText } from '../../../domain/reference.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { type AuditSearch, type AuditSubject, type AuditView, sourceOf } from '../../../staff/audit.ts';
import { isDay, readTypedDay } from '../../kit/days.ts';
import { actionsOn, isAction } from './actions.ts';

/** The search of the audit that an address asks for. */
export interface AuditQuery {
  readonly actor: string;
  readonly action: string;
  /** Kind and id of the subject. */
  readonly target: string;
  readonly from: string;
  readonly to: string;
  /** `off`: without look-ups. */
  readonly lookups: string;
  /** The id of a line: its look-ups alone. */
  readonly fold: string;
}

/** Characters of a text that is no day that are kept as they were typed. */
const LONGEST_DAY = 40;
/** The names of those who act, as they are stored. */
const ACTOR = /^(?:person|key|source|gateway):.{1,160}$/su;
const NAMELESS: readonly string[] = ['administrator', 'anonymous', 'retention', 'several', 'key of another authority'];

/** Reads the address. Days that can't be read stay as typed; anything else that can't be meant is left out. */
export function readAuditQuery(c: Context<HttpEnv>): AuditQuery {
  const { actor = '', action, target = '', from = '', to = '', lookups, fold } = c.req.query();
  return {
    actor: NAMELESS.includes(actor) || (ACTOR.test(actor) && isStorableText(actor)) ? actor : '',
    action: isAction(action) ? action : '',
    target: TARGET.test(target) ? target : '',
    from: readTypedDay(from) ?? from.slice(0, LONGEST_DAY),
    to: readTypedDay(to) ?? to.slice(0, LONGEST_DAY),
    lookups: lookups === 'off' ? 'off' : '',
    fold: isUuid(fold ?? null) ? (fold ?? '') : '',
  };
}

/** The fields of the period that are wrong, each with why: it is no day, or the period ends before it begins. */
export function periodFaults({ from, to }: AuditQuery): Readonly<Partial<Record<'from' | 'to', 'day' | 'period'>>> {
  const isWrong = (day: string) => day !== '' && !isDay(day);
  if (isWrong(from) || isWrong(to))
    return { ...(isWrong(from) && { from: 'day' as const }), ...(isWrong(to) && { to: 'day' as const }) };
  return from !== '' && to !== '' && from > to ? { from: 'period' } : {};
}

/** The search of an address whose period has no fault; its days are those of a zone. */
export function toSearch({ actor, action, target, from, to, lookups, fold }: AuditQuery, zone: string): AuditSearch {
  if (fold !== '') return { fold };
  return {
    lookUps: lookups === 'off' ? 'off' : 'folded',
    ...(actor && { actor }),
    ...(action && { action }),
    about: auditSubjectOf(target),
    ...(from && { from: readLocal(`${from}T00:00`, zone).at }),
    ...(to && { to: readLocal(`${addDays(to, 1)}T00:00`, zone).at }),
  };
}

/** Things that entries are about, by the words that the actions on them begin with, and further actions on them. */
const KINDS = {
  source: ['refusals.see', 'authentication.refused'],
  gateway: ['authentication.refused'],
  key: [],
  person: [],
} as const;
/** Kind and id, as an address names them. */
const TARGET = /^(source|gateway|key|person):([\w.-]{1,100})$/;

/** The subject that an address names (`source:epj`), in the words of the audit; undefined where it names none. */
function auditSubjectOf(target: string): AuditSubject | undefined {
  const [, kind, id = ''] = TARGET.exec(target) ?? [];
  const found = Object.entries(KINDS).find(([each]) => each === kind);
  if (!found) return undefined;
  const actions = [...actionsOn(found[0]), ...found[1]];
  return { actions, targets: [id, target], ...(kind === 'person' && { account: id }) };
}

/** The subject of an entry, as an address names it; null where it is none that can be looked for. */
export function targetOf(row: AuditView): string | null {
  const { action, target } = row;
  if (row.sourceName !== null) return `source:${sourceOf(row)}`;
  if (action.startsWith('key.')) return `key:${target}`;
  if (action.startsWith('gateway.')) return `gateway:${target}`;
  return action.startsWith('person.') && row.subject !== null ? `person:${target}` : null;
}
