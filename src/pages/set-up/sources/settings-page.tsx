import type { Context } from 'hono';
import type { Fault as SettingFault } from '../../../domain/errors.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { SourceView } from '../../../staff/sources/sources.ts';
import { Fault, page } from '../../kit/document.tsx';
import { ActionForm } from '../../kit/elements.tsx';
import type { Faults } from '../../kit/fields.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { bilingual } from '../../kit/words.ts';
import { MappingDetails } from '../../settings/mapping.tsx';
import { SettingFields } from '../../settings/members.tsx';
import { fillSettings, readSettings, typedValues, unreadIn, type Values } from '../../settings/setting.ts';
import { placeOfSource, SOURCE_SETTINGS, sourceSettingsIn } from '../../settings/source.tsx';
import { SOURCE_GROUPS, type SourceGroup } from '../../settings/source-groups.ts';
import { faultText } from '../../states/fault-words.ts';
import type { SetUp } from '../frame.tsx';
import { faultsOfChange, saveSettings } from './change.ts';
import { EVENT_WORDS } from './event-words.ts';
import type { SourcePagesDeps } from './source-frame.tsx';
import { BelowSource, backToSource, openSource, readSourceForm, SOURCES_PATH } from './source-frame.tsx';

/** The words of the page of a booking system's settings, beside those of the settings themselves. */
export const SETTINGS_WORDS = bilingual({
  da: {
    title: 'Indstillinger',
    lead:
      'Valget under »Drift« og de steder, der skrives i SMS’erne, gælder straks, også for planlagte påmindelser. De ' +
      'øvrige indstillinger gælder for beskeder, der modtages fra nu af.',
    codesLead:
      'Skriv én kode på hver linje, så et lighedstegn og det, koden betyder. En kode, der selv har et lighedstegn, ' +
      'skrives i anførselstegn.',
    save: 'Gem indstillingerne',
    faults: 'Intet er gemt endnu. Ret det, der er markeret.',
    /** The fault at a place in JSON. */
    at: (pointer: string, text: string) => `Ved ${pointer}: ${text}`,
  },
  en: {
    title: 'Settings',
    lead:
      'The mode and the places printed in the SMS apply at once, also to reminders that are planned. The other ' +
      'settings apply to messages that are received from now on.',
    codesLead:
      'Write one code a line, then an equals sign and what the code means. A code that has an equals sign itself ' +
      'stands in quotation marks.',
    save: 'Save the settings',
    faults: 'Nothing is saved yet. Correct what is marked.',
    at: (pointer, text) => `At ${pointer}: ${text}`,
  },
});

/** Characters of a field that are read: hundreds of codes, or a mapping. */
const LONGEST_FIELD = 500_000;

/** A form that was not saved: what is wrong with its fields, or that somebody else has changed the source. */
interface Refused {
  readonly values: Values;
  readonly version: string;
  readonly faults: Faults | 'changed';
  /** Faults of settings that have no field here. */
  readonly elsewhere?: string;
}

/** `GET …/settings`, and its form with what was typed and the faults in it. */
export async function settingsPage(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  refused: Refused | null = null,
  authorityId?: string,
): Promise<Response> {
  const opened = await openSource(c, deps, 'administrator', authorityId);
  if (opened instanceof Response) return opened;
  const { setUp, source } = opened;
  const { language } = c.var;
  const words = SETTINGS_WORDS[language];
  const changed = refused?.faults === 'changed';
  const notSaved = `${words.faults} ${refused?.elsewhere ?? ''}`.trim();
  const fault = changed ? EVENT_WORDS[language].changed : refused ? notSaved : undefined;
  const faults = refused && refused.faults !== 'changed' ? refused.faults : {};
  const values = refused?.values ?? fillSettings(SOURCE_SETTINGS, source);
  const version = refused && !changed ? refused.version : String(source.version);
  return page(
    c,
    <BelowSource opened={opened} title={words.title}>
      <Fault text={fault} />
      <p class="lead">{words.lead}</p>
      <SettingsForm setUp={setUp} source={source} values={values} version={version} faults={faults} />
    </BelowSource>,
    refused ? (changed ? 409 : 422) : 200,
  );
}

/** `POST …/settings`: saves them unless a field can't be read, is refused, or the source was changed meanwhile. */
export async function settingsForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps);
  const { form, source, authorityId, actor } = sent;
  const { language } = c.var;
  const values = typedValues(form, LONGEST_FIELD);
  const version = fieldOf(form, 'version');
  const refuse = (refused: Omit<Refused, 'values' | 'version'>) =>
    settingsPage(c, deps, { values, version, ...refused }, authorityId);
  const { hmac, ...others } = readSettings(SOURCE_SETTINGS, values);
  const settings = { ...others, auth: hmac && { hmac } };
  const unread = unreadIn(SOURCE_SETTINGS, values, language);
  if (Object.keys(unread).length > 0) {
    const { faults, ...rest } = told(faultsOfChange({ source, settings }), language);
    return refuse({ ...rest, faults: { ...faults, ...unread } });
  }
  const saved = await saveSettings(deps, { source, settings, version: Number(version), actor });
  if (saved.kind === 'changed') return refuse({ faults: 'changed' });
  if (saved.kind === 'refused') return refuse(told(saved.faults, language));
  return backToSource(c, sent, 'saved');
}

/** Faults in words, each beside its field. The first one of a field is the one that stands there. */
function told(faults: readonly SettingFault[], language: PageLanguage) {
  const words = SETTINGS_WORDS[language];
  const texts: Record<string, string> = {};
  const elsewhere: string[] = [];
  for (const fault of faults) {
    const [field, at] = placeOfSource(fault);
    const text = faultText(fault, language);
    if (field === null) elsewhere.push(words.at(fault.pointer, text));
    else texts[field] ??= at === '' ? text : words.at(at, text);
  }
  return { faults: texts, elsewhere: elsewhere.join(' ') };
}

/** The form of the settings of a booking system. */
function SettingsForm({
  setUp: { frame },
  source,
  values,
  version,
  faults,
}: {
  readonly setUp: SetUp;
  readonly source: SourceView;
  readonly values: Values;
  /** The source's version when the settings were read. */
  readonly version: string;
  readonly faults: Faults;
}) {
  const { language } = frame;
  const words = SETTINGS_WORDS[language];
  const secretsSet = new Set([
    ...(source.hmacSecretSet ? ['secret'] : []),
    ...(source.fhirAuthorizationSet ? ['fhirAuthorization'] : []),
  ]);
  const form = { language, values, faults, edits: true, secretsSet };
  return (
    <div class="card">
      <ActionForm action={`${SOURCES_PATH}/${source.id}/settings`}>
        <input type="hidden" name="version" value={version} />
        {(Object.keys(SOURCE_GROUPS) as SourceGroup[]).map((group) => (
          <fieldset>
            <legend>{SOURCE_GROUPS[group][language]}</legend>
            {group === 'codes' && <p>{words.codesLead}</p>}
            <SettingFields {...form} settings={sourceSettingsIn(group)} />
            {group === 'reading' && <MappingDetails {...form} stored={source.mapping} />}
          </fieldset>
        ))}
        <button type="submit">{words.save}</button>
      </ActionForm>
    </div>
  );
}
