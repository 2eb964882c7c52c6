import type { Context } from 'hono';
import type { HttpEnv } from '../../http/env.ts';
import { type OwnAuthority, searchOwnAuthorities } from '../../staff/own-authorities.ts';
import { useFrame } from '../kit/context.tsx';
import { page } from '../kit/document.tsx';
import { Empty } from '../kit/elements.tsx';
import { Field } from '../kit/fields.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { byName } from '../kit/language.ts';
import { Framed } from '../kit/layout.tsx';
import { hrefOf, type Menu } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { bilingual } from '../kit/words.ts';

const WORDS = bilingual({
  da: {
    title: 'Vælg myndighed',
    search: 'Navn eller id',
    button: 'Søg',
    none: 'Ingen myndighed hedder sådan. Prøv med en del af navnet.',
    more: (shown: number) => `Her vises ${shown} af dem. Søg for at finde flere.`,
    replies: (count: number) => `${count} svar venter`,
  },
  en: {
    title: 'Choose authority',
    search: 'Name or id',
    button: 'Search',
    none: 'No authority has that name. Try a part of it.',
    more: (shown) => `${shown} of them are shown. Search to find more.`,
    replies: (count) => (count === 1 ? '1 reply waits' : `${count} replies wait`),
  },
});

const MOST_SHOWN = 50;
const LONGEST = 100;

const AUTHORITIES: Menu = {
  name: 'authorities',
  path: '/admin/authorities',
  label: { da: 'Vælg myndighed', en: 'Choose authority' },
  right: 'signed-in',
};

/** `/admin/authorities`: the authorities of the visitor, to choose one, with a field to search among them. */
export const AUTHORITIES_PAGE: Page<PagesDeps> = {
  path: AUTHORITIES.path,
  right: 'signed-in',
  menu: AUTHORITIES,
  open: authoritiesPage,
};

async function authoritiesPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, { title: words.title, current: AUTHORITIES });
  if (!authority) return noAuthority(c, frame);
  const text = (c.req.query('q') ?? '').trim().slice(0, LONGEST);
  const search = { text, limit: MOST_SHOWN + 1 };
  const found = await searchOwnAuthorities(deps, c.var.visitor, search);
  const target =
    frame.site.menus.find(({ name, right }) => right !== 'signed-in' && name === c.req.query('page')) ??
    frame.site.menus[0];
  return page(
    c,
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <form class="filter" method="get" action={AUTHORITIES.path}>
        <input type="hidden" name="authority" value={authority.id} />
        <input type="hidden" name="page" value={target?.name} />
        <Field id="q" label={words.search} value={text} type="search" more={{ maxlength: LONGEST }} />
        <button type="submit">{words.button}</button>
      </form>
      {found.length === 0 && <Empty>{words.none}</Empty>}
      <List authorities={found.slice(0, MOST_SHOWN).toSorted(byName(c.var.language))} target={target} />
      {found.length > MOST_SHOWN && <p>{words.more(MOST_SHOWN)}</p>}
    </Framed>,
  );
}

/** Links to a page of each authority, with how many of its replies wait. */
export function List({
  authorities,
  target,
}: {
  readonly authorities: readonly OwnAuthority[];
  readonly target: Menu | undefined;
}) {
  const words = WORDS[useFrame().language];
  return (
    <ul class="choice">
      {authorities.map((authority) => (
        <li>
          <a href={hrefOf(target?.path ?? '/admin', authority)}>{authority.name}</a>{' '}
          {authority.openReplies > 0 && <span class="tag holds">{words.replies(authority.openReplies)}</span>}
        </li>
      ))}
    </ul>
  );
}
