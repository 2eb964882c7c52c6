import { isAtLeast, type Role } from '../../src/domain/people/access.ts';
import { allPages } from '../../src/pages/index.tsx';
import type { PageRight } from '../../src/pages/kit/navigation.ts';

export type { PageRight as Right };

/** Every route of the pages with the right that its declaration names. */
export const RIGHTS: ReadonlyMap<string, PageRight> = new Map<string, PageRight>([
  ['GET /admin/style.css', 'anyone'],
  ['GET /admin/script.js', 'anyone'],
  ['GET /admin/replies.css', 'anyone'],
  ['GET /admin/keys.js', 'anyone'],
  ...allPages().flatMap(({ path, right, forms = [] }) => [
    [`GET ${path}`, right] as const,
    ...forms.map((form) => [`POST ${form.path}`, form.right] as const),
  ]),
]);

/** An account that somebody has; `authority` null: of the whole installation. */
export interface Account {
  readonly role: Role;
  readonly authority: string | null;
  readonly departments?: readonly string[];
}

/** True where an account is enough for what needs this right in an authority. */
export function suffices({ role, authority, departments }: Account, right: PageRight, of: string): boolean {
  if (right === 'anyone' || right === 'signed-in') return true;
  if (right === 'installation') return authority === null && role === 'administrator' && !departments;
  const least = right.replace('whole-', '') as Role;
  const isThere = authority === null || authority === of;
  return isThere && isAtLeast(role, least) && !(right.startsWith('whole-') && departments);
}

/** The right that a route needs: `GET /admin`. @returns undefined for one that no page declares */
export function rightOf(route: string): PageRight | undefined {
  return RIGHTS.get(route);
}
