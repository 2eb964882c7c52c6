import { durationOf, HOUR_MS, spanMs } from '../../../domain/duration.ts';
import type { Fault } from '../../../domain/errors.ts';
import { parseJsonText } from '../../../domain/json.ts';
import { MOST_ENTRIES } from '../../../http/schemas/source.ts';
import type { SourceView } from '../../../staff/sources/sources.ts';
import { fieldOf } from '../../kit/forms.ts';
import { type LineFault, linesOfMap, MAPS, type MapName, readLines } from './code-lines.ts';

/** The fields of the settings form, each as it was typed; a box that is ticked is `on`. */
export type TypedSettings = Readonly<Record<SettingsField, string>>;

/** Settings of HL7 v2, FHIR and CSV that are one of a few values. */
export const CHOICES = [
  'idField',
  'ackMode',
  'unknownEvents',
  'orderBy',
  'preAdmissions',
  'departmentFrom',
  'allowContactPhone',
  'dateOrder',
] as const;

const FIELDS = [
  'name',
  'mode',
  'absentPhone',
  'allowForeignNumbers',
  'defaultRegion',
  'timeZone',
  'signing',
  'header',
  'algorithm',
  'encoding',
  'prefix',
  'timestamped',
  'signedAddress',
  'replayMemory',
  'secret',
  'format',
  'mapping',
  'fhirBaseUrl',
  'fhirAuthorization',
  'appointmentResponses',
  'keepPatients',
  'placeText',
  'placeholderTimes',
  'shortIds',
  ...MAPS,
  ...CHOICES,
] as const;

/** The id of a field of the settings form. */
export type SettingsField = (typeof FIELDS)[number];

const onOff = (value: unknown) => (value === true ? 'on' : '');

/** The fields of a source as it is stored; its secrets are never shown. */
export function storedSettings(source: SourceView): TypedSettings {
  const { hmac, mapping } = source;
  return {
    name: source.name,
    mode: source.mode,
    absentPhone: source.absentPhone,
    timeZone: source.timeZone,
    allowForeignNumbers: onOff(source.allowForeignNumbers),
    defaultRegion: source.defaultRegion,
    signing: hmac ? 'hmac' : 'standard',
    header: hmac?.header ?? '',
    algorithm: hmac?.algorithm ?? 'sha256',
    encoding: hmac?.encoding ?? 'hex',
    prefix: hmac?.prefix ?? '',
    timestamped: onOff(hmac?.timestamped),
    signedAddress: hmac?.signedAddress ?? '',
    replayMemory: onOff(hmac?.replayMemory),
    secret: '',
    format: mapping === null ? 'own' : mapping === 'cal.com' ? mapping : 'mapping',
    mapping: mapping === null || mapping === 'cal.com' ? '' : JSON.stringify(mapping, null, 2),
    fhirBaseUrl: source.fhirBaseUrl ?? '',
    fhirAuthorization: '',
    appointmentResponses: onOff(source.appointmentResponses),
    placeText: source.placeText,
    keepPatients: String(spanMs(durationOf(source.keepPatients)) / HOUR_MS),
    placeholderTimes: source.placeholderTimes.join(', '),
    shortIds: onOff(source.shortIds),
    ...eachOf(MAPS, (name) => linesOfMap(source[name])),
    ...eachOf(CHOICES, (name) => source[name]),
  };
}

/** Values typed in the form. */
export function typedSettings(form: Record<string, unknown>): TypedSettings {
  return Object.fromEntries(FIELDS.map((name) => [name, fieldOf(form, name)])) as TypedSettings;
}

function eachOf<Name extends string, T>(names: readonly Name[], of: (name: Name) => T): Readonly<Record<Name, T>> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, T>;
}

/** The form in the words of the API, with what can't be said in them. */
export interface ReadSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The mapping is no JSON. */
  readonly noJson: boolean;
  /** The lines of each map that are no entries. */
  readonly lines: Readonly<Record<MapName, readonly LineFault[]>>;
}

/** Reads the form. */
export function readTyped(typed: TypedSettings): ReadSettings {
  const mapping = typed.format === 'mapping' ? parse(typed.mapping) : typed.format === 'own' ? null : typed.format;
  const maps = eachOf(MAPS, (name) => readLines(name, typed[name]));
  const { name, mode, absentPhone, defaultRegion, timeZone } = typed;
  const ticked = (field: SettingsField) => typed[field] === 'on';
  const hmac = {
    header: typed.header.trim(),
    algorithm: typed.algorithm,
    encoding: typed.encoding,
    prefix: typed.prefix,
    timestamped: ticked('timestamped'),
    signedAddress: typed.signedAddress.trim() || null,
    replayMemory: ticked('replayMemory'),
    ...(typed.secret !== '' && { secret: typed.secret }),
  };
  const settings = {
    ...eachOf(MAPS, (name) => maps[name].map),
    ...eachOf(CHOICES, (name) => typed[name]),
    placeholderTimes: timesIn(typed.placeholderTimes),
    name,
    mode,
    absentPhone,
    defaultRegion: defaultRegion.trim().toUpperCase(),
    timeZone: timeZone.trim(),
    allowForeignNumbers: ticked('allowForeignNumbers'),
    auth: typed.signing === 'hmac' ? { hmac } : null,
    mapping,
    placeText: typed.placeText,
    fhirBaseUrl: typed.fhirBaseUrl.trim() || null,
    appointmentResponses: ticked('appointmentResponses'),
    keepPatients: hoursIn(typed.keepPatients),
    shortIds: ticked('shortIds'),
    ...(typed.fhirAuthorization !== '' && { fhirAuthorization: typed.fhirAuthorization }),
  };
  return { settings, noJson: mapping === undefined, lines: eachOf(MAPS, (name) => maps[name].faults) };
}

/** Times of day, apart by blanks or commas; of more than a source may have only as many as show that. */
function timesIn(text: string): string[] {
  const times = text.split(/[\s,;]+/, MOST_ENTRIES.placeholderTimes + 2);
  return times.filter((time) => time !== '');
}

/** Hours, with a comma or a point, as a duration of minutes; what is none is left for the API to refuse. */
function hoursIn(text: string): string {
  const hours = Number(/^\d{1,4}(?:[.,]\d{1,3})?$/.exec(text.trim())?.[0].replace(',', '.') ?? Number.NaN);
  if (Number.isNaN(hours)) return text;
  return Number.isInteger(hours) ? `PT${hours}H` : `PT${Math.round(hours * 60)}M`;
}

function parse(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

/**
 * The field in which a fault stands, and the place in its JSON; '' where the whole field is meant.
 * @returns null for a setting of another page
 */
export function fieldOfFault({ pointer }: Fault): { readonly field: SettingsField; readonly at: string } | null {
  const [, first = '', second = '', third = ''] = pointer.split('/');
  const name = first === 'auth' && second === 'hmac' ? third : first;
  if (name === 'mapping') return { field: 'mapping', at: pointer.slice('/mapping'.length) };
  const own = FIELDS.find((field) => field === name);
  return own === undefined ? null : { field: own, at: '' };
}
