import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { invite } from '../support/pages.ts';
import { scenario } from '../support/scenario.ts';

const DANISH = ['bornholm', 'Zealand', 'Ærø', 'Ørsted', 'Aabenraa', 'Ålborg'];
const ENGLISH = ['Aabenraa', 'Ærø', 'Ålborg', 'bornholm', 'Ørsted', 'Zealand'];
/** The order in which ids are given: that of neither language. */
const NEITHER = DANISH.toReversed();
const MANY = 260;

const { test, chief } = scenario({
  people: { chief: { name: 'Øjvind', role: 'administrator', authority: null } },
  prepare: async () => {
    for (const [nth, name] of NEITHER.entries()) await test.makeAuthority(`a${nth}`, { name });
  },
});

const named = (page: string) =>
  [...page.matchAll(/<th scope="row"[^>]*>(?:<[^>]*>)*([^<]+)/g)].map(([, name = '']) => name);
const nextOf = (page: string) => /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? null;
/** The names of all pages of a list, and the addresses that lead on. */
async function wholeList(first: string, between?: (names: readonly string[], here: string) => Promise<void>) {
  const names: string[] = [];
  const addresses: string[] = [];
  for (let address: string | null = first; address !== null && addresses.length < 10; ) {
    const here: string = address;
    const page = await chief.text(here);
    names.push(...named(page));
    address = nextOf(page);
    if (address !== null) addresses.push(address);
    await between?.(names, here);
  }
  return { names, addresses };
}
/** Gives an authority as many booking systems as reach over several pages, the last names with the first ids. */
async function makeSources(authority: string): Promise<string[]> {
  await test.makeSource(authority, authority, { name: 'Alle' });
  await sql`insert into source select (jsonb_populate_record(s, jsonb_build_object('id', ${authority}::text || (9000 - n),
      'name', name.text, 'settings', s.settings || jsonb_build_object('name', name.text)))).*
    from source s, generate_series(1, ${MANY}) n,
      lateral (select 'System ' || lpad((n / 2)::text, 3, '0') as text) name
    where s.id = ${authority}`.execute(test.db);
  const nameOf = (nth: number) => `System ${String(Math.floor(nth / 2)).padStart(3, '0')}`;
  return ['Alle', ...Array.from({ length: MANY }, (_, index) => nameOf(index + 1))];
}

describe('a list', () => {
  it.each([
    ['da', DANISH],
    ['en', ENGLISH],
  ] as const)(
    'of authorities, of booking systems and of people stands by name, as %s sorts',
    async (language, order) => {
      const only = (page: string) => named(page).filter((name) => order.includes(name));
      await chief.get(`/admin?language=${language}`);
      expect(only(await chief.text('/admin/installation/authorities'))).toEqual(order);
      for (const [nth, name] of NEITHER.entries()) {
        for (const authority of [null, 'a0'])
          await invite(test, { email: `p${nth}@example.org`, name, role: 'viewer', authority });
        await test.makeSource('a0', `${language}-${nth}`, { name });
      }
      expect(only(await chief.text('/admin/installation/people'))).toEqual(order);
      expect(only(await chief.text('/admin/set-up/people?authority=a0'))).toEqual(order);
      expect([...new Set(only(await chief.text('/admin/set-up/sources?authority=a0')))]).toEqual(order);
    },
  );

  it('of the authorities to change to, or to choose from, stands by name, too', async () => {
    for (const [language, order] of Object.entries({ da: DANISH, en: ENGLISH })) {
      const page = await chief.text(`/admin?authority=a0&language=${language}`);
      const select = page.split('<select id="at"')[1]?.split('</select>')[0] ?? '';
      expect([...select.matchAll(/<option[^>]*>([^<(]+)/g)].map(([, name]) => name)).toEqual(order);
      const choice = (await chief.text('/admin/authorities')).split('<ul class="choice"')[1]?.split('</ul>')[0] ?? '';
      expect([...choice.matchAll(/<a [^>]*>([^<]+)/g)].map(([, name]) => name)).toEqual(order);
    }
  });

  it('of booking systems to choose from stands by name, too', async () => {
    for (const [nth, name] of NEITHER.entries()) await test.makeSource('a3', `s-${nth}`, { name });
    for (const [language, order] of Object.entries({ da: DANISH, en: ENGLISH })) {
      await chief.get(`/admin?language=${language}`);
      for (const path of ['find', 'rules/pause', 'rules/try', 'set-up/import']) {
        const select = (await chief.text(`/admin/${path}?authority=a3`)).split('<select id="source"')[1] ?? '';
        const options = [...(select.split('</select>')[0] ?? '').matchAll(/<option value="[^"]+"[^>]*>([^<]+)/g)];
        expect([path, options.map(([, name]) => name)]).toEqual([path, order]);
      }
    }
  });

  it('of hundreds goes on over its pages without leaving one out or showing one twice', async () => {
    const expected = await makeSources('a1');
    const { names, addresses } = await wholeList('/admin/set-up/sources?authority=a1');
    expect(addresses.length).toBeGreaterThan(1);
    expect(names).toEqual(expected);
  });

  it('whose second page is read in the other language begins anew in that one’s order, with nothing left out', async () => {
    await chief.get('/admin?language=da');
    const danish = await chief.text('/admin/set-up/sources?authority=a1');
    const second = await chief.text(nextOf(danish) ?? '');
    const other = /hreflang="en" href="([^"]+)"/.exec(second)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(other).toContain('cursor=');
    const { names } = await wholeList(other);
    const { names: english } = await wholeList('/admin/set-up/sources?authority=a1&language=en');
    expect([names.length, names]).toEqual([MANY + 1, english]);
    await chief.get('/admin?language=da');
  });

  it('of people goes on where it was when the last one of a page has left, by addresses that hold no name', async () => {
    const people = Array.from({ length: 130 }, (_, nth) => `Person ${String(nth).padStart(3, '0')}`);
    for (const name of people.toReversed())
      await invite(test, { email: `${name.replace(' ', '')}@example.org`, name, role: 'viewer', authority: 'a2' });
    const gone = async (names: readonly string[], here: string) => {
      const row = new RegExp(`people/([0-9a-f-]{36})[^>]*>${names.at(-1)}<`);
      const id = row.exec(await chief.text(here))?.[1];
      const removed = await chief.post(`/admin/set-up/people/${id}/remove`, { authority: 'a2' });
      expect([removed.status, row.test(await chief.text(here))]).toEqual([303, false]);
    };
    const { names, addresses } = await wholeList('/admin/set-up/people?authority=a2', gone);
    expect(addresses.length).toBeGreaterThan(0);
    expect(names).toEqual(people);
    for (const address of addresses) {
      const cursor = new URL(address, 'https://sms.example.org').searchParams.get('cursor') ?? '';
      expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/person/i);
    }
  });

  it('refuses a place that was never given out, and one of another list', async () => {
    const place = nextOf(await chief.text('/admin/set-up/sources?authority=a1'))?.split('cursor=')[1] ?? '';
    for (const address of [
      ...[
        'set-up/sources?authority=a1&cursor=YQ',
        'set-up/people?authority=a1&cursor=',
        'installation/people?cursor=x',
      ],
      ...[`set-up/sources?authority=a0&cursor=${place}`, `installation/authorities?cursor=${place}`],
    ])
      expect([address, (await chief.get(`/admin/${address}`)).status]).toEqual([address, 422]);
    expect((await chief.get(`/admin/set-up/sources?authority=a1&cursor=${place}`)).status).toBe(200);
  });
});
