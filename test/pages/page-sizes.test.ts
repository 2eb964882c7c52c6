import { describe, expect, it } from 'vitest';
import { FULL, FULL_NUMBER, type FullLists, fillLists, long } from '../support/full-lists.ts';
import { type Seen, seenOf, walkPages } from '../support/page-walk.ts';
import { scenario } from '../support/scenario.ts';

/** HTML, style sheet and script together, uncompressed. */
const MOST_BYTES = 100_000;

let full: FullLists;
let assets: number;
const { test, anna } = scenario({
  people: { anna: { role: 'administrator', authority: null } },
  prepare: async () => {
    full = await fillLists(test);
    const files = await Promise.all(['/admin/style.css', '/admin/script.js'].map((path) => anna.text(path)));
    assets = Buffer.byteLength(files.join(''));
  },
});

const tooLarge = (pages: readonly Seen[]) =>
  pages.flatMap(({ address, body, page }) => {
    const bytes = Buffer.byteLength(body) + assets;
    return page && bytes > MOST_BYTES ? [`${bytes} ${address}`] : [];
  });
const post = async (path: string, form: Readonly<Record<string, string>>) =>
  seenOf(`POST ${path}`, await anna.post(path, { authority: FULL, ...form }));

describe('pages of full lists, in the longest texts that there are', () => {
  it('are no larger than 100 kB with style sheet and script, whatever is asked for', async () => {
    const starts = [`/admin?authority=${FULL}`, `/admin/find/${full.story}?authority=${FULL}`];
    // Other authorities, and booking systems that are like the first.
    const leaveOut = /[?&]authority=a-|\/(?:sources|authorities)\/[as]-\d/;
    const pages = await walkPages(anna, starts, { most: 4, leaveOut });
    expect(tooLarge(pages)).toEqual([]);
    const found = pages.filter(({ status }) => status >= 400).map(({ status, address }) => `${status} ${address}`);
    expect(found).toEqual([]);
  });

  it('are so, too, where a form asked for them or was refused', async () => {
    const booked = (note: string) => JSON.stringify({ type: 'appointment.booked', data: { id: 'A-1', note } }, null, 2);
    const rows = Array.from({ length: 700 }, (_, nth) => `${long(100, nth)};i morgen;"${long(120, nth)}"`);
    const messages = [
      ...[booked(long(30_000, 0)), booked(long(60_000, 0)), booked('<'.repeat(250_000)), '<'.repeat(300_001)],
      ...[`id;dato;sted\n${rows.join('\n')}`, long(300_000, 0)],
    ];
    const tried = await Promise.all(messages.map((message) => post('/admin/rules/try', { source: FULL, message })));
    expect(tried.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200, 200]);
    expect(tooLarge(tried)).toEqual([]);
    const held = await post('/admin/citizens', { phone: FULL_NUMBER, do: 'show', file: 'da' });
    expect(held.body).toContain('Her vises kun de første. Filen har dem alle.');
    expect(
      tooLarge([
        held,
        await post('/admin/find', { what: FULL_NUMBER }),
        await post('/admin/find', { what: long(255, 'soon-1') }),
        await post('/admin/rules/unmapped', { source: FULL, field: 'location', value: long(100, '001'), to: '' }),
        await post('/admin/opt-outs', { phone: 'x', reason: long(500, 0) }),
      ]),
    ).toEqual([]);
  });

  it('are so beside fields for hundreds of departments and booking systems, which take a name or its beginning', async () => {
    const day = '2026-11-25';
    const find = (query: Readonly<Record<string, string>>) =>
      `/admin/find?${new URLSearchParams({ authority: FULL, date: day, ...query })}`;
    const listed = `/admin/messages?${new URLSearchParams({ authority: FULL, status: 'expired', from: '2026-11-24' })}`;
    const source = `s-7-${'x'.repeat(50)}`;
    const unknown = { department: '17', 'department-name': '17' };
    const [all, one, of, several, list, chosen, exact, again] = await Promise.all(
      [
        find({}),
        find({ 'department-name': '17 ØRE', 'source-name': 'S-7 BOOKING' }),
        find({ department: long(60, 17), source }),
        find({ 'department-name': '1', 'source-name': 's-' }),
        listed,
        `${listed}&department-name=17 øre`,
        `${listed}&department=17`,
        `${listed}&${new URLSearchParams(unknown)}`,
      ].map(async (path) => seenOf(path, await anna.get(path))),
    );
    const pages = [all, one, of, several, list, chosen, exact, again].flatMap((each) => each ?? []);
    expect(tooLarge(pages)).toEqual([]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200, 200, 200, 200]);
    const rowsOf = (seen: Seen | undefined) => seen?.body.match(/<td data-label="Afdeling">[^<]*</g) ?? [];
    expect(all?.body).toMatch(/<input id="source"[^>]*list="source-list"/);
    expect(rowsOf(all).length).toBeGreaterThan(5);
    // The typed text becomes the name, and the address of a next page has the id.
    expect(one?.body).toContain('value="17 Øre-, næse-');
    expect(one?.body).toMatch(/<input id="source"[^>]*value="s-7 Booking /);
    expect(one?.body).toContain(`<input type="hidden" name="source" value="${source}"`);
    expect(of?.body).toContain('value="17 Øre-, næse-');
    expect(several?.body.match(/Flere navne begynder sådan/g)).toHaveLength(2);
    expect(new Set(rowsOf(chosen)).size).toBe(1);
    // A link names a department to the letter, and so does the field that was left as it stood.
    expect([exact, again].map((seen) => rowsOf(seen).length)).toEqual([0, 0]);
    expect(exact?.body).toContain('<input type="hidden" name="department" value="17"');
  });

  it('has the row whose form came back with a fault, though the fault makes the page too long for it', async () => {
    const lastOf = (html: string, field: RegExp) => [...html.matchAll(field)].at(-1)?.[1] ?? '';
    const codes = await anna.text(`/admin/rules/unmapped?authority=${FULL}`);
    const [source = '', field = '', value = ''] = ['source', 'field', 'value'].map((name) =>
      lastOf(codes, new RegExp(`name="${name}" value="([^"]+)"`, 'g'))
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&'),
    );
    const refused = await post('/admin/rules/unmapped', { source, field, value, to: '' });
    expect(refused.body).toContain('aria-invalid="true"');
    const replies = await anna.text(`/admin/replies?authority=${FULL}`);
    const id = lastOf(replies, /id="svar-([^"]+)"/g);
    const chosen = await seenOf('GET replies', await anna.get(`/admin/replies?authority=${FULL}&choose=${id}`));
    expect(chosen.body).toContain(`id="svar-${id}"`);
    expect(tooLarge([refused, chosen])).toEqual([]);
  });
});

