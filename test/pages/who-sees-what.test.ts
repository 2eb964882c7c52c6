import { describe, expect, it } from 'vitest';
import { pageRoutes, pathOf, type Seen, see, seenOf, walkPages } from '../support/page-walk.ts';
import type { PageClient } from '../support/pages.ts';
import { useOpened } from '../support/scenario.ts';
import { DEPARTMENTS, OWN, openTwoAuthorities, SHARED_NUMBER } from '../support/two-authorities.ts';
import { type Account, rightOf } from './rights-table.ts';

const { heart, lung, skin } = DEPARTMENTS;

const all = useOpened(openTwoAuthorities);

/** A number of somebody's, however it is written: `20 11 01 05`, `+4520110105`. */
const numbersWith = (digits: string) => new RegExp(`(?<![0-9a-f])(?:45)?${digits}\\d\\d(?![0-9a-f])`, 'i');
const plain = (body: string) => body.replaceAll(/(?<=\d)[\s\u00a0]+(?=\d)/g, '');

/** Words that nobody of this account may be shown, with what they are. */
type Forbidden = readonly (readonly [what: string, pattern: RegExp])[];
const OF_THE_OTHER: Forbidden = [
  ['a word of the other authority', new RegExp(`${OWN.kk.mark}|${skin.mark}`, 'i')],
  ['a number of the other authority', numbersWith(OWN.kk.digits)],
  ['a number of its department', numbersWith(skin.digits)],
];
const OF_ANOTHER_DEPARTMENT: Forbidden = [
  ['a word of the other department', new RegExp(lung.mark, 'i')],
  ['a number of the other department', numbersWith(lung.digits)],
  ['a reply about no department', /Qregion uden/],
  ['a number of no department', numbersWith(OWN.rh.digits)],
  ['a number of two authorities', numbersWith(SHARED_NUMBER.slice(3, 9))],
];
const NUMBERS: Forbidden = [OWN.rh, OWN.kk, heart, lung, skin, { digits: SHARED_NUMBER.slice(3, 9) }].map(
  ({ digits }) => [`a number that begins with ${digits}`, numbersWith(digits)] as const,
);

/** Everything that somebody gets to see: pages by links and choices, each route with ids of others, and what they find. */
async function everything(client: PageClient): Promise<Seen[]> {
  const seen = await walkPages(client, ['/admin', '/admin?authority=rh']);
  for (const address of directAddresses()) seen.push(await see(client, address));
  for (const [authority, what] of SEARCHES)
    for (const [path, form] of [
      ['/admin/find', { what }],
      ...['', 'document', 'data'].map((kind) => ['/admin/citizens', { phone: what, do: kind }] as const),
      ['/admin/citizens/erase', { number: what }],
    ] as const)
      seen.push(await seenOf(`POST ${path}`, await client.post(path, { authority, ...form })));
  return seen;
}

/** Each route with the ids of every department, in its authority and in the other. */
function directAddresses(): string[] {
  const routes = pageRoutes(all.test.app, 'GET').filter((route) => rightOf(`GET ${route}`) !== 'anyone');
  const places = [
    ['rh', all.ids.heart],
    ['rh', all.ids.lung],
    ['rh', all.ids.skin],
    ['kk', all.ids.skin],
  ] as const;
  const direct = places.flatMap(([authority, ids]) => {
    const values = { ...ids, id: ids.account ?? '', '/admin/set-up/gateways/:gateway/tests/:id id': ids.smsTest ?? '' };
    return routes.map((route) => `${pathOf(route, values)}?authority=${authority}`);
  });
  const asked = ['find', 'messages', 'statistics', 'statistics.csv', 'replies', 'opt-outs'].flatMap((page) =>
    [
      ...[`department=${lung.mark}&date=2026-11-25&status=undelivered&from=2026-11-24&by=department`, 'by=department'],
      ...['date=2026-11-25', 'show=settled', `like=${all.ids.lung.appointment}`, `source=${all.ids.kk.source}`],
    ].map((query) => `/admin/${page}?authority=rh&${query}`),
  );
  return [...direct, ...asked, '/admin/authorities?authority=rh&q=Q'];
}

/**
 * The addresses at which something forbidden stands. What was typed into a search or an address is given back where it
 * was typed and in the switch of languages, which tells nothing.
 */
function found(seen: readonly Seen[], forbidden: Forbidden): string[] {
  return seen.flatMap(({ address, body }) => {
    const own = address.includes('Q') ? body.replaceAll(/ (?:href|value)="[^"]*"/g, '') : body;
    const isSearch = address.startsWith('POST');
    const read = SEARCHES.reduce((text, [, typed]) => {
      return text.replaceAll(`value="${typed}"`, '').replaceAll(isSearch ? typed.replace('+45', '') : '\0', '');
    }, plain(own));
    const what = forbidden.filter(([, pattern]) => pattern.test(read)).map(([name]) => name);
    return what.length > 0 ? [`${address}: ${what.join(', ')}`] : [];
  });
}

type Search = readonly [authority: string, what: string];
const SEARCHES: readonly Search[] = [
  ...[heart, lung, skin].flatMap(({ authority, mark, digits }): Search[] => [
    [authority, `${mark}-1`],
    [authority, `+45${digits}10`],
    ['rh', `+45${digits}10`],
  ]),
  ...['rh', 'kk'].map((authority): Search => [authority, SHARED_NUMBER]),
  ['rh', `+45${OWN.rh.digits}02`],
];

describe('every page, list and file', () => {
  it.each<[string, Account, Forbidden]>([
    [
      'a viewer is shown no number, and nothing of another authority',
      { role: 'viewer', authority: 'rh' },
      [...NUMBERS, ...OF_THE_OTHER],
    ],
    [
      'an administrator is shown nothing of another authority',
      { role: 'administrator', authority: 'rh' },
      OF_THE_OTHER,
    ],
    ...(['viewer', 'administrator'] as const).map((role): [string, Account, Forbidden] => [
      `a ${role} who is limited to a department is shown nothing of another one`,
      { role, authority: 'rh', departments: [heart.mark] },
      [...OF_ANOTHER_DEPARTMENT, ...OF_THE_OTHER, ...(role === 'viewer' ? NUMBERS : [])],
    ]),
    [
      'somebody of the whole installation who is limited to a department is shown nothing of another one',
      { role: 'operator', authority: null, departments: [heart.mark] },
      OF_ANOTHER_DEPARTMENT,
    ],
  ])('%s', async (_, { role, authority, departments }, forbidden) => {
    const client = await all.person(role, authority, departments);
    const seen = await everything(client);
    expect(seen.filter(({ status }) => status === 200).length).toBeGreaterThan(50);
    expect(found(seen, forbidden)).toEqual([]);
    expect(seen.filter(({ status }) => status >= 500).map(({ address }) => address)).toEqual([]);
  });

  it('shows all of it to whoever may see it, so that what was looked for can be found', async () => {
    const seen = await everything(await all.person('operator', null));
    const missing = [...NUMBERS, ...OF_THE_OTHER, ...OF_ANOTHER_DEPARTMENT].filter(
      ([, pattern]) => !seen.some(({ body }) => pattern.test(plain(body))),
    );
    expect(missing.map(([what]) => what)).toEqual([]);
  });
});
