import { type Authority, MEETINGS, type Rule } from '../../domain/authority.ts';
import { type DurationFields, durationFields, readDurationFields } from './durations.ts';

/** The fields of a form by their names, as they are typed; a box that is ticked is `on`. */
export type Values = Readonly<Record<string, string>>;

/** Rules that an authority may have. */
export const MOST_RULES = 10;
const NEW_RULE = { count: '', unit: 'days' };
/** The name of the field of a gateway begins with this; its id follows. */
const GATEWAY = 'gateway-';
/** Gateways of a form that get a field for having been typed: no page has more fields of them than there are. */
const MOST_TYPED = 50;

/** The fields of one setting that is a duration. */
export function durationValues(name: string, text: string): Values {
  const { count, unit } = durationFields(text);
  return { [name]: count, [`${name}-unit`]: unit };
}

/** The duration that the fields of this name say. */
export function durationIn(values: Values, name: string): string {
  return readDurationFields(durationFieldsIn(values, name));
}

/** The fields of this name as they are typed. */
export function durationFieldsIn(values: Values, name: string): DurationFields {
  return { count: values[name] ?? '', unit: values[`${name}-unit`] ?? 'days' };
}

/** A tick box among the values; a browser sends nothing for one without a tick. */
export const box = (name: string, ticked: boolean): Values => (ticked ? { [name]: 'on' } : {});
/** True for a box that is ticked. */
export const isTicked = (values: Values, name: string): boolean => values[name] === 'on';
/** The entries of a field with one a line. */
export const linesIn = (values: Values, name: string): string[] =>
  (values[name] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 400);
/** The text of a field; null for an empty one. */
export const textIn = (values: Values, name: string): string | null => plainBlanks(values[name] ?? '').trim() || null;

/** The text with blanks in place of hard ones, which a number has that was copied from one of our pages. */
export const plainBlanks = (text: string): string => text.replaceAll('\u00a0', ' ');

/** The fields of the rules, and of one more that is empty. */
export function ruleValues(rules: readonly Rule[]): Values {
  const empty = rules.length < MOST_RULES ? emptyRule(rules.length) : {};
  return Object.assign({}, ...rules.map(oneRule), empty) as Values;
}

function oneRule({ id, lead, at, when }: Rule, index: number): Values {
  const prefix = `rule-${index}`;
  return {
    [`${prefix}-id`]: id,
    ...durationValues(prefix, lead),
    [`${prefix}-at`]: at ?? '',
    [`${prefix}-departments`]: (when?.departments ?? []).join('\n'),
    ...Object.assign({}, ...(when?.kinds ?? []).map((kind) => box(`${prefix}-${kind}`, true))),
  };
}

function emptyRule(index: number): Values {
  return { [`rule-${index}-id`]: '', [`rule-${index}`]: NEW_RULE.count, [`rule-${index}-unit`]: NEW_RULE.unit };
}

/** The numbers of the rules that a form has, the empty one included. */
export function ruleIndexes(values: Values): number[] {
  return Array.from({ length: MOST_RULES + 1 }, (_, index) => index).filter(
    (index) => values[`rule-${index}-id`] !== undefined,
  );
}

/** A rule as it was typed, with its number in the form. */
export interface TypedRule {
  readonly index: number;
  readonly rule: { id: string; template: 'reminder'; lead: string; at?: string; when?: object };
}

/** The rules that a form says, without those that are to be removed and the one that stayed empty. */
export function readRules(values: Values): TypedRule[] {
  const kept = ruleIndexes(values).filter((index) => {
    return !isUntouched(values, index) && !isTicked(values, `rule-${index}-remove`);
  });
  const taken = new Set(kept.map((index) => values[`rule-${index}-id`] ?? ''));
  return kept.map((index) => {
    const prefix = `rule-${index}`;
    const id = values[`${prefix}-id`] || newId(durationFieldsIn(values, prefix), taken);
    const at = (values[`${prefix}-at`] ?? '').trim();
    const kinds = MEETINGS.filter((kind) => isTicked(values, `${prefix}-${kind}`));
    const departments = linesIn(values, `${prefix}-departments`);
    const when = { ...(kinds.length > 0 && { kinds }), ...(departments.length > 0 && { departments }) };
    return {
      index,
      rule: {
        id,
        template: 'reminder' as const,
        lead: durationIn(values, prefix),
        ...(at !== '' && { at }),
        ...(Object.keys(when).length > 0 && { when }),
      },
    };
  });
}

