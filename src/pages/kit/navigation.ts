import type { Role } from '../../domain/people/access.ts';

/** A page of the navigation, in its order. */
export interface NavigationItem {
  readonly name: PageName;
  readonly href: string;
  /** The role that the page needs, in the authority that it shows, or in the whole installation. */
  readonly role: Role;
  readonly installation?: true;
  /** The page is about all departments, and refuses somebody who is limited to some. */
  readonly whole?: true;
}

/** Names of the pages that stand in the navigation or in the line of who is signed in. */
export type PageName =
  | 'todo'
  | 'find'
  | 'replies'
  | 'texts'
  | 'rules'
  | 'statistics'
  | 'setUp'
  | 'citizens'
  | 'installation'
  | 'authorities'
  | 'account';

/** The pages of the navigation. What a visitor has no role for is left out of theirs. */
export const NAVIGATION: readonly NavigationItem[] = [
  { name: 'todo', href: '/admin', role: 'viewer' },
  { name: 'find', href: '/admin/find', role: 'viewer' },
  { name: 'replies', href: '/admin/replies', role: 'viewer' },
  { name: 'texts', href: '/admin/texts', role: 'viewer' },
  { name: 'rules', href: '/admin/rules', role: 'viewer' },
  { name: 'statistics', href: '/admin/statistics', role: 'viewer' },
  { name: 'setUp', href: '/admin/set-up', role: 'viewer', whole: true },
  { name: 'citizens', href: '/admin/citizens', role: 'operator' },
  { name: 'installation', href: '/admin/installation', role: 'administrator', installation: true },
];

/** The address of the page that tells the story of an appointment. @param id of the appointment */
export function storyOf(authority: { readonly id: string }, id: string): string {
  return hrefOf(`/admin/find/${id}`, authority);
}

/** The address of a page for one authority. `query` follows it; what is undefined or empty in it is left out. */
export function hrefOf(
  path: string,
  authority: { readonly id: string } | null,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const search = new URLSearchParams();
  if (authority) search.set('authority', authority.id);
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The id of what a form finds. */
export const FOUND_ID = 'found';
/** The name of the field by which a form asks for the focus: its value is an id. */
export const FOCUS_FIELD = 'focus';

/** The id of the sentence that says what a form did. */
export const DONE_ID = 'done';

/** The address of a page that says what a form did (`query.done`): it opens at that sentence, which takes the focus. */
export function doneHref(...of: Parameters<typeof hrefOf>): string {
  return `${hrefOf(...of)}#${DONE_ID}`;
}
