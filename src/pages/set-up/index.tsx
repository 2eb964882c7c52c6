import { authorityPage } from '../kit/declared/declare.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { auditPage } from './audit/audit-page.tsx';
import { DEPARTMENTS_PAGE } from './departments.tsx';
import { SET_UP, setUpPath, setUpTab } from './frame.tsx';
import type { GatewayPagesDeps } from './gateways/deps.ts';
import { GATEWAY_PAGE } from './gateways/gateway-page.tsx';
import { GATEWAYS_PAGE } from './gateways/list-page.tsx';
import { TEST_PAGE } from './gateways/test-page.tsx';
import { IMPORT_PAGES, type ImportPageDeps } from './import/import-page.tsx';
import { KEYS_PAGE } from './keys.tsx';
import { peopleListPage } from './people/list-page.tsx';
import { personPage } from './people/person-page.tsx';
import type { PeoplePlace } from './people/place.tsx';
import { SOURCES_PAGES } from './sources/index.tsx';
import type { SourcePagesDeps } from './sources/source-frame.tsx';

/** The dependencies of the set-up. */
export type SetUpDeps = PagesDeps & SourcePagesDeps & GatewayPagesDeps & ImportPageDeps;

const PEOPLE: PeoplePlace = {
  path: setUpPath('people'),
  right: 'whole-administrator',
  menu: SET_UP,
  tab: setUpTab('people'),
  auditPath: setUpPath('audit'),
  hasDepartments: true,
};

/** The pages below `/admin/set-up`. */
export const SET_UP_PAGES: readonly Page<SetUpDeps>[] = [
  {
    path: SET_UP.path,
    right: 'signed-in',
    menu: SET_UP,
    // The navigation and the switch of authorities lead here.
    open: (c) => c.redirect(setUpPath('sources') + new URL(c.req.url).search, 303),
  },
  ...SOURCES_PAGES,
  ...IMPORT_PAGES,
  GATEWAYS_PAGE,
  GATEWAY_PAGE,
  TEST_PAGE,
  KEYS_PAGE,
  authorityPage(peopleListPage(PEOPLE)),
  authorityPage(personPage(PEOPLE)),
  DEPARTMENTS_PAGE,
  authorityPage(
    auditPage({ path: setUpPath('audit'), right: 'whole-administrator', menu: SET_UP, tab: setUpTab('audit') }),
  ),
];
