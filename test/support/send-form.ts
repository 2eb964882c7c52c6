import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';

/** Values of fields by their names; true ticks a box, and the value of a hidden field tells one form from another. */
export type Values = Readonly<Record<string, string | true>>;

/** The page that a form was answered with. */
export interface FormAnswer {
  readonly status: number;
  /** Statuses of the answers that led there. */
  readonly via: readonly number[];
  /** The sentences that say what is wrong. */
  readonly faults: readonly string[];
  readonly titles: number;
}

/**
 * The form of the page that is sent to a route and has these fields.
 * @param action that of the form which is meant where there are several
 * @throws Error where there is none
 */
export async function formOnPage(page: Page, route: string, values: Values, action?: string): Promise<Locator> {
  const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}(?:[?#]|$)`);
  const found: { readonly form: Locator; readonly action: string }[] = [];
  for (const form of await page.locator('form[method="post"]').all()) {
    const own = (await form.getAttribute('action')) ?? '';
    if (pattern.test(own) && (await hasFields(form, values))) found.push({ form, action: own });
  }
  const chosen = found.find((each) => each.action.split('#')[0] === action) ?? found[0];
  if (!chosen) throw new Error(`${page.url()} has no form for ${route}`);
  return chosen.form;
}

async function hasFields(form: Locator, values: Values): Promise<boolean> {
  for (const [name, value] of Object.entries(values)) {
    const hidden = typeof value === 'string' && value !== '' ? `[value="${cssText(value)}"]` : '';
    const field = `[name="${name}"]:not([type="hidden"]), [name="${name}"][type="hidden"]${hidden}`;
    if ((await form.locator(field).count()) === 0) return false;
  }
  return true;
}

const cssText = (text: string) => text.replaceAll(/["\\\n]/g, (each) => `\\${each.codePointAt(0)?.toString(16)} `);

/** Fills in a form as a person does, and unfolds what hides a field. */
export async function fillIn(form: Locator, values: Values): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]:not([type="hidden"])`).first();
    if ((await field.count()) === 0) continue;
    await unfold(field);
    if (value === true) await field.check();
    else if ((await field.and(form.page().locator('select')).count()) > 0) await field.selectOption(value);
    else if ((await field.getAttribute('type')) === 'file')
      await field.setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(value) });
    else await field.fill(value);
  }
}

/** The names of fields that the browser would not send as they are. */
export async function unsendable(form: Locator): Promise<string[]> {
  const fields = await form.locator(':is(input, select, textarea):invalid').all();
  return Promise.all(fields.map(async (field) => (await field.getAttribute('name')) ?? ''));
}

/** The button of a form, where it can be seen. */
export async function buttonOf(form: Locator, value: string | undefined): Promise<Locator> {
  const button = form.locator(value === undefined ? 'button[type="submit"]' : `button[value="${value}"]`).first();
  await unfold(button);
  return button;
}

async function unfold(inside: Locator): Promise<void> {
  const folded = inside.locator('xpath=ancestor::details[not(@open)]');
  while ((await folded.count()) > 0) await folded.first().locator('> summary').click();
}

/** Presses a button that leads to another page. */
export async function press(page: Page, button: Locator): Promise<FormAnswer> {
  const [answer] = await Promise.all([page.waitForNavigation(), button.click()]);
  const via: number[] = [];
  for (let last = answer?.request().redirectedFrom(); last; last = last.redirectedFrom())
    via.push((await last.response())?.status() ?? 0);
  const faults = await page.locator(':is(.fault, .wrong):visible').allTextContents();
  return { status: answer?.status() ?? 0, via, faults, titles: await page.locator('h1').count() };
}

/** Presses a button that is answered with a file. @returns its content */
export async function pressForFile(page: Page, button: Locator): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFile(await download.path(), 'utf8');
}
