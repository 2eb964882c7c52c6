import type { Context } from 'hono';
import type { Fault as SettingFault } from '../../../domain/errors.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { Fault, page } from '../../kit/document.tsx';
import type { Faults } from '../../kit/fields.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { SETTINGS_WORDS } from '../../source-settings/settings-words.ts';
import { codeText, faultText } from '../../states/fault-words.ts';
import { faultsOfChange, saveSettings } from './change.ts';
import { type LineFault, MAPS } from './code-lines.ts';
import type { SourcePagesDeps } from './deps.ts';
import { EVENT_WORDS } from './event-words.ts';
import { fieldOfFault, readTyped, storedSettings, type TypedSettings, typedSettings } from './settings.ts';
import { SettingsForm } from './settings-form.tsx';
import { BelowSource, backToSource, openSource, readSourceForm } from './source-frame.tsx';

/** A form that was not saved: what is wrong with its fields, or that somebody else has changed the source. */
interface Refused {
  readonly typed: TypedSettings;
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
  const typed = refused?.typed ?? storedSettings(source);
  const version = refused && !changed ? refused.version : String(source.version);
  return page(
    c,
    <BelowSource opened={opened} title={words.title}>
      <Fault text={fault} />
      <p class="lead">{words.lead}</p>
      <SettingsForm setUp={setUp} source={source} typed={typed} version={version} faults={faults} />
    </BelowSource>,
    refused ? (changed ? 409 : 422) : 200,
  );
}

/** `POST …/settings`: saves them unless a field can't be read, is refused, or the source was changed meanwhile. */
export async function settingsForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps);
  const { form, source, authorityId, actor } = sent;
  const { language } = c.var;
  const typed = typedSettings(form);
  const version = fieldOf(form, 'version');
  const refuse = (refused: Omit<Refused, 'typed' | 'version'>) =>
    settingsPage(c, deps, { typed, version, ...refused }, authorityId);
  const { settings, noJson, lines } = readTyped(typed);
  const unread = {
    ...(noJson && { mapping: codeText('not_json', language) }),
    ...Object.fromEntries(
      MAPS.flatMap((name) => (lines[name].length > 0 ? [[name, linesText(lines[name], language)]] : [])),
    ),
  };
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
    const place = fieldOfFault(fault);
    const text = faultText(fault, language);
    if (place === null) elsewhere.push(words.at(fault.pointer, text));
    else texts[place.field] ??= place.at === '' ? text : words.at(place.at, text);
  }
  return { faults: texts, elsewhere: elsewhere.join(' ') };
}

/** Lines whose faults are told at once. */
const MOST_LINES = 5;

/** The lines of a map that are no entries, each with why. The hint of the field names what is allowed. */
function linesText(faults: readonly LineFault[], language: PageLanguage): string {
  const words = SETTINGS_WORDS[language];
  const texts = faults.slice(0, MOST_LINES).map(({ allowed: _, ...fault }) => {
    const own = Object.entries(words.lines).find(([code]) => code === fault.code)?.[1];
    return words.atLine(fault.line, own ?? faultText(fault, language));
  });
  return [...texts, ...(faults.length > MOST_LINES ? [words.furtherLines] : [])].join('\n');
}
