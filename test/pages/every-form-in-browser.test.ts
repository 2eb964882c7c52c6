import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import {
  type Browsing,
  browserMissing,
  DANISH,
  DESK,
  NO_SCRIPT,
  startBrowsing,
  type Visit,
} from '../support/browser.ts';
import { formsOfRegion } from '../support/every-form.ts';
import { type FoundForm, pageRoutes } from '../support/page-walk.ts';
import { buttonOf, fillIn, formOnPage, press, pressForFile, unsendable } from '../support/send-form.ts';
import { openTwoAuthorities, type TwoAuthorities } from '../support/two-authorities.ts';
import { FILLINGS, type Filling, type FormWorld, type Sender } from './form-values.ts';
import { rightOf, suffices } from './rights-table.ts';

if (browserMissing) console.warn(browserMissing);

const PUBLIC_URL = { publicUrl: 'http://127.0.0.1' };
const LEAST = ['operator', 'administrator'] as const;
const ROUTES = [...new Set(FILLINGS.map(({ route }) => route))];

describe.skipIf(browserMissing !== null).each([
  ['with JavaScript by whoever may least', {}, true],
  ['without JavaScript by an administrator of the installation', NO_SCRIPT, false],
])('each form of the pages, %s', (_, options, byLeast) => {
  let all: TwoAuthorities;
  let fresh: TestApp;
  let world: FormWorld;
  let found: readonly FoundForm[];
  /** Ids of what forms are sent about where there are several: a department with one of everything, somebody else. */
  let preferred: readonly string[];
  let used: Browsing;
  let unused: Browsing;
  let visits: Readonly<Record<Sender | 'operator' | 'administrator', Visit>>;
  beforeAll(async () => {
    all = await openTwoAuthorities(PUBLIC_URL);
    fresh = await openTestApp(undefined, PUBLIC_URL);
    world = { all, fresh };
    await all.person('viewer', null);
    const other = all.test.db.selectFrom('account').select('id').where('authority_id', 'is', null);
    preferred = [...Object.values(all.ids.heart), (await other.executeTakeFirstOrThrow()).id];
    const client = await all.person('administrator', null);
    found = await formsOfRegion(all, client);
    used = await startBrowsing((publicUrl) => createApp({ ...all.test.deps, publicUrl }));
    unused = await startBrowsing((publicUrl) => createApp({ ...fresh.deps, publicUrl }));
    const look = { ...DANISH, ...DESK, ...options, bypassCSP: false, refusals: [] };
    visits = {
      chief: await used.visit({ ...look, client }),
      operator: await used.visit({ ...look, client: await all.person('operator', 'rh') }),
      administrator: await used.visit({ ...look, client: await all.person('administrator', 'rh') }),
      newcomer: await used.visit(look),
      first: await unused.visit(look),
    };
  });
  afterAll(async () => {
    for (const browsing of [used, unused]) await browsing?.close();
    await all?.close();
    await fresh?.close();
  });

  it('has values to send', () => {
    expect(ROUTES.toSorted()).toEqual(pageRoutes(all.test.app, 'POST').toSorted());
    const forms = [...new Set(found.map(({ route }) => route))];
    expect(forms.filter((route) => !ROUTES.includes(route))).toEqual([]);
  });

  /** Who sends a form: where nobody is named the least account of the authority that may. */
  function senderOf({ route, by }: Filling): keyof typeof visits {
    if (by !== undefined || !byLeast) return by ?? 'chief';
    const right = rightOf(`POST ${route}`) ?? 'anyone';
    return LEAST.find((role) => suffices({ role, authority: 'rh' }, right, 'rh')) ?? 'chief';
  }

  /** The form as the walk found it. */
  function foundFor({ route }: Filling): FoundForm | undefined {
    const own = found.filter((form) => form.route === route && form.fields.every(isOfRegion));
    return own.find(({ action }) => preferred.some((id) => action.split('/').includes(id))) ?? own[0];
  }

  /** Leads the browser to the page of a form. */
  async function open({ page, go }: Visit, filling: Filling): Promise<void> {
    const { on = foundFor(filling)?.on } = filling;
    if (on === null) return;
    const path = typeof on === 'function' ? await on(world) : on;
    if (path === undefined) throw new Error(`no page has a form for ${filling.route}`);
    await go(path);
    await page.locator('h1').waitFor();
  }

  async function fillAndSend(visit: Visit, filling: Filling): Promise<void> {
    const { route, button, values: given = {}, file } = filling;
    const { page, look } = visit;
    await open(visit, filling);
    const values = typeof given === 'function' ? await given(page, world) : given;
    const form = await formOnPage(page, route, values, foundFor(filling)?.action);
    await fillIn(form, values);
    expect({ route, unsendable: await unsendable(form) }).toEqual({ route, unsendable: [] });
    const pressed = await buttonOf(form, button);
    if (file) expect(await pressForFile(page, pressed)).not.toBe('');
    else {
      const { via, ...answer } = await press(page, pressed);
      expect({ route, ...answer }).toEqual({ route, status: 200, faults: [], titles: 1 });
      expect([route, via.filter((status) => status !== 303)]).toEqual([route, []]);
    }
    await look(`${route} ${button ?? ''}`);
  }

  it('is filled in, sent, and gets a page without a fault, or a file, and no complaint of the browser', async () => {
    let sender: keyof typeof visits = 'chief';
    for (const filling of FILLINGS) {
      // The page that the form before led to is on the screen of its sender.
      if (filling.on !== null) sender = senderOf(filling);
      await fillAndSend(visits[sender], filling).catch((cause) => {
        throw new Error(`${filling.route} ${filling.button ?? ''} by ${sender}: ${cause.message}`, { cause });
      });
    }
    for (const visit of Object.values(visits)) await visit.close();
  });
});

const isOfRegion = ({ name, value }: { readonly name: string; readonly value: string }) =>
  name !== 'authority' || value === 'rh';
