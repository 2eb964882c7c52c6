import { hrefOf } from './navigation.ts';

/** Addresses of pages that a form may be sent to, or to an address below them; the first that fits is the nearest. */
const PAGES = [
  /^\/admin\/set-up\/sources\/[\w-]+\/(?:settings|events|deliveries)(?=\/|$)/,
  /^\/admin\/(?:set-up\/(?:sources|gateways|people)|installation\/(?:authorities|people))\/[\w-]+/,
  /^\/admin\/rules\/(?:replies|sender|pause|try|unmapped)/,
  /^\/admin\/(?:texts|set-up)\/[\w-]+/,
  /^\/admin\/installation\/(?:authorities|people)/,
  /^\/admin\/(?:account|citizens|find|first-account|installation|opt-outs|replies|rules|second-factor)/,
];

/** Addresses of forms that stand on a page of another name. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([['/admin/rules/resume', '/admin/rules/pause']]);

/** The ids of the parts of a long page that forms stand in, by their addresses. */
const PARTS: readonly (readonly [RegExp, id: string])[] = [
  [/^\/admin\/set-up\/sources\/[\w-]+\/(?:pause|resume)$/, 'pause'],
  [/^\/admin\/set-up\/sources\/[\w-]+\/secrets(?=\/|$)/, 'secrets'],
  [/^\/admin\/set-up\/sources\/[\w-]+\/secrets-for-events$/, 'event-secrets'],
  [/^\/admin\/set-up\/sources\/[\w-]+\/deliveries\/replay$/, 'replay'],
];

/** A form by the address that it was sent to, and its fields. */
interface FormSent {
  readonly path: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The address of the page that a form stands on, without its query: its own address often takes POST alone. */
export function pagePathOfForm(path: string): string {
  const own = ELSEWHERE.get(path) ?? path;
  return PAGES.flatMap((pattern) => pattern.exec(own)?.[0] ?? [])[0] ?? '/admin';
}

/** The page that a form stands on, with its authority: it leads to the part of a long page that the form stands in. */
export function pageOfForm({ path, fields }: FormSent): string {
  const page = pagePathOfForm(path);
  const part = PARTS.find(([pattern]) => pattern.test(path))?.[1];
  const authority = fields.find(([name]) => name === 'authority')?.[1] ?? '';
  return hrefOf(page, authority === '' ? null : { id: authority }) + (part === undefined ? '' : `#${part}`);
}