/** A link to another part of a list, by what its address asks for. */
const PART = /[?&](?:cursor|before|after|place|entry|refusal|code|page|costs)=/;
const linksIn = (html: string) =>
  [...html.matchAll(/<a [^>]*?href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

/** Entries that a list shows page by page, by the links to the next one. */
async function throughPages(start: string, entry: RegExp): Promise<string[]> {
  const found: string[] = [];
  for (let address: string | undefined = start; address !== undefined; ) {
    const html = await anna.text(address);
    found.push(...[...html.matchAll(entry)].map(([, each = '']) => each));
    // The switch of the language keeps the place.
    const onward = linksIn(html).filter((href) => PART.test(href) && !href.includes('language='));
    address = onward.findLast((href) => href.startsWith(start.split('?')[0] ?? ''))?.split('#')[0];
  }
  return found;
}

describe('lists that do not fit on a page', () => {
  it('are entered at the list from one page to another, which takes the focus there', async () => {
    const at = `?authority=${FULL}`;
    const november = `${at}&from=2026-11-01&to=2026-11-30`;
    const expired = 'status=expired&from=2026-11-24&to=2026-11-24';
    const lists = [
      ...[`/admin/find${at}&date=2026-11-25`, `/admin/find/${full.story}${at}`, `/admin/messages${at}&${expired}`],
      ...[`/admin/replies${at}`, `/admin/opt-outs${at}&show=all`, `/admin/texts/reminder/versions${at}&of=da`],
      ...[`/admin/rules/unmapped${at}`, `/admin/statistics${at}&from=2025-12-01&to=2026-11-24&by=day`],
      ...[`/admin/statistics${november}&by=gateway`, `/admin/set-up/sources${at}`],
      ...[
        `/admin/set-up/sources/${FULL}${at}`,
        `/admin/set-up/keys${at}`,
        `/admin/set-up/departments${at}`,
        `/admin/set-up/audit${at}`,
      ],
    ];
    const wrong: string[] = [];
    /** The other parts of its list that a page leads to. */
    const partsFrom = async (page: string) => {
      const [path = ''] = page.split('?');
      const own = linksIn(await anna.text(page)).filter((href) => href.split(/[?#]/)[0] === path);
      return own.filter((href) => (PART.test(href) || href.includes('#')) && !href.includes('language='));
    };
    for (const list of lists) {
      const parts = await partsFrom(list);
      if (!parts.some((href) => PART.test(href))) wrong.push(`${list} has no other part`);
      for (const part of parts.slice(0, 1)) parts.push(...(await partsFrom(part)));
      for (const href of parts) {
        const [address = '', id = ''] = href.split('#');
        if (!(await anna.text(address)).includes(` id="${id}" tabindex="-1"`)) wrong.push(`${href} leads to no list`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('show each entry on exactly one of their pages', async () => {
    const at = `?authority=${FULL}`;
    const lists = {
      codes: await throughPages(`/admin/rules/unmapped${at}`, /<code>(\d{3}) /g),
      optOuts: await throughPages(`/admin/opt-outs${at}&show=all`, /id="nummer-([^"]+)"/g),
      settled: await throughPages(`/admin/replies${at}&show=settled`, /<h3 id="svar-([^"]+)"/g),
      refusals: await throughPages(`/admin/set-up/sources/${FULL}${at}`, /<code>\/(\d+) /g),
      departments: await throughPages(`/admin/set-up/departments${at}`, /<th scope="row">(\d+) Øre/g),
      audit: await throughPages(`/admin/set-up/audit${at}&action=authority.replace`, /API-nøgle (\d+) Øre/g),
    };
    const counts = Object.entries(lists).map(([name, found]) => [name, found.length, new Set(found).size]);
    expect(counts).toEqual([
      ['codes', 600, 200],
      ['optOuts', 60, 60],
      ['settled', 30, 30],
      ['refusals', 100, 100],
      ['departments', 320, 320],
      ['audit', 102, 102],
    ]);
  });
});
