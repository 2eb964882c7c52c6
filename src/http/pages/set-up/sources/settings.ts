import type { Fault } from '../../../../domain/errors.ts';
import { isObject, parseJsonText } from '../../../../domain/json.ts';
import type { SourceView } from '../../../../staff/sources/sources.ts';
import { toSettingsBody } from '../../../schemas/source-settings-body.ts';
import { fieldOf } from '../../forms.ts';

/** The fields of the settings form, each as it was typed; a box that is ticked is `on`. */
export type TypedSettings = Readonly<Record<SettingsField, string>>;

const FIELDS = [
  ...(['name', 'mode', 'absentPhone', 'allowForeignNumbers', 'defaultRegion', 'timeZone'] as const),
  ...(['signing', 'header', 'algorithm', 'encoding', 'prefix', 'timestamped', 'signedAddress'] as const),
  ...(['replayMemory', 'secret', 'format', 'mapping', 'fhirBaseUrl', 'fhirAuthorization'] as const),
  ...(['appointmentResponses', 'placeText', 'more'] as const),
];

/** The id of a field of the settings form. */
export type SettingsField = (typeof FIELDS)[number];

/** Settings that have no field of their own, written as JSON. */
const MORE = [
  ...['statusMap', 'locationMap', 'typeMap', 'placeholderTimes', 'allowContactPhone', 'departmentFrom'],
  ...['idField', 'ackMode', 'unknownEvents', 'orderBy', 'preAdmissions'],
];

const onOff = (value: unknown) => (value === true ? 'on' : '');

/** The fields of a source as it is stored; its secrets are never shown. */
export function storedSettings(source: SourceView): TypedSettings {
  const body = toSettingsBody(source);
  const { hmac, mapping } = source;
  return {
    ...{ name: source.name, mode: source.mode, absentPhone: source.absentPhone, timeZone: source.timeZone },
    ...{ allowForeignNumbers: onOff(source.allowForeignNumbers), defaultRegion: source.defaultRegion },
    ...{ signing: hmac ? 'hmac' : 'standard', header: hmac?.header ?? '', algorithm: hmac?.algorithm ?? 'sha256' },
    ...{ encoding: hmac?.encoding ?? 'hex', prefix: hmac?.prefix ?? '', timestamped: onOff(hmac?.timestamped) },
    ...{ signedAddress: hmac?.signedAddress ?? '', replayMemory: onOff(hmac?.replayMemory), secret: '' },
    format: mapping === null ? 'own' : mapping === 'cal.com' ? mapping : 'mapping',
    mapping: mapping === null || mapping === 'cal.com' ? '' : JSON.stringify(mapping, null, 2),
    ...{ fhirBaseUrl: source.fhirBaseUrl ?? '', fhirAuthorization: '' },
    ...{ appointmentResponses: onOff(source.appointmentResponses), placeText: source.placeText },
    more: JSON.stringify(Object.fromEntries(MORE.map((name) => [name, body[name]])), null, 2),
  };
}

/** Values typed in the form. */
export function typedSettings(form: Record<string, unknown>): TypedSettings {
  return Object.fromEntries(FIELDS.map((name) => [name, fieldOf(form, name)])) as TypedSettings;
}

/** The form in the words of the API, or the fields whose text is no JSON. */
export function readTyped(typed: TypedSettings): {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly noJson: readonly SettingsField[];
} {
  const more = parse(typed.more);
  const mapping = typed.format === 'mapping' ? parse(typed.mapping) : typed.format === 'own' ? null : typed.format;
  const noJson: SettingsField[] = [...(isObject(more) ? [] : (['more'] as const))];
  if (mapping === undefined) noJson.push('mapping');
  const { name, mode, absentPhone, defaultRegion, timeZone } = typed;
  const ticked = (field: SettingsField) => typed[field] === 'on';
  const hmac = {
    ...{ header: typed.header.trim(), algorithm: typed.algorithm, encoding: typed.encoding, prefix: typed.prefix },
    ...{ timestamped: ticked('timestamped'), signedAddress: typed.signedAddress.trim() || null },
    ...{ replayMemory: ticked('replayMemory'), ...(typed.secret !== '' && { secret: typed.secret }) },
  };
  const settings = {
    ...(isObject(more) ? Object.fromEntries(Object.entries(more).filter(([key]) => !OWN_FIELDS.has(key))) : {}),
    ...{ name, mode, absentPhone, defaultRegion: defaultRegion.trim().toUpperCase(), timeZone: timeZone.trim() },
    ...{ allowForeignNumbers: ticked('allowForeignNumbers'), auth: typed.signing === 'hmac' ? { hmac } : null },
    ...{ mapping, placeText: typed.placeText, fhirBaseUrl: typed.fhirBaseUrl.trim() || null },
    appointmentResponses: ticked('appointmentResponses'),
    ...(typed.fhirAuthorization !== '' && { fhirAuthorization: typed.fhirAuthorization }),
  };
  return { settings, noJson };
}

/** Settings that have a field of their own, or a page. */
const OWN_FIELDS = new Set([
  ...['name', 'mode', 'absentPhone', 'defaultRegion', 'timeZone', 'allowForeignNumbers', 'auth', 'mapping'],
  ...['fhirBaseUrl', 'appointmentResponses', 'fhirAuthorization', 'placeText', 'events'],
]);

function parse(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

/** The field in which a fault stands, and the place in its JSON; '' where the whole field is meant. */
export function fieldOfFault({ pointer }: Fault): { readonly field: SettingsField; readonly at: string } {
  const [, first = '', second = '', third = ''] = pointer.split('/');
  const name = first === 'auth' && second === 'hmac' ? third : first;
  if (name === 'mapping') return { field: 'mapping', at: pointer.slice('/mapping'.length) };
  const own = FIELDS.find((field) => field === name);
  return own === undefined || MORE.includes(first) ? { field: 'more', at: pointer } : { field: own, at: '' };
}
