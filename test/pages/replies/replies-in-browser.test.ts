import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { DANISH, DARK, DESK, keyboardFaults, NO_SCRIPT, type Visit, type VisitOptions } from '../../support/browser.ts';
import { describeInBrowser } from '../../support/in-browser.ts';
import { enter } from '../../support/pages.ts';
import { StoredRows, update } from '../../support/stored-rows.ts';

const OWN = 'twelve';
const PATH = `/admin/replies?authority=${OWN}`;
/** Texts of citizens: the first has 160 characters, the most that one SMS takes. */
const TEXTS = [
  'Hej jeg kan desværre ikke komme til den aftale, jeg har hos jer på torsdag, for min søn er blevet syg, og jeg ' +
    'skal passe ham hele ugen. Kan jeg få en ny tid så?',
  'Kan desværre ikke komme',
  'I have to cancel my appointment',
  'Jeg melder afbud til i morgen. Vh Karen',
];
const LONGEST_CARD = 140;
const LONGEST_PAGE = 1_700;

describeInBrowser('the replies', (site) => {
  beforeAll(async () => {
    const { test } = site.scene;
    const { now } = test.clock;
    await test.makeAuthority(OWN, { name: 'Lægehuset', sender: '4560575797', contactPhone: '+4535453545' });
    await test.makeSource(OWN, OWN);
    const rows = new StoredRows(test.db, now, test.deps.keyring);
    for (let nth = 0; nth < 12; nth++) {
      const phone = `+452066${1000 + nth}`;
      const of = { reference: `T-${100 + nth}`, department: 'Ambulatoriet', source_id: OWN };
      const appointment = await rows.appointment(OWN, phone, of);
      await rows.reminder(OWN, appointment, { source_id: OWN, due_at: new Date(now.getTime() + 86_400_000) });
      const id = await rows.cancellation(OWN, phone, appointment, { text: TEXTS[nth % TEXTS.length] ?? '' });
      if (nth < 8) continue;
      await update(test.db, 'inbound_message', { id }, { meaning: 'other' });
      await update(test.db, 'inbound_appointment', { inbound_id: id }, { holds: false });
    }
  });

  async function open(options: VisitOptions = {}, path = PATH): Promise<Visit> {
    const who = { email: `${crypto.randomUUID()}@example.org`, role: 'operator', authority: OWN } as const;
    const visit = await site.visit({ ...DANISH, ...DESK, client: await enter(site.scene.test, who), ...options });
    await visit.go(path);
    return visit;
  }

  const heights = (page: Page, selector: string) =>
    page.evaluate<number[]>(
      `[...document.querySelectorAll('${selector}')].map((each) => each.getBoundingClientRect().height)`,
    );

  it.each([
    ['the list', PATH],
    ['the start page', `/admin?authority=${OWN}`],
  ])('on %s are cards of 140 px at most, with words of 160 characters and one appointment', async (_, path) => {
    const { page, close } = await open({}, path);
    const cards = await heights(page, '.replies article');
    expect(TEXTS[0]).toHaveLength(160);
    expect(cards.length).toBeGreaterThan(7);
    expect(cards.filter((height) => height > LONGEST_CARD)).toEqual([]);
    await close();
  });

  it('are twelve cards on a page of 1,700 px', async () => {
    const { page, close } = await open();
    expect(await page.locator('.replies article').count()).toBe(12);
    const [notices, [whole = 0]] = [await heights(page, '.notice'), await heights(page, 'html')];
    expect(whole - notices.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(LONGEST_PAGE);
    await close();
  });

  it('are worked by keys while the focus is in their list, and by none while it is elsewhere', async () => {
    const { page, close } = await open({ bypassCSP: false });
    const { keyboard } = page;
    const cards = page.locator('.replies article');
    const focused = () =>
      page.evaluate<number>(`[...document.querySelectorAll('.replies article')].indexOf(
      document.activeElement)`);
    for (const key of ['j', '1', 'u', '?']) await keyboard.press(key);
    expect([await focused(), await cards.count(), new URL(page.url()).search]).toEqual([-1, 12, `?authority=${OWN}`]);
    await cards.first().getByRole('link').first().focus();
    await keyboard.press('?');
    expect(await page.locator('.keys[open] dl').isVisible()).toBe(true);
    await keyboard.press('j');
    await keyboard.press('j');
    expect(await focused()).toBe(2);
    await keyboard.press('k');
    expect(await focused()).toBe(1);
    await keyboard.press('2');
    await page.locator('[role=status]:focus').waitFor();
    expect([await page.getByRole('status').textContent(), await cards.count()]).toEqual([
      'Det er noteret, at aftalen gælder.',
      11,
    ]);
    await keyboard.press('u');
    await page.getByText('Beslutningen er fortrudt').waitFor();
    expect(await cards.count()).toBe(12);
    await keyboard.press('k');
    await keyboard.press('1');
    await page.getByText('Afbuddet er behandlet').waitFor();
    // A key that is typed into a field is part of what is typed.
    await page.getByLabel('Betydning').focus();
    await keyboard.press('u');
    expect(await cards.count()).toBe(11);
    await page.getByRole('button', { name: 'Fortryd' }).click();
    await page.getByText('Beslutningen er fortrudt').waitFor();
    await close();
  });

  it('show no keys without a script, and are settled all the same', async () => {
    const { page, close } = await open(NO_SCRIPT);
    expect(await page.locator('.keys').isVisible()).toBe(false);
    const last = page.locator('.replies article').last();
    await last.locator('summary', { hasText: 'Andet' }).click();
    await last.getByRole('button', { name: 'Intet at gøre' }).click();
    await page.getByText('Svaret er behandlet.').waitFor();
    await page.getByRole('button', { name: 'Fortryd' }).click();
    await page.getByText('Beslutningen er fortrudt').waitFor();
    await close();
  });

  it.each([
    ['at 390 px', { viewport: { width: 390, height: 800 } }],
    ['in the dark', DARK],
    // A desk at 200 %.
    ['at 200 %', { viewport: { width: 640, height: 400 } }],
  ])('are accessible %s, with everything open', async (name, options) => {
    const { page, look, close } = await open(options);
    expect(await keyboardFaults(page)).toEqual([]);
    await page.evaluate(`document.querySelectorAll('main details').forEach((each) => { each.open = true; })`);
    await look(`replies-open-${name.replaceAll(/[ %]+/g, '-')}`);
    await close();
  });
});
