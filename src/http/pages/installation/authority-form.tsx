import type { z } from '@hono/zod-openapi';
import type { Authority, AuthoritySettings } from '../../../domain/authority.ts';
import type { Fault } from '../../../domain/errors.ts';
import { type SettingName, type SettingsRules, settingsMark } from '../../../staff/authorities/authority-settings.ts';
import { faultsOf } from '../../problem.ts';
import { ActionForm } from '../elements.tsx';
import { CheckField, type Faults, Field, SelectField } from '../fields.tsx';
import { fieldOf } from '../forms.ts';
import type { PageLanguage } from '../language.ts';
import type { Frame } from '../layout.tsx';
import { faultsOfRest } from '../rules/refused-rest.ts';
import { plainBlanks } from '../rules/values.ts';
import { RULES_WORDS } from '../rules/words.ts';
import { faultText, wordsOf } from '../states/fault-words.ts';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION_PATHS } from './frame.tsx';

const FIELDS = [
  ...(['name', 'sender', 'gateways', 'inboundKeyword', 'cvr', 'requireSecondFactor', 'language', 'timeZone'] as const),
  ...(['contactPhone', 'retentionDays', 'maxPerNumberPerDay', 'allowedCountries'] as const),
] as const satisfies readonly SettingName[];

/** The settings that this form changes; all others stay. */
export const FORM_SETTINGS: readonly SettingName[] = FIELDS;

/** The fields of the settings that the installation keeps for an authority, each as it was typed. */
export type TypedAuthority = Readonly<Record<(typeof FIELDS)[number] | 'seen', string>>;

/** Values typed in the form. */
export function typedAuthority(form: Record<string, unknown>): TypedAuthority {
  return Object.fromEntries([...FIELDS, 'seen'].map((name) => [name, fieldOf(form, name)])) as TypedAuthority;
}

/** The fields of an authority as it is stored. */
export function storedAuthority(authority: Authority): TypedAuthority {
  const { name, sender, gateways, inboundKeyword, cvr, language, timeZone, contactPhone } = authority;
  return {
    ...{ name, sender, gateways: gateways.join(', '), inboundKeyword: inboundKeyword ?? '', cvr: cvr ?? '' },
    ...{ requireSecondFactor: authority.requireSecondFactor ? 'on' : '', language, timeZone },
    ...{ contactPhone: contactPhone ?? '', retentionDays: String(authority.retentionDays) },
    ...{ maxPerNumberPerDay: String(authority.maxPerNumberPerDay) },
    ...{ allowedCountries: authority.allowedCountries.join(', '), seen: settingsMark(authority, FORM_SETTINGS) },
  };
}

const list = (text: string) => text.split(/[\s,]+/).filter((each) => each !== '');

/** The form in the words of the API. */
export function toSettings(typed: TypedAuthority): Record<string, unknown> {
  const orNull = (text: string) => plainBlanks(text).trim() || null;
  const number = (text: string) => (/^\d{1,5}$/.test(text.trim()) ? Number(text) : text);
  return {
    ...{ name: typed.name, sender: typed.sender.trim(), gateways: list(typed.gateways) },
    ...{
      inboundKeyword: orNull(typed.inboundKeyword),
      cvr: orNull(plainBlanks(typed.cvr).replaceAll(' ', '')),
      language: typed.language,
    },
    ...{ requireSecondFactor: typed.requireSecondFactor === 'on', timeZone: typed.timeZone.trim() },
    ...{ contactPhone: orNull(typed.contactPhone), retentionDays: number(typed.retentionDays) },
    maxPerNumberPerDay: number(typed.maxPerNumberPerDay),
    allowedCountries: list(typed.allowedCountries.toUpperCase()),
  };
}

/** Faults of settings, beside their fields, in the words of the pages of rules, which change the same settings. */
export function faultsIn(language: PageLanguage, faults: readonly Fault[]): Faults {
  const { codes, fields, senders } = RULES_WORDS[language];
  const texts: Readonly<Record<string, string | undefined>> = {
    ...codes,
    // Ids are typed here, and not chosen among those that were set up once.
    unknown_gateway: wordsOf('unknown_gateway', language),
  };
  return Object.fromEntries(
    faults.toReversed().map((fault): [string, string] => {
      const field = fault.pointer.split('/')[1] ?? '';
      const text = texts[fault.code] ?? fields[field] ?? faultText(fault, language);
      // The senders of single countries have no field here.
      return field === 'senders' ? ['sender', `${senders}: ${text}`] : [field, text];
    }),
  );
}

/**
 * Everything that is wrong with a form of which the schema refuses a part.
 * @param body the settings that the form says
 * @param sound settings that stand for those that are refused, while the others are checked
 */
export function faultsOfForm(
  deps: SettingsRules,
  language: PageLanguage,
  body: Readonly<Record<string, unknown>>,
  error: z.ZodError,
  sound: AuthoritySettings,
): Faults {
  const refused = new Set(error.issues.map(({ path }) => String(path[0])));
  return faultsIn(language, [...faultsOf(error, body, 'json'), ...faultsOfRest(deps, body, refused, sound)]);
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
  /** The ids of those that the installation has. */
  readonly gateways: readonly string[];
  readonly faults: Faults;
}) {
  const words = AUTHORITIES_WORDS[frame.language];
  const rules = RULES_WORDS[frame.language];
  type Named = Exclude<(typeof FIELDS)[number], 'gateways'>;
  const field = (id: Named) => ({ id, label: rules[id], value: typed[id], faults });
  return (
    <section class="card">
      <ActionForm frame={frame} action={`${INSTALLATION_PATHS.authorities}/${authorityId}`}>
        <input type="hidden" name="seen" value={typed.seen} />
        <Field {...field('name')} hint={rules.nameHint} more={{ maxlength: 60 }} required />
        <Field {...field('sender')} hint={rules.senderHint} more={{ maxlength: 15 }} required />
        <Field
          {...{ id: 'gateways', label: rules.gatewaysTitle, value: typed.gateways, faults }}
          hint={words.gatewaysHint(gateways.join(', '))}
        />
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
