import { installationPage } from '../kit/declared/declare.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { auditPage } from '../set-up/audit/audit-page.tsx';
import { peopleListPage } from '../set-up/people/list-page.tsx';
import { personPage } from '../set-up/people/person-page.tsx';
import type { PeoplePlace } from '../set-up/people/place.tsx';
import { AUTHORITIES_PAGE, type AuthorityPagesDeps } from './authorities-page.tsx';
import { AUTHORITY_PAGE } from './authority-page.tsx';
import { INSTALLATION, INSTALLATION_PATHS, installationTab } from './frame.tsx';
import { HEALTH_PAGE, type HealthPageDeps } from './health-page.tsx';

/** The dependencies of the pages of the installation. */
export type InstallationPagesDeps = PagesDeps & AuthorityPagesDeps & HealthPageDeps;

const { people, audit } = INSTALLATION_PATHS;
const PLACE = { right: 'installation', menu: INSTALLATION } as const;

const PEOPLE: PeoplePlace = {
  path: people,
  ...PLACE,
  tab: installationTab('people'),
  auditPath: audit,
  hasDepartments: false,
};

/** The pages below `/admin/installation`, for administrators of the whole installation. */
export const INSTALLATION_PAGES: readonly Page<InstallationPagesDeps>[] = [
  HEALTH_PAGE,
  AUTHORITIES_PAGE,
  AUTHORITY_PAGE,
  installationPage(peopleListPage(PEOPLE)),
  installationPage(personPage(PEOPLE)),
  installationPage(auditPage({ path: audit, ...PLACE, tab: installationTab('audit') })),
];
