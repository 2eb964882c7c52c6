import { expect, it } from 'vitest';
import { AUTHORITY } from '../../shots/scene.ts';
import { DANISH, DARK, DESK, ENGLISH, follow, NO_SCRIPT, PHONE, type VisitOptions } from '../../support/browser.ts';
import { describeInBrowser } from '../../support/in-browser.ts';

describeInBrowser('to do, replies and opt-outs in a browser', (site) => {
  /** Opens a page in the browser of an operator. */
  async function open(path: string, options: VisitOptions) {
    const visit = await site.visit({ ...options, client: site.scene.people.operator.client });
    await visit.go(`${path}?authority=${AUTHORITY}`);
    return visit;
  }

  it('on a phone in Danish, citizens are phoned and ticked off until none is left, and one is put back', async () => {
    const { page, look, close } = await open('/admin', { ...DANISH, ...PHONE });
    await look('to-do');
    expect(await page.getByRole('link', { name: '22 30 41 70' }).getAttribute('href')).toBe('tel:+4522304170');
    const buttons = page.getByRole('button', { name: 'Har ringet' });
    const before = await buttons.count();
    expect(before).toBeGreaterThan(1);
    for (let left = before; left > 0; left--) {
      await buttons.first().click();
      await page.getByRole('status').waitFor();
      // The answer stands within the list, where the work was.
      if (left > 1) expect(await page.locator('section:has(#soon) #done[role=status]').count()).toBe(1);
      if (left > 1) expect(new URL(page.url()).hash).toBe('#done');
      expect(await buttons.count()).toBe(left - 1);
    }
    await look('to-do-done');
    await page.getByRole('button', { name: 'Fortryd' }).first().click();
    expect(await page.getByRole('status').textContent()).toBe('Borgeren står på listen igen.');
    expect(await buttons.count()).toBe(1);
    await follow(page, /Svar og frameldinger/);
    await page.getByRole('heading', { name: 'Svar fra borgere' }).waitFor();
    await look('replies');
    await close();
  });

  it('on a desk in English, a reply is settled from the list and taken back at once, by keyboard', async () => {
    const { page, look, close } = await open('/admin', { ...ENGLISH, ...DESK, ...DARK });
    await look('to-do-en');
    const waiting = await page.locator('.replies article').count();
    expect(waiting).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Nothing to do' }).first().focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('status').textContent()).toBe('The reply is settled.');
    await look('replies-settled');
    expect(await page.locator('.replies article').count()).toBe(waiting - 1);
    await page.locator('.reply-list').getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The decision was undone').waitFor();
    expect(await page.locator('.replies article').count()).toBe(waiting);
    await follow(page, /Replies and opt-outs/);
    await page.getByLabel('Replies', { exact: true }).selectOption('settled');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText(/Wrong number \(/).waitFor();
    await close();
  });

  it('without JavaScript, a number is refused, opted out, and the opt-out lifted', async () => {
    const { page, close } = await open('/admin/opt-outs', { ...DANISH, ...PHONE, ...NO_SCRIPT });
    await page.getByText('Frameld et nummer').click();
    await page.getByLabel('Telefonnummer').fill('22 30 41');
    await page.getByLabel('Begrundelse').first().fill('Borgeren ringede');
    await page.getByRole('button', { name: 'Frameld', exact: true }).click();
    expect(await page.getByLabel('Telefonnummer').inputValue()).toBe('22 30 41');
    expect(await page.getByRole('alert').textContent()).toContain('Det er ikke et telefonnummer');
    await page.getByLabel('Telefonnummer').fill('22 30 41 99');
    await page.getByRole('button', { name: 'Frameld', exact: true }).click();
    expect(await page.getByRole('status').textContent()).toContain('Nummeret er frameldt');
    const row = page.locator('.work li').filter({ has: page.getByRole('link', { name: '22 30 41 99' }) });
    expect(await row.textContent()).toContain('af Peter Lund: Borgeren ringede');
    await row.getByText('Ophæv', { exact: true }).click();
    await row.getByLabel('Begrundelse').fill('Har fortrudt');
    await row.getByRole('button', { name: 'Ophæv framelding' }).click();
    expect(await page.getByRole('status').textContent()).toContain('Frameldingen er ophævet');
    await page.getByLabel('Frameldinger', { exact: true }).selectOption('lifted');
    await page.getByRole('button', { name: 'Vis' }).click();
    expect(await row.textContent()).toContain('Har fortrudt');
    await close();
  });
});
