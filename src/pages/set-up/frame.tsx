import type { Context } from 'hono';
import type { Reader } from '../../accounts/phone-access.ts';
import { notFound } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { Frame } from '../kit/context.tsx';
import { noAuthority, type PageAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { GroupPage, type GroupPagePart } from '../kit/group-page.tsx';
import type { Menu } from '../kit/navigation.ts';
import type { Bilingual } from '../kit/words.ts';
import { SET_UP_WORDS, type SetUpPageName } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const SET_UP: Menu = {
  name: 'setUp',
  path: '/admin/set-up',
  label: { da: 'Opsætning', en: 'Set-up' },
  right: 'whole-viewer',
};

/** The address of a page of the set-up. */
export const setUpPath = (page: string): string => `/admin/set-up/${page}`;

/** A page of the set-up with the authority that it is about. */
export interface SetUp {
  readonly frame: Frame;
  readonly authority: PageAuthority;
  readonly reader: Reader;
  readonly page: SetUpPageName;
}

/**
 * Reads the frame of a page of the set-up.
 * @param authorityId the one that a form names; left out: that of the address
 * @returns a page that says so where the visitor may see no authority
 * @throws Problem 404 for an authority that is not theirs, 403 without the role there or for somebody who is limited to
 * departments: what the set-up shows is of all of them
 */
export async function openSetUp(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  page: SetUpPageName,
  authorityId?: string,
): Promise<SetUp | Response> {
  if (authorityId === '') throw notFound('authority');
  const right = page === 'sources' ? 'whole-viewer' : 'whole-administrator';
  const title = SET_UP_WORDS[c.var.language].pages[page];
  const { frame, authority } = await readFrame(c, deps, {
    title,
    current: SET_UP,
    ...(authorityId !== undefined && { authorityId }),
    prefer: (each) => may(c.var.visitor, right, each.id),
  });
  if (!authority) return noAuthority(c, frame);
  return { frame, authority, reader: requireRight(c, deps, right, authority.id), page };
}

/** A page of the set-up, with links to the others. */
export function SetUpPage({ setUp: { frame, page }, ...part }: GroupPagePart & { readonly setUp: SetUp }) {
  return <GroupPage frame={frame} path={setUpPath(page)} {...part} />;
}

/** The name of a page among those of the set-up. */
export function setUpTab(page: SetUpPageName): Bilingual<string> {
  return { da: SET_UP_WORDS.da.pages[page], en: SET_UP_WORDS.en.pages[page] };
}

/** The id in an address, which the database would refuse to compare with were it none. @throws Problem 404 */
export function uuidIn({ id }: Readonly<Record<string, string>>): string {
  if (id === undefined || !isUuid(id)) throw notFound('page');
  return id;
}
