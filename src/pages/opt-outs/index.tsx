import { SUBJECT_FIELD } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { type Describe, fieldIn } from '../kit/kept-form.ts';
import type { Page } from '../kit/page.ts';
import { REPLIES } from '../replies/navigation.tsx';
import { addOptOutForm, liftOptOutForm, searchOptOutsForm } from './forms.ts';
import { optOutsLikePage } from './like-page.ts';
import { optOutsPage } from './opt-outs-page.tsx';
import { OPT_OUT_WORDS } from './words.ts';

const add: Describe = (language) => {
  const { title, button, phone, reason } = OPT_OUT_WORDS[language].add;
  return { title, button, labels: { phone, reason } };
};

const search: Describe = (language) => {
  const { label, button } = OPT_OUT_WORDS[language].search;
  return { title: label, button, labels: { number: label } };
};

const lift: Describe = (language, form) => {
  const { title, button, reason } = OPT_OUT_WORDS[language].lift;
  const subject = fieldIn(form, SUBJECT_FIELD);
  const untyped = { [SUBJECT_FIELD]: null, show: null, from: null, to: null };
  return subject === '' ? null : { title: `${title}: ${subject}`, button, labels: { reason, ...untyped } };
};

/** `/admin/opt-outs`: the numbers that get no SMS, with who recorded and lifted each, and why. */
export const OPT_OUT_PAGES: readonly Page<PagesDeps>[] = [
  {
    path: '/admin/opt-outs',
    right: 'viewer',
    menu: REPLIES,
    open: (c, deps) => {
      const like = c.req.query('like');
      return like === undefined ? optOutsPage(c, deps) : optOutsLikePage(c, deps, like);
    },
    forms: [
      { path: '/admin/opt-outs', right: 'whole-operator', describe: add, send: addOptOutForm },
      { path: '/admin/opt-outs-of-number', right: 'whole-operator', describe: search, send: searchOptOutsForm },
      { path: '/admin/opt-outs/:id/lift', right: 'whole-operator', describe: lift, send: liftOptOutForm },
    ],
  },
];
