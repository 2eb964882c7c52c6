import type { z } from '@hono/zod-openapi';
import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import { faultsOf } from '../../http/problem.ts';
import { type SettingName, type SettingsRules, settingsMark } from '../../staff/authorities/authority-settings.ts';
import { ActionForm } from '../kit/elements.tsx';
import { CheckField, type Faults, Field, SelectField } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import type { PageLanguage } from '../kit/language.ts';
import type { Frame } from '../kit/layout.tsx';
import { GatewayFields } from '../rules/gateway-fields.tsx';
import { faultsOfRest } from '../rules/refused-rest.ts';
import {
  chosenGateways,
  gatewayField,
  gatewayValues,
  gatewayValuesIn,
  plainBlanks,
  secondsInPlace,
  type Values,
} from '../rules/values.ts';
import { RULES_WORDS } from '../rules/words.ts';
import { faultText } from '../states/fault-words.ts';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION_PATHS } from './frame.tsx';

const FIELDS = [
  'name',
  'sender',
  'inboundKeyword',
  'cvr',
  'requireSecondFactor',
  'language',
  'timeZone',
  'contactPhone',
  'retentionDays',
  'maxPerNumberPerDay',
  'allowedCountries',
] as const satisfies readonly SettingName[];

/** The settings that this form changes; all others stay. */
export const FORM_SETTINGS: readonly SettingName[] = [...FIELDS, 'gateways'];

type FieldName = (typeof FIELDS)[number];

/** The fields of the settings that the installation keeps for an authority, each as it was typed. */
export interface TypedAuthority extends Readonly<Record<FieldName | 'seen', string>> {
  /** The fields of the gateways. */
  readonly places: Values;
}

/** Values typed in the form. */
export function typedAuthority(form: Record<string, unknown>): TypedAuthority {
  const texts = Object.fromEntries([...FIELDS, 'seen'].map((name) => [name, fieldOf(form, name)]));
  return { ...(texts as Record<FieldName | 'seen', string>), places: gatewayValuesIn(form) };
}

/** The fields of an authority as it is stored. */
export function storedAuthority(authority: Authority): TypedAuthority {
  const { name, sender, inboundKeyword, cvr, language, timeZone, contactPhone } = authority;
  return {
    name,
    sender,
    places: gatewayValues(authority),
    inboundKeyword: inboundKeyword ?? '',
    cvr: cvr ?? '',
    requireSecondFactor: authority.requireSecondFactor ? 'on' : '',
    language,
    timeZone,
    contactPhone: contactPhone ?? '',
    retentionDays: String(authority.retentionDays),
    maxPerNumberPerDay: String(authority.maxPerNumberPerDay),
    allowedCountries: authority.allowedCountries.join(', '),
    seen: settingsMark(authority, FORM_SETTINGS),
  };
}

const list = (text: string) => text.split(/[\s,]+/).filter((each) => each !== '');

/** The form in the words of the API. */
export function toSettings(typed: TypedAuthority): Record<string, unknown> {
  const orNull = (text: string) => plainBlanks(text).trim() || null;
  const number = (text: string) => (/^\d{1,5}$/.test(text.trim()) ? Number(text) : text);
  return {
    name: typed.name,
    sender: typed.sender.trim(),
    gateways: chosenGateways(typed.places),
    inboundKeyword: orNull(typed.inboundKeyword),
    cvr: orNull(plainBlanks(typed.cvr).replaceAll(' ', '')),
    language: typed.language,
    requireSecondFactor: typed.requireSecondFactor === 'on',
    timeZone: typed.timeZone.trim(),
    contactPhone: orNull(typed.contactPhone),
    retentionDays: number(typed.retentionDays),
    maxPerNumberPerDay: number(typed.maxPerNumberPerDay),
    allowedCountries: list(typed.allowedCountries.toUpperCase()),
  };
}

/**
 * Faults of settings, beside their fields, in the words of the pages of rules, which change the same settings.
 * @param places the fields of the gateways, of a form that has any
 */
