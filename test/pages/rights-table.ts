import { isAtLeast, type Role } from '../../src/domain/people/access.ts';

/**
 * Rights that a visitor must have: a role in the authority of the page, `whole` for somebody who is limited to no departments,
 * or the role of an administrator of the installation.
 */
export type Right = 'anyone' | 'signed-in' | Role | `whole-${Role}` | 'installation';

const SOURCE = '/admin/set-up/sources/:source';
const GATEWAY = '/admin/set-up/gateways/:gateway';

/** Every route of the pages with the right that it needs. */
export const RIGHTS: Readonly<Record<Right, readonly string[]>> = {
  anyone: [
    ...['GET /admin/style.css', 'GET /admin/script.js', 'GET /admin/sign-in', 'POST /admin/sign-in'],
    ...['GET /admin/sign-in/code', 'POST /admin/sign-in/code', 'GET /admin/invitation/:token'],
    ...['POST /admin/invitation/:token', 'POST /admin/sign-out', 'POST /admin/sign-out-everywhere'],
  ],
  'signed-in': [
    ...['GET /admin/second-factor', 'POST /admin/second-factor', 'GET /admin/account', 'POST /admin/account/password'],
    ...['POST /admin/account/second-factor', 'POST /admin/accept', 'GET /admin/first-account'],
    ...['POST /admin/first-account', 'GET /admin/kept', 'GET /admin/authorities', 'GET /admin/set-up'],
  ],
  viewer: [
    ...['GET /admin', 'GET /admin/find', 'POST /admin/find', 'GET /admin/find/:appointment', 'GET /admin/replies'],
    ...['GET /admin/opt-outs', 'GET /admin/texts', 'GET /admin/texts/:name', 'GET /admin/texts/:name/versions'],
    ...['GET /admin/rules', 'GET /admin/rules/replies', 'GET /admin/rules/sender', 'GET /admin/rules/pause'],
    ...['GET /admin/rules/try', 'GET /admin/rules/unmapped', 'GET /admin/statistics', 'GET /admin/statistics.csv'],
    'GET /admin/messages',
  ],
  operator: [
    ...['POST /admin/to-do/:id/undo', 'POST /admin/to-do/:id/handle', 'POST /admin/replies/:id/undo'],
    ...['POST /admin/replies/:id/settle', 'GET /admin/citizens'],
  ],
  administrator: [],
  'whole-viewer': [
    ...['GET /admin/set-up/sources', `GET ${SOURCE}`, `GET ${SOURCE}/deliveries`, 'GET /admin/set-up/gateways'],
  ],
  'whole-operator': [
    'POST /admin/to-do/:source/seen',
    ...[
      'POST /admin/opt-outs',
      'POST /admin/opt-outs-of-number',
      'POST /admin/opt-outs/:id/lift',
      'POST /admin/citizens',
    ],
    ...['POST /admin/rules/pause', 'POST /admin/rules/resume'],
    ...['POST /admin/rules/try', `POST ${SOURCE}/pause`, `POST ${SOURCE}/resume`, `POST ${SOURCE}/deliveries/test`],
    ...[`POST ${SOURCE}/deliveries/resume`, `POST ${SOURCE}/deliveries/replay`],
  ],
  'whole-administrator': [
    ...['POST /admin/texts/:name', 'POST /admin/texts/:name/restore', 'POST /admin/rules', 'POST /admin/rules/replies'],
    ...['POST /admin/rules/sender', 'POST /admin/rules/unmapped', 'POST /admin/set-up/sources'],
    ...[`GET ${SOURCE}/settings`, `POST ${SOURCE}/settings`, `POST ${SOURCE}/secrets`],
    ...[`POST ${SOURCE}/secrets-for-events`, `POST ${SOURCE}/secrets/:id/end`, `GET ${SOURCE}/events`],
    ...[`POST ${SOURCE}/events`, `POST ${SOURCE}/events/remove`, 'GET /admin/set-up/import'],
    ...[
      'POST /admin/set-up/import',
      'POST /admin/set-up/import/refused-rows',
      'GET /admin/set-up/keys',
      'POST /admin/set-up/keys',
    ],
    ...['POST /admin/set-up/keys/:id/revoke', 'GET /admin/set-up/people', 'POST /admin/set-up/people'],
    ...['GET /admin/set-up/people/:id', 'POST /admin/set-up/people/:id/access', 'POST /admin/set-up/people/:id/link'],
    'POST /admin/set-up/people/:id/name',
    ...['POST /admin/set-up/people/:id/remove', 'GET /admin/set-up/departments', 'GET /admin/set-up/audit'],
    ...['POST /admin/citizens/erase', 'POST /admin/citizens/erase/confirm', 'GET /admin/citizens/erased/:erasure'],
  ],
  installation: [
    ...[`GET ${GATEWAY}`, `POST ${GATEWAY}/out`, `POST ${GATEWAY}/in`, `POST ${GATEWAY}/tests`],
    ...[`GET ${GATEWAY}/tests/:id`, `POST ${GATEWAY}/prices`, `POST ${GATEWAY}/prices/:country/:from/remove`],
    ...['GET /admin/installation', 'POST /admin/installation/adopt', 'POST /admin/installation/recovered'],
    ...['GET /admin/installation/authorities', 'POST /admin/installation/authorities'],
    ...['GET /admin/installation/authorities/:authority', 'POST /admin/installation/authorities/:authority'],
    ...['GET /admin/installation/people', 'POST /admin/installation/people', 'GET /admin/installation/people/:id'],
    ...['POST /admin/installation/people/:id/access', 'POST /admin/installation/people/:id/link'],
    'POST /admin/installation/people/:id/name',
    ...['POST /admin/installation/people/:id/remove', 'GET /admin/installation/audit'],
  ],
};

/** An account that somebody has; `authority` null: of the whole installation. */
export interface Account {
  readonly role: Role;
  readonly authority: string | null;
  readonly departments?: readonly string[];
}

/** True where an account is enough for what needs this right in an authority. */
export function suffices({ role, authority, departments }: Account, right: Right, of: string): boolean {
  if (right === 'anyone' || right === 'signed-in') return true;
  if (right === 'installation') return authority === null && role === 'administrator' && !departments;
  const least = right.replace('whole-', '') as Role;
  const isThere = authority === null || authority === of;
  return isThere && isAtLeast(role, least) && !(right.startsWith('whole-') && departments);
}

/** The right that a route needs: `GET /admin`. @returns undefined for one that nobody has thought of */
export function rightOf(route: string): Right | undefined {
  return (Object.keys(RIGHTS) as Right[]).find((right) => RIGHTS[right].includes(route));
}
