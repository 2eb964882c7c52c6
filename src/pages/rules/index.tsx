import { type Describe, fieldIn, type Label } from '../kit/kept-form.ts';
import type { Page } from '../kit/page.ts';
import { settingsOn } from '../settings/authority.ts';
import { CODE_WORDS, statusNames } from '../settings/codes.tsx';
import type { SettingsPage } from '../settings/groups.ts';
import { labelsOf } from '../settings/setting.ts';
import { dryRunForm, dryRunPage } from './dry-run-page.tsx';
import { DRY_RUN_WORDS } from './dry-run-words.ts';
import { RULES } from './frame.tsx';
import { pauseForm, pausePage, resumeForm } from './pause-page.tsx';
import { PAUSE_WORDS } from './pause-words.ts';
import { type RulesDeps, SECTIONS, sectionForm, sectionPage } from './section-page.tsx';
import { mapForm, unmappedPage } from './unmapped-page.tsx';
import { UNMAPPED_WORDS } from './unmapped-words.ts';
import { RULES_WORDS } from './words.ts';

const [PAUSE, TRY, UNMAPPED] = ['/admin/rules/pause', '/admin/rules/try', '/admin/rules/unmapped'] as const;

const sectionOf = (name: SettingsPage): Page<RulesDeps> => ({
  path: SECTIONS[name].path,
  right: 'viewer',
  menu: RULES,
  open: (c, deps) => sectionPage(c, deps, name),
  forms: [
    {
      path: SECTIONS[name].path,
      right: 'whole-administrator',
      describe: (language, form) => {
        const { preview, save, sections } = RULES_WORDS[language];
        const labels = labelsOf(settingsOn(name), language, Object.fromEntries(form.fields));
        const button = fieldIn(form, 'do') === 'preview' ? preview : save;
        return { title: `${sections[name].title}: ${sections[name].tab}`, button, labels };
      },
      send: (c, deps) => sectionForm(c, deps, name),
    },
  ],
});

const pause: Describe = (language) => {
  const { pauseWhat, whole, reason, untilDay: day, untilTime: time, pauseTitle, pauseButton } = PAUSE_WORDS[language];
  const source = [pauseWhat, { '': whole }] as const;
  return { title: pauseTitle, button: pauseButton, labels: { source, reason, day, time } };
};

const dryRunMessage: Describe = (language) => {
  const { source, message, tryButton } = DRY_RUN_WORDS[language];
  return { title: RULES_WORDS[language].sections.tryOut.title, button: tryButton, labels: { source, message } };
};

const mapCode: Describe = (language, form) => {
  const { source } = DRY_RUN_WORDS[language];
  const code = fieldIn(form, 'value');
  const { means, printAs } = CODE_WORDS[language];
  const isStatus = fieldIn(form, 'field') === 'status';
  const to: Label = isStatus ? [means(code), statusNames(language)] : printAs(code);
  const { title } = RULES_WORDS[language].sections.unmapped;
  return { title, button: UNMAPPED_WORDS[language].map, labels: { source, to } };
};

/** `/admin/rules`: when SMS are sent, what becomes of replies, from whom they come. */
export const RULES_PAGES: readonly Page<RulesDeps>[] = [
  ...(['planning', 'replies', 'sender'] as const).map(sectionOf),
  {
    path: PAUSE,
    right: 'viewer',
    menu: RULES,
    open: pausePage,
    forms: [
      { path: PAUSE, right: 'whole-operator', describe: pause, send: pauseForm },
      { path: '/admin/rules/resume', right: 'whole-operator', send: resumeForm },
    ],
  },
  {
    path: TRY,
    right: 'viewer',
    menu: RULES,
    open: (c, deps) => dryRunPage(c, deps),
    forms: [{ path: TRY, right: 'whole-operator', describe: dryRunMessage, send: dryRunForm }],
  },
  {
    path: UNMAPPED,
    right: 'viewer',
    menu: RULES,
    open: (c, deps) => unmappedPage(c, deps),
    forms: [{ path: UNMAPPED, right: 'whole-administrator', describe: mapCode, send: mapForm }],
  },
];