export function faultsIn(language: PageLanguage, faults: readonly Fault[], places: Values = {}): Faults {
  const { codes, fields, senders } = RULES_WORDS[language];
  const gateways = chosenGateways(places);
  return Object.fromEntries(
    faults.toReversed().map((fault): [string, string] => {
      const [, field = '', nth = ''] = fault.pointer.split('/');
      const text = codes[fault.code] ?? fields[field] ?? faultText(fault, language);
      const gateway = field === 'gateways' ? gateways[Number(nth)] : undefined;
      if (gateway !== undefined) return [gatewayField(gateway), text];
      // The senders of single countries have no field here.
      return field === 'senders' ? ['sender', `${senders}: ${text}`] : [field, text];
    }),
  );
}

/** The gateways that have the place of one before them, each with its fault. */
export function samePlaces(language: PageLanguage, places: Values): Faults {
  const { codes, otherFault } = RULES_WORDS[language];
  return Object.fromEntries(secondsInPlace(places).map((id) => [gatewayField(id), codes.same_place ?? otherFault]));
}

/** A form of which the schema refuses a part. */
interface RefusedForm {
  /** The settings that it says. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly error: z.ZodError;
  /** Settings that stand for those that are refused, while the others are checked. */
  readonly sound: AuthoritySettings;
  /** The fields of the gateways, of a form that has any. */
  readonly places?: Values;
}

/** Everything that is wrong with a form of which the schema refuses a part. */
export function faultsOfForm(
  deps: SettingsRules,
  language: PageLanguage,
  { body, error, sound, places }: RefusedForm,
): Faults {
  const refused = new Set(error.issues.map(({ path }) => String(path[0])));
  return faultsIn(language, [...faultsOf(error, body, 'json'), ...faultsOfRest(deps, body, refused, sound)], places);
}

/** The form of the settings that the installation keeps for an authority. */
export function AuthorityForm({
  frame,
  id: authorityId,
  typed,
  faults,
  gateways,
}: {
  readonly frame: Frame;
  readonly id: string;
  readonly typed: TypedAuthority;
  /** The ids of those that have a field. */
  readonly gateways: readonly string[];
  readonly faults: Faults;
}) {
  const words = AUTHORITIES_WORDS[frame.language];
  const rules = RULES_WORDS[frame.language];
  const field = (id: FieldName) => ({ id, label: rules[id], value: typed[id], faults });
  return (
    <section class="card">
      <ActionForm frame={frame} action={`${INSTALLATION_PATHS.authorities}/${authorityId}`}>
        <input type="hidden" name="seen" value={typed.seen} />
        <Field {...field('name')} hint={rules.nameHint} more={{ maxlength: 60 }} required />
        <Field {...field('sender')} hint={rules.senderHint} more={{ maxlength: 15 }} required />
        <GatewayFields words={rules} values={typed.places} faults={faults} gateways={gateways} />
        <Field {...field('inboundKeyword')} hint={rules.inboundKeywordHint} more={{ maxlength: 20 }} />
        <Field {...field('cvr')} hint={rules.cvrHint} more={{ maxlength: 11, inputmode: 'numeric' }} />
        <CheckField {...field('requireSecondFactor')} value="on" checked={typed.requireSecondFactor === 'on'} />
        <SelectField {...field('language')} options={Object.entries(rules.languages)} />
        <Field {...field('timeZone')} more={{ maxlength: 60 }} required />
        <Field {...field('contactPhone')} hint={rules.contactPhoneHint} more={{ maxlength: 20 }} />
        <Field {...field('retentionDays')} hint={rules.retentionDaysHint} more={{ inputmode: 'numeric' }} />
        <Field {...field('maxPerNumberPerDay')} hint={rules.maxPerNumberPerDayHint} more={{ inputmode: 'numeric' }} />
        <Field {...field('allowedCountries')} hint={rules.allowedCountriesHint} />
        <button type="submit">{words.save}</button>
      </ActionForm>
    </section>
  );
}
