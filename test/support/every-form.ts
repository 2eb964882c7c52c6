import { type FoundForm, formsOn, pageRoutes, seenOf, walkPages } from './page-walk.ts';
import { invite, PageClient } from './pages.ts';
import { OWN, type TwoAuthorities } from './two-authorities.ts';

/** Pages that show figures alone have no form that is posted. */
const WALK = { most: 6, leaveOut: /authority=kk|\/(?:statistics|messages)|find\// };

/** The forms that the pages of `rh` show to an administrator of the whole installation, and to somebody from outside. */
export async function formsOfRegion({ test }: TwoAuthorities, chief: PageClient): Promise<readonly FoundForm[]> {
  const starts = ['/admin?authority=rh', '/admin/second-factor', '/admin/installation', '/admin/citizens?authority=rh'];
  const more = ['/admin/account', '/admin/replies?authority=rh&show=settled'];
  const pages = await walkPages(chief, [...starts, ...more], WALK);
  const number = `+45${OWN.rh.digits}02`;
  const erase = await chief.post('/admin/citizens/erase', { authority: 'rh', number });
  const invitation = await invite(test, { email: 'ny@example.org', role: 'viewer', authority: 'rh' });
  const outside = await walkPages(new PageClient(test), ['/admin/sign-in', invitation]);
  return formsOn([...pages, await seenOf('/admin/citizens/erase', erase), ...outside], pageRoutes(test.app, 'POST'));
}
