import { CITIZENS_WORDS } from '../../citizens/words.ts';
import { FIND_WORDS } from '../../find/words.ts';
import { OPT_OUT_WORDS } from '../../opt-outs/words.ts';
import { RULES_WORDS } from '../../rules/words.ts';
import { settingsOn } from '../../settings/authority.ts';
import { CODE_WORDS, statusNames } from '../../settings/codes.tsx';
import type { SettingsPage } from '../../settings/groups.ts';
import { labelsOf } from '../../settings/setting.ts';
import { TEXTS_WORDS } from '../../texts/words.ts';
import { SUBJECT_FIELD } from '../forms.ts';
import type { PageLanguage } from '../language.ts';
import { type Describe, fieldIn, type KeptAction, type KeptForm, type Label } from './action-types.ts';
import { SET_UP_ACTIONS } from './set-up-actions.ts';

/**
 * The forms that outlive their session: texts that somebody typed, about something that the page of the form names
 * again, or the form itself (`SUBJECT_FIELD`). Any other is done once more on its own page: one that can't be undone,
 * such as an erasure, or one that is about a row of a list, which nobody would recognise here.
 */
const ACTIONS: readonly (readonly [RegExp, Describe])[] = [
  [/^\/admin\/citizens$/, lookUp],
  [/^\/admin\/find$/, find],
  [/^\/admin\/opt-outs$/, optOut],
  [/^\/admin\/opt-outs\/[\w-]+\/lift$/, lift],
  [/^\/admin\/opt-outs-of-number$/, searchOptOuts],
  [/^\/admin\/rules$/, (language, form) => section('planning', language, form)],
  [/^\/admin\/rules\/(replies|sender)$/, (language, form, id) => section(id as 'replies', language, form)],
  [/^\/admin\/rules\/pause$/, pause],
  [/^\/admin\/rules\/try$/, dryRunMessage],
  [/^\/admin\/rules\/unmapped$/, mapCode],
  [/^\/admin\/texts\/([\w-]+)$/, text],
  ...SET_UP_ACTIONS,
];

/** The effect of sending the form; null for one that is not kept. */
export function keptActionOf(form: KeptForm, language: PageLanguage): KeptAction | null {
  for (const [pattern, describe] of ACTIONS) {
    const match = pattern.exec(form.path);
    if (match) return describe(language, form, match[1] ?? '');
  }
  return null;
}

function lookUp(language: PageLanguage, form: KeptForm): KeptAction {
  const { access, number, fileLanguage, languages, show, asDocument, asData } = CITIZENS_WORDS[language];
  const buttons = new Map(Object.entries({ document: asDocument, data: asData }));
  const labels = { phone: number, file: [fileLanguage, languages] as const };
  return { title: access, button: buttons.get(fieldIn(form, 'do')) ?? show, labels };
}

function find(language: PageLanguage): KeptAction {
  const { title, search, what } = FIND_WORDS[language];
  return { title, button: search, labels: { what } };
}

function optOut(language: PageLanguage): KeptAction {
  const { title, button, phone, reason } = OPT_OUT_WORDS[language].add;
  return { title, button, labels: { phone, reason } };
}

function lift(language: PageLanguage, form: KeptForm): KeptAction | null {
  const { title, button, reason } = OPT_OUT_WORDS[language].lift;
  const subject = fieldIn(form, SUBJECT_FIELD);
  const untyped = { [SUBJECT_FIELD]: null, show: null, from: null, to: null };
  return subject === '' ? null : { title: `${title}: ${subject}`, button, labels: { reason, ...untyped } };
}

function searchOptOuts(language: PageLanguage): KeptAction {
  const { label, button } = OPT_OUT_WORDS[language].search;
  return { title: label, button, labels: { number: label } };
}

function section(page: SettingsPage, language: PageLanguage, form: KeptForm): KeptAction {
  const words = RULES_WORDS[language];
  const labels = labelsOf(settingsOn(page), language, Object.fromEntries(form.fields));
  const button = fieldIn(form, 'do') === 'preview' ? words.preview : words.save;
  return { title: `${words.sections[page].title}: ${words.sections[page].tab}`, button, labels };
}

function pause(language: PageLanguage): KeptAction {
  const { tools } = RULES_WORDS[language];
  const source = [tools.pauseWhat, { '': tools.whole }] as const;
  const labels = { source, reason: tools.reason, day: tools.untilDay, time: tools.untilTime };
  return { title: tools.pauseTitle, button: tools.pauseButton, labels };
}

function dryRunMessage(language: PageLanguage): KeptAction {
  const { tools, sections } = RULES_WORDS[language];
  const labels = { source: tools.source, message: tools.message };
  return { title: sections.tryOut.title, button: tools.tryButton, labels };
}

function mapCode(language: PageLanguage, form: KeptForm): KeptAction {
  const { tools, sections } = RULES_WORDS[language];
  const code = fieldIn(form, 'value');
  const { means, printAs } = CODE_WORDS[language];
  const isStatus = fieldIn(form, 'field') === 'status';
  const to: Label = isStatus ? [means(code), statusNames(language)] : printAs(code);
  return { title: sections.unmapped.title, button: tools.map, labels: { source: tools.source, to } };
}

function text(language: PageLanguage, form: KeptForm, id: string): KeptAction {
  const words = TEXTS_WORDS[language];
  const { templates, languages, reference, preview, save } = words;
  const labels = { 'text-da': words.text(languages.da), 'text-en': words.text(languages.en), reference };
  const name = Object.entries(templates).find(([each]) => each === id)?.[1].name ?? id;
  return { title: `${words.purpose}: ${name}`, button: fieldIn(form, 'do') === 'preview' ? preview : save, labels };
}
