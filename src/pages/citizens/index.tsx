import type { PagesDeps } from '../kit/frame.tsx';
import { type Describe, fieldIn } from '../kit/kept-form.ts';
import type { Page } from '../kit/page.ts';
import { accessForm, CITIZENS, citizensPage } from './citizens-page.tsx';
import { confirmEraseForm, eraseForm } from './erase-page.tsx';
import { receiptPage } from './receipt-page.tsx';
import { CITIZENS_WORDS } from './words.ts';

const access: Describe = (language, form) => {
  const { access: title, number, fileLanguage, languages, show, asDocument, asData } = CITIZENS_WORDS[language];
  const buttons = new Map(Object.entries({ document: asDocument, data: asData }));
  const labels = { phone: number, file: [fileLanguage, languages] as const };
  return { title, button: buttons.get(fieldIn(form, 'do')) ?? show, labels };
};

/** `/admin/citizens`: what is held about a number, as a file to hand over, and its erasure with proof. */
export const CITIZENS_PAGES: readonly Page<PagesDeps>[] = [
  {
    path: '/admin/citizens',
    right: 'operator',
    menu: CITIZENS,
    open: (c, deps) => citizensPage(c, deps),
    forms: [
      { path: '/admin/citizens', right: 'whole-operator', describe: access, send: accessForm },
      { path: '/admin/citizens/erase', right: 'whole-administrator', send: eraseForm },
      { path: '/admin/citizens/erase/confirm', right: 'whole-administrator', send: confirmEraseForm },
    ],
  },
  { path: '/admin/citizens/erased/:erasure', right: 'whole-administrator', menu: CITIZENS, open: receiptPage },
];
