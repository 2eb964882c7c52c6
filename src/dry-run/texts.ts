import type { Reader } from '../accounts/phone-access.ts';
import { type Authority, LANGUAGES, type Language } from '../domain/authority.ts';
import { addDays, localDay, readLocal } from '../domain/calendar.ts';
import { type Fault, notFound } from '../domain/errors.ts';
import type { TemplateName } from '../domain/reminder.ts';
import { countSegments, doubleCharacters, nonGsmCharacters } from '../domain/sms/segments.ts';
import { holdsCpr } from '../domain/text/cpr.ts';
import { holdsLink } from '../domain/text/links.ts';
import { type Privacy, privacyOf } from '../domain/text/privacy.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, TemplateAccess } from '../runtime/deps.ts';
import type { AppointmentRow } from '../staff/appointments/appointments.sql.ts';
import { type MonthUse, readMonthUse } from '../staff/templates/month-cost.ts';
import { sizeFaults } from '../staff/templates/save.ts';
import {
  countPlanned,
  findLatestByReference,
  findNextPlanned,
  type PlannedOf,
} from '../staff/templates/templates.sql.ts';
import { ABOUT_APPOINTMENTS, type CurrentText, readCurrentTexts } from '../staff/templates/templates.ts';
import { findAuthority } from '../store/authorities.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import {
  compileTemplate,
  inspectTemplate,
  isAnswer,
  type NoWayOut,
  noWayOut,
  render,
  type Template,
  type TemplateWarning,
  type TextSubject,
  type Variables,
  variablesFor,
  variablesForAnswer,
} from '../templates/index.ts';
import { printedOf, subjectOf } from './preview.ts';

/** An SMS as a phone would show it. */
export interface PrintedSms {
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  /** Septets or UTF-16 units of the whole text. */
  readonly units: number;
  /** Characters that make it UCS-2, and those that take two places of GSM-7. */
  readonly costly: readonly string[];
  readonly double: readonly string[];
  readonly privacy: Privacy;
}

/** A wording in one language beside the one in force. */
export interface TriedText {
  readonly language: Language;
  readonly current: CurrentText;
  /** The wording as typed; the one in force where nothing was. */
  readonly text: string;
  /** The faults that refuse it when it is saved. */
  readonly faults: readonly Fault[];
  readonly warnings: readonly TemplateWarning[];
  readonly noWayOut: readonly NoWayOut[];
  /** With long values; 0 for one that can't be used. */
  readonly longSegments: number;
  /** null: it prints nothing that could be sent. */
  readonly sms: PrintedSms | null;
  readonly currentSms: PrintedSms | null;
  readonly month: MonthUse | null;
  readonly planned: PlannedOf | null;
  /** The next planned reminder with the wording in force and as typed; null where there is none that may be shown. */
  readonly next: { readonly dueAt: Date; readonly before: string | null; readonly after: string | null } | null;
}

/** Wording that somebody tries. */
export interface TryTexts {
  readonly authorityId: string;
  readonly name: TemplateName;
  /** The wordings as typed; a language that is left out shows the one in force. */
  readonly typed: Partial<Record<Language, string>>;
  /** The appointment whose values are printed; null: sample values. */
  readonly reference: string | null;
}

type TryDeps = DatabaseAccess & GatewayAccess & KeyringAccess & TemplateAccess;

/** Days that planned reminders are counted ahead of today, and behind it: some wait for a pause to end. */
const DAYS_AHEAD = 400;
const DAYS_BEHIND = 7;

/**
 * Shows wording of a template in every language as it would be printed, with what it costs and changes. Nothing is
 * stored.
 * @returns the texts; `found` false when there is no such appointment, and sample values stand in
 * @throws Problem 404 for an unknown authority
 */
export async function tryTexts(
  deps: TryDeps,
  reader: Reader,
  request: TryTexts,
  now: Date,
): Promise<{ readonly found: boolean; readonly texts: readonly TriedText[] }> {
  const { authorityId, name, typed } = request;
  const authority = await findAuthority(deps.db, authorityId);
  if (!authority) throw notFound('authority');
  const real = await realValues(deps, authority, reader, request);
  const today = localDay(now, authority.timeZone);
  const current = await readCurrentTexts(deps, authority, name);
  const use = { authorityId, name };
  // The counts are those of all departments: a person of some departments only gets none.
  const counts = !reader.departments;
  const month = counts ? await readMonthUse(deps, { authority, name, day: today }) : [];
  const span = { from: addDays(today, -DAYS_BEHIND), to: addDays(today, DAYS_AHEAD) };
  const planned = counts && !isAnswer(name) ? await countPlanned(deps.db, { ...use, ...span }) : [];
  const texts: TriedText[] = [];
  for (const language of LANGUAGES) {
    const inForce = current.find((each) => each.language === language);
    if (!inForce) continue;
    const values = real ?? sampleValues(authority, name, now);
    const text = typed[language] ?? inForce.text;
    const pair = { before: compiled(deps, inForce, inForce.text), after: compiled(deps, inForce, text) };
    const count = planned.find((each) => each.language === language) ?? null;
    texts.push({
      language,
      current: inForce,
      text,
      ...checked(deps, authority, name, text),
      sms: printed(pair.after, values, language, deps),
      currentSms: printed(pair.before, values, language, deps),
      month: month.find((each) => each.language === language) ?? null,
      planned: count,
      next: count && (await nextOf(deps, authority, reader, count, { ...pair, ...use })),
    });
  }
  return { found: real !== null || request.reference === null, texts };
}

