import { proven } from '../support/pages.ts';
import { filled, MIB } from './filled.ts';
import type { LargeRequest } from './large-requests.ts';

/** Each page that takes a form, by the pattern of its path. */
export const FORM_ROUTES: readonly string[] = [
  '/admin/accept',
  '/admin/account/password',
  '/admin/account/second-factor',
  '/admin/citizens',
  '/admin/citizens/erase',
  '/admin/citizens/erase/confirm',
  '/admin/find',
  '/admin/find/:appointment/answer',
  '/admin/find/:appointment/send-again',
  '/admin/first-account',
  '/admin/installation/adopt',
  '/admin/installation/authorities',
  '/admin/installation/authorities/:authority',
  '/admin/installation/people',
  '/admin/installation/people/:id/access',
  '/admin/installation/people/:id/link',
  '/admin/installation/people/:id/name',
  '/admin/installation/people/:id/remove',
  '/admin/installation/recovered',
  '/admin/invitation/:token',
  '/admin/opt-outs',
  '/admin/opt-outs/:id/lift',
  '/admin/opt-outs/:id/undo',
  '/admin/opt-outs-of-number',
  '/admin/replies/:id/answer',
  '/admin/replies/:id/settle',
  '/admin/replies/:id/undo',
  '/admin/rules',
  '/admin/rules/pause',
  '/admin/rules/recipients',
  '/admin/rules/replies',
  '/admin/rules/resume',
  '/admin/rules/sender',
  '/admin/rules/try',
  '/admin/rules/unmapped',
  '/admin/second-factor',
  '/admin/set-up/gateways/:gateway/in',
  '/admin/set-up/gateways/:gateway/out',
  '/admin/set-up/gateways/:gateway/prices',
  '/admin/set-up/gateways/:gateway/prices/:country/:from/remove',
  '/admin/set-up/gateways/:gateway/tests',
  '/admin/set-up/import',
  '/admin/set-up/import/refused-rows',
  '/admin/set-up/keys',
  '/admin/set-up/keys/:id/revoke',
  '/admin/set-up/people',
  '/admin/set-up/people/:id/access',
  '/admin/set-up/people/:id/link',
  '/admin/set-up/people/:id/name',
  '/admin/set-up/people/:id/remove',
  '/admin/set-up/sources',
  '/admin/set-up/sources/:source/deliveries/replay',
  '/admin/set-up/sources/:source/deliveries/resume',
  '/admin/set-up/sources/:source/deliveries/test',
  '/admin/set-up/sources/:source/events',
  '/admin/set-up/sources/:source/events/remove',
  '/admin/set-up/sources/:source/pause',
  '/admin/set-up/sources/:source/resume',
  '/admin/set-up/sources/:source/secrets',
  '/admin/set-up/sources/:source/secrets-for-events',
  '/admin/set-up/sources/:source/secrets/:id/end',
  '/admin/set-up/sources/:source/settings',
  '/admin/sign-in',
  '/admin/sign-in/code',
  '/admin/sign-out',
  '/admin/sign-out-everywhere',
  '/admin/standard-answers',
  '/admin/standard-answers/:id/delete',
  '/admin/texts/:name',
  '/admin/texts/:name/restore',
  '/admin/to-do/:id/handle',
  '/admin/to-do/:id/undo',
  '/admin/to-do/:source/seen',
];

/** Names that fields of our forms have. */
const FIELDS = [
  ...['authority', 'source', 'reason', 'next', 'do', 'phone', 'number', 'name', 'id', 'sender', 'password', 'language'],
  ...['code', 'value', 'url', 'types', 'role', 'reference', 'message', 'format', 'file', 'email', 'departments', 'day'],
  ...['appointment', 'action', 'text-da', 'text-en', 'token', 'mode', 'rows', 'what', 'keywords', 'note', 'until'],
];

/**
 * Forms of up to 1 MiB for every route that takes one.
 * @param routes patterns of their paths
 * @param cookie of a session, or of a browser without one
 */
export function largeForms(routes: readonly string[], cookie: string, origin: string): readonly LargeRequest[] {
  const proof = proven({ authority: 'bench' }, cookie).toString();
  const each = Math.floor(MIB / FIELDS.length) - 20;
  const names: string[] = [];
  for (let size = 500; size < MIB; size += (names.at(-1)?.length ?? 0) + 1) names.push(`k${names.length}=`);
  const bodies = {
    'fields of one name': `${proof}&${filled('a&', MIB - 500)}`,
    'different fields': `${proof}&${names.slice(0, -1).join('&')}`,
    'long values': `${proof}&${FIELDS.map((name) => `${name}=${filled('a%CC%81%CC%A3', each)}`).join('&')}`,
  };
  return routes.flatMap((route) =>
    Object.entries(bodies).map(([what, body]) => ({
      name: `form ${route}, ${what}`,
      path: pathOf(route),
      type: 'application/x-www-form-urlencoded',
      body,
      headers: { Cookie: cookie, Origin: origin },
    })),
  );
}

/** A path that the route takes. */
function pathOf(route: string): string {
  return route
    .replace(':authority', 'bench')
    .replace(':source', 'all')
    .replace(/:(?:name|template)/, 'reminder')
    .replaceAll(/:\w+(?:\{[^}]*\})?/g, '01936a8e-1234-7123-8123-000000000001');
}
