import type { PagesDeps } from '../kit/frame.tsx';
import type { Describe } from '../kit/kept-form.ts';
import type { Page } from '../kit/page.ts';
import { FIND, findForm, findPage } from './find-page.tsx';
import { storyPage } from './story-page.tsx';
import { FIND_WORDS } from './words.ts';

/** `/admin/find`: appointments by number, reference or day, and the story of each. */
export const FIND_PAGES: readonly Page<PagesDeps>[] = [
  {
    path: '/admin/find',
    right: 'viewer',
    menu: FIND,
    open: (c, deps) => findPage(c, deps),
    forms: [{ path: '/admin/find', right: 'viewer', describe, send: findForm }],
  },
  { path: '/admin/find/:appointment', right: 'viewer', menu: FIND, open: storyPage },
];

function describe(...[language]: Parameters<Describe>): ReturnType<Describe> {
  const { title, search, what } = FIND_WORDS[language];
  return { title, button: search, labels: { what } };
}
