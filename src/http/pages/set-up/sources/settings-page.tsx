import type { Context } from 'hono';
import type { HttpEnv } from '../../../env.ts';
import { Fault, page } from '../../document.tsx';
import type { Faults } from '../../fields.tsx';
import { fieldOf } from '../../forms.ts';
import { codeText, faultText } from '../../states/fault-words.ts';
import { saveSettings } from './change.ts';
import type { SourcePagesDeps } from './deps.ts';
import { EVENT_WORDS } from './event-words.ts';
import { fieldOfFault, readTyped, storedSettings, type TypedSettings, typedSettings } from './settings.ts';
import { SettingsForm } from './settings-form.tsx';
import { SETTINGS_WORDS } from './settings-words.ts';
import { BelowSource, openSource, readSourceForm, toSource } from './source-frame.tsx';

/** A form that was not saved: what is wrong with its fields, or that somebody else has changed the source. */
interface Refused {
  readonly typed: TypedSettings;
  readonly faults: Faults | 'changed';
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
  const fault = changed ? EVENT_WORDS[language].changed : refused ? words.faults : undefined;
  const faults = refused && refused.faults !== 'changed' ? refused.faults : {};
  return page(
    c,
    <BelowSource opened={opened} title={words.title}>
      <Fault text={fault} />
      <p class="lead">{words.lead}</p>
      <SettingsForm setUp={setUp} source={source} typed={refused?.typed ?? storedSettings(source)} faults={faults} />
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
  const refuse = (faults: Refused['faults']) => settingsPage(c, deps, { typed, faults }, authorityId);
  const { settings, noJson } = readTyped(typed);
  if (noJson.length > 0)
    return refuse(Object.fromEntries(noJson.map((field) => [field, codeText('not_json', language)])));
  const version = Number(fieldOf(form, 'version'));
  const saved = await saveSettings(deps, { source, settings, version, actor });
  if (saved.kind === 'changed') return refuse('changed');
  if (saved.kind === 'refused') {
    const words = SETTINGS_WORDS[language];
    const texts = saved.faults.map((fault): [string, string] => {
      const { field, at } = fieldOfFault(fault);
      const text = faultText(fault, language);
      return [field, at === '' ? text : words.at(at, text)];
    });
    // The first fault of a field is the one that stands beside it.
    return refuse(Object.fromEntries(texts.reverse()));
  }
  return toSource(c, sent, 'saved');
}