/** True for the fields of a new rule in which nothing was said. */
function isUntouched(values: Values, index: number): boolean {
  const prefix = `rule-${index}`;
  const texts = ['-id', '', '-at', '-departments'].map((name) => (values[`${prefix}${name}`] ?? '').trim());
  return texts.every((text) => text === '') && !MEETINGS.some((kind) => isTicked(values, `${prefix}-${kind}`));
}

/** A name for a new rule. A rule keeps its name when it changes, since reminders refer to it by the name. */
function newId({ count, unit }: DurationFields, taken: Set<string>): string {
  const name = `${count.trim().replace(/\D/g, '').slice(0, 5) || '0'}-${unit}-before`;
  for (let nth = 1; ; nth++) {
    const id = nth === 1 ? name : `${name}-${nth}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/** Days of every year (`12-24`) as people write them: `24/12`. */
export function dayListText(days: readonly string[]): string {
  return days.map((day) => `${Number(day.slice(3))}/${Number(day.slice(0, 2))}`).join(', ');
}

/** Reads days that are written as day and month; what is none stays as it is, to be refused. */
export function readDayList(text: string): string[] {
  const parts = text.split(/[,;\n]/).map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .slice(0, 400)
    .map((part) => {
      const [, day = '', month = ''] = /^(\d{1,2})[/.-](\d{1,2})\.?$/.exec(part) ?? [];
      return day === '' ? part.slice(0, 20) : `${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    });
}

/** The order of the gateways as a form has it: `gateway-<id>` is its place, empty where it isn't used. */
export function gatewayValues(authority: Pick<Authority, 'gateways'>): Values {
  return Object.fromEntries(authority.gateways.map((id, nth) => [`${GATEWAY}${id}`, String(nth + 1)]));
}

/** The gateway that a field of this name is about; undefined for any other field. */
export function gatewayIn(name: string): string | undefined {
  return name.startsWith(GATEWAY) ? name.slice(GATEWAY.length) : undefined;
}

/** The fields of gateways among those of a form. */
export function gatewayValuesIn(form: Readonly<Record<string, unknown>>): Values {
  const texts = Object.entries(form).flatMap(([name, value]) =>
    gatewayIn(name) !== undefined && typeof value === 'string' ? [[name, value] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** The gateways that a form has a place for, with it: 0 where it isn't used. */
function placesIn(values: Values): { readonly id: string; readonly place: number }[] {
  return Object.entries(values).flatMap(([name, text]) => {
    const [id, place] = [gatewayIn(name), Number(text)];
    return id !== undefined && Number.isInteger(place) ? [{ id, place }] : [];
  });
}

/** The gateways that a form has fields for: those that are configured, and others that are stored or typed. */
export function gatewaysToPlace(
  configured: readonly { readonly id: string }[],
  { gateways }: Pick<Authority, 'gateways'>,
  values: Values,
): string[] {
  const known = [...configured.map(({ id }) => id), ...gateways];
  return [...new Set([...known, ...chosenGateways(values).slice(0, MOST_TYPED)])];
}

/**
 * The ids in the order that the form says, also of gateways that are not configured any more, which only a person may
 * drop; [] for all in the installation's order.
 */
export function chosenGateways(values: Values): string[] {
  const used = placesIn(values).filter(({ place }) => place > 0);
  return used.sort((a, b) => a.place - b.place).map(({ id }) => id);
}

/** The gateways that have the place of one before them. */
export function secondsInPlace(values: Values): string[] {
  const used = placesIn(values).filter(({ place }) => place > 0);
  return used.filter(({ place }, nth) => used.findIndex((each) => each.place === place) < nth).map(({ id }) => id);
}

/** The name of the field of a gateway. */
export function gatewayField(id: string): string {
  return `${GATEWAY}${id}`;
}
