import { hrefOf } from '../navigation.ts';
import type { KeptForm } from './action-types.ts';

/** Addresses of pages that a form may be sent to, or to an address below them; the first that fits is the nearest. */
const PAGES = [
  /^\/admin\/(?:set-up\/(?:sources|gateways|people)|installation\/(?:authorities|people))\/[\w-]+/,
  /^\/admin\/rules\/(?:replies|sender|pause|try|unmapped)/,
  /^\/admin\/(?:texts|set-up)\/[\w-]+/,
  /^\/admin\/installation\/(?:authorities|people)/,
  /^\/admin\/(?:account|citizens|find|first-account|installation|opt-outs|replies|rules|second-factor)/,
];

/** Addresses of forms that stand on a page of another name. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([['/admin/rules/resume', '/admin/rules/pause']]);

/** The address of the page that a form stands on, with its authority: its own address often answers POST alone. */
export function pageOfForm({ path, fields }: KeptForm): string {
  const own = ELSEWHERE.get(path) ?? path;
  const [page = '/admin'] = PAGES.flatMap((pattern) => pattern.exec(own)?.[0] ?? []);
  const authority = fields.find(([name]) => name === 'authority')?.[1] ?? '';
  return hrefOf(page, authority === '' ? null : { id: authority });
}
