import { isAtLeast, type Right, type Role } from '../../domain/people/access.ts';
import type { Bilingual } from './words.ts';

/** The right that a visitor must have for a page or a form. */
export type PageRight = 'anyone' | 'signed-in' | Right;

/** An entry of the navigation: one page, or several with links between them. */
export interface Menu {
  readonly name: string;
  /** The address of its first page. */
  readonly path: string;
  readonly label: Bilingual<string>;
  /** The right that opens it. What anybody who is signed in may open stands beside the visitor's name. */
  readonly right: PageRight;
}

/** The page of one's own account, to which the visitor's name leads. */
export const ACCOUNT: Menu = {
  name: 'account',
  path: '/admin/account',
  label: { da: 'Din konto', en: 'Your account' },
  right: 'signed-in',
};

/** The rights of a visitor on a page: in its authority, and in the whole installation; null: none. */
interface Rights {
  readonly role: Role | null;
  readonly installationRole: Role | null;
  /** The visitor is limited to some departments of the authority. */
  readonly limited: boolean;
}

/** True where rights are enough for what needs this one. */
export function suffices({ role, installationRole, limited }: Rights, right: PageRight): boolean {
  if (right === 'anyone' || right === 'signed-in') return true;
  if (right === 'installation') return installationRole === 'administrator';
  const isWhole = right.startsWith('whole-');
  return role !== null && isAtLeast(role, right.replace('whole-', '') as Role) && !(isWhole && limited);
}

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
