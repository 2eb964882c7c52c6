import type { PagesDeps } from '../kit/frame.tsx';
import { type Describe, fieldIn } from '../kit/kept-form.ts';
import type { Page } from '../kit/page.ts';
import { TEXTS, textsPage } from './list-page.tsx';
import { textForm, textPage } from './text-page.tsx';
import { restoreForm, versionsPage } from './versions-page.tsx';
import { TEXTS_WORDS } from './words.ts';

const ONE = '/admin/texts/:name';

const describe: Describe = (language, form, { name: id = '' }) => {
  const words = TEXTS_WORDS[language];
  const { templates, languages, reference, preview, save } = words;
  const labels = { 'text-da': words.text(languages.da), 'text-en': words.text(languages.en), reference };
  const name = Object.entries(templates).find(([each]) => each === id)?.[1].name ?? id;
  return { title: `${words.purpose}: ${name}`, button: fieldIn(form, 'do') === 'preview' ? preview : save, labels };
};

/** `/admin/texts`: the list, each text with what it looks like and changes, and its earlier versions. */
export const TEXTS_PAGES: readonly Page<PagesDeps>[] = [
  { path: '/admin/texts', right: 'viewer', menu: TEXTS, open: textsPage },
  {
    path: ONE,
    right: 'viewer',
    menu: TEXTS,
    open: (c, deps) => textPage(c, deps),
    forms: [
      { path: ONE, right: 'whole-administrator', describe, send: textForm },
      { path: `${ONE}/restore`, right: 'whole-administrator', send: restoreForm },
    ],
  },
  { path: `${ONE}/versions`, right: 'viewer', menu: TEXTS, open: versionsPage },
];