/** Prints values in a language; `hasTime` false: the appointment has a day only. */
interface PrintedValues {
  readonly of: (language: Language) => Variables;
  readonly hasTime: boolean;
}

async function realValues(
  deps: TryDeps,
  authority: Authority,
  reader: Reader,
  { reference, name }: TryTexts,
): Promise<PrintedValues | null> {
  if (reference === null || isAnswer(name)) return null;
  const row = await findLatestByReference(deps.db, authority.id, reference, reader.departments ?? null);
  return row ? valuesOf(deps, authority, row) : null;
}

async function valuesOf(deps: TryDeps, authority: Authority, row: AppointmentRow): Promise<PrintedValues | null> {
  const source = (await findSourcesWithAuthority(deps.db, [row.source_id])).get(row.source_id)?.source;
  const subject = source ? subjectOf(printedOf(deps, row), source) : null;
  return subject && { of: (language) => variablesFor(subject, authority, language), hasTime: subject.hasTime };
}

/** Values as an appointment of the authority might have them, a week ahead. */
function sampleValues(authority: Authority, name: TemplateName, now: Date): PrintedValues {
  if (isAnswer(name)) return { of: () => variablesForAnswer(authority, authority.inboundKeyword), hasTime: true };
  const day = addDays(localDay(now, authority.timeZone), 7);
  const at = (time: string) => readLocal(`${day}T${time}`, authority.timeZone).at;
  const subject: TextSubject = {
    start: at('10:30'),
    kind: 'visit',
    contactPhone: null,
    announcedStart: at('09:15'),
    locationText: 'Opgang 4, 3. sal',
    department: 'Ambulatorium Nord',
  };
  return { of: (language) => variablesFor(subject, authority, language), hasTime: true };
}

function compiled(deps: TemplateAccess, { name, language }: CurrentText, text: string): Template | null {
  try {
    return compileTemplate(name, language, deps.templates.get(name, language).text === text ? 0 : 1, text);
  } catch {
    return null;
  }
}

/** The text that dispatch would choose: own wording that always prints a time is not used where there is none. */
function chosen(deps: TemplateAccess, template: Template, { hasTime }: PrintedValues): Template {
  return hasTime || !template.needsTime ? template : deps.templates.get(template.name, template.language);
}

function printed(
  template: Template | null,
  values: PrintedValues,
  language: Language,
  deps: TemplateAccess,
): PrintedSms | null {
  const rendered = template && render(chosen(deps, template, values), values.of(language));
  if (!rendered || rendered.refused) return null;
  const { text } = rendered;
  const { encoding, segments, units } = countSegments(text);
  const costly = nonGsmCharacters(text);
  const double = encoding === 'gsm7' ? doubleCharacters(text) : [];
  return { text, encoding, segments, units, costly, double, privacy: privacyWith(text, template) };
}

/** A department is named wherever a text prints one, whatever this one is called. */
function privacyWith(text: string, { variables }: Template): Privacy {
  const privacy = privacyOf(text);
  if (!variables.includes('department')) return privacy;
  const words = [...privacy.words, '{{department}}'];
  return privacy.grade === 0 ? { grade: 1, words } : { ...privacy, words };
}

function checked(
  { gateways }: GatewayAccess,
  authority: Authority,
  name: TemplateName,
  text: string,
): Pick<TriedText, 'faults' | 'warnings' | 'noWayOut' | 'longSegments'> {
  const { faults, warnings, segments, variables } = inspectTemplate(text, name);
  const about = ABOUT_APPOINTMENTS.has(name) && faults.length === 0;
  return {
    faults: [
      ...faults,
      ...(holdsCpr(text) ? [{ pointer: '/text', code: 'holds_cpr', detail: 'It holds a CPR number.' }] : []),
      ...(holdsLink(text) ? [{ pointer: '/text', code: 'holds_link', detail: 'It holds a link.' }] : []),
      ...(faults.length === 0 ? sizeFaults(gateways, authority, { name, text }) : []),
    ],
    warnings,
    noWayOut: about ? noWayOut(text, variables.includes('contactPhone'), authority) : [],
    longSegments: segments,
  };
}

async function nextOf(
  deps: TryDeps,
  authority: Authority,
  { departments = null }: Reader,
  { language, first }: PlannedOf,
  { name, before, after }: { name: TemplateName; before: Template | null; after: Template | null },
): Promise<TriedText['next']> {
  const midnight = (day: string) => readLocal(`${day}T00:00`, authority.timeZone).at;
  const within = { from: midnight(first), to: midnight(addDays(first, 2)), departments };
  const found = await findNextPlanned(deps.db, { authorityId: authority.id, name, language }, within);
  const values = found ? await valuesOf(deps, authority, found.appointment) : null;
  if (!found || !values) return null;
  const textOf = (template: Template | null) => printed(template, values, language, deps)?.text ?? null;
  return { dueAt: found.dueAt, before: textOf(before), after: textOf(after) };
}
