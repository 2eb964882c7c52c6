import { installationPage } from '../kit/declared/declare.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Describe } from '../kit/kept-form.ts';
import type { Page } from '../kit/page.ts';
import { auditPage } from '../set-up/audit/audit-page.tsx';
import { peopleListPage } from '../set-up/people/list-page.tsx';
import { personPage } from '../set-up/people/person-page.tsx';
import type { PeoplePlace } from '../set-up/people/place.tsx';
import { INSTALLATION_SETTINGS, picked } from '../settings/authority.ts';
import { labelsOf } from '../settings/setting.ts';
import { type AuthorityPagesDeps, authoritiesPage, makeAuthorityForm } from './authorities-page.tsx';
import { authorityForm, authorityPage } from './authority-page.tsx';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION, INSTALLATION_PATHS, installationTab } from './frame.tsx';
import { HEALTH_PAGE, type HealthDeps } from './health-page.tsx';

/** The dependencies of the pages of the installation. */
export type InstallationPagesDeps = PagesDeps & AuthorityPagesDeps & HealthDeps;

const { authorities, people, audit } = INSTALLATION_PATHS;
const ONE_AUTHORITY = `${authorities}/:authority`;
const PLACE = { right: 'installation', menu: INSTALLATION } as const;

const PEOPLE: PeoplePlace = {
  path: people,
  ...PLACE,
  tab: installationTab('people'),
  auditPath: audit,
  hasDepartments: false,
};

const makeAuthority: Describe = (language) => {
  const { make, id } = AUTHORITIES_WORDS[language];
  return { title: make, button: make, labels: { ...labelsOf(picked(['name', 'sender']), language, {}), id } };
};

const changeAuthority: Describe = (language, form, { authority: id = '' }) => {
  const { change, save } = AUTHORITIES_WORDS[language];
  const labels = labelsOf(INSTALLATION_SETTINGS, language, Object.fromEntries(form.fields));
  return { title: `${change}: ${id}`, button: save, labels };
};

/** The pages below `/admin/installation`, for administrators of the whole installation. */
export const INSTALLATION_PAGES: readonly Page<InstallationPagesDeps>[] = [
  HEALTH_PAGE,
  {
    path: authorities,
    ...PLACE,
    tab: installationTab('authorities'),
    open: (c, deps) => authoritiesPage(c, deps),
    forms: [{ path: authorities, right: 'installation', describe: makeAuthority, send: makeAuthorityForm }],
  },
  {
    path: ONE_AUTHORITY,
    ...PLACE,
    open: (c, deps) => authorityPage(c, deps),
    forms: [{ path: ONE_AUTHORITY, right: 'installation', describe: changeAuthority, send: authorityForm }],
  },
  installationPage(peopleListPage(PEOPLE)),
  installationPage(personPage(PEOPLE)),
  installationPage(auditPage({ path: audit, ...PLACE, tab: installationTab('audit') })),
];
