import type { Page } from 'playwright-core';
import { IDLE_MS, sessionHash } from '../../src/accounts/sessions.ts';
import { PageClient } from '../support/pages.ts';
import { update } from '../support/stored-rows.ts';
import { type Furniture, sessionIdIn, signInAgain } from './furnish.ts';
import { of, open, send, sendOutdated, type Use } from './in-use.ts';
import type { Scene } from './scene.ts';

/** Pages of requests that are refused though nothing was typed wrong, and pages that come once in an installation. */
export function refusedUsesOf(scene: Scene, furniture: Furniture): readonly Use[] {
  return [...outdated(scene), ...erasing(), ...administering(scene, furniture)];
}

function outdated({ test, people, ids }: Scene): Use[] {
  const conflict = sendOutdated('main form', { from: '09:00' }, { mark: 'x', button: '[value=save]' });
  const source = '/admin/set-up/sources/fhir-prove';
  const person = `/admin/set-up/people/${ids['/admin/set-up/people/:id id']}`;
  const again = async () => {
    const client = new PageClient(test);
    client.cookie = await signInAgain(test, people.viewer.client.cookie);
    return client;
  };
  const tooLong = async (page: Page) => {
    await timeOut(test, page);
    // From a keyboard, the field takes less.
    await page.evaluate('document.querySelector("#what").value = "Ring til borgeren. ".repeat(6000)');
    await send({}, '.search button')(page);
  };
  const end = async (page: Page) => {
    await timeOut(test, page);
    await page.reload();
  };
  return [
    { name: 'error-ended', path: of('/admin/set-up/sources'), client: again, act: end },
    { name: 'rules-conflict', path: of('/admin/rules'), act: conflict },
    {
      name: 'rules-pause-conflict',
      path: of('/admin/rules/pause'),
      act: sendOutdated('form[action$="/resume"]', {}),
    },
    {
      name: 'set-up-sources-source-resume-conflict',
      path: of(source),
      act: sendOutdated('form[action$="/resume"]', {}),
    },
    {
      name: 'set-up-people-person-conflict',
      path: of(person),
      act: sendOutdated('form[action$="/access"]', { departments: 'Ortopædkirurgi' }, { mark: '["viewer",null]' }),
    },
    { name: 'kept-too-long', path: of('/admin/find'), client: again, act: tooLong },
  ];
}

/** Lets the session of a browser time out. */
async function timeOut({ db, clock }: Scene['test'], page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const id = sessionIdIn(cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
  const seen_at = new Date(clock.now.getTime() - IDLE_MS);
  await update(db, 'session', { id_hash: sessionHash(id) }, { seen_at });
}

const CITIZENS = '/admin/citizens';

function erasing(): Use[] {
  // Each of the two pages of an erasure has one such form.
  const erase = (number: string) => send({ number }, 'main form[action*="/erase"] button');
  const eraseOther = async (page: Page) => {
    await erase('22 30 41 52')(page);
    await erase('22 30 41 53')(page);
  };
  return [
    { name: 'citizens-erase-none', path: of(CITIZENS), act: erase('99 99 99 99') },
    { name: 'citizens-erase-other', path: of(CITIZENS), act: eraseOther },
  ];
}

function administering({ ids }: Scene, { others: { fresh, moved, restored } }: Furniture): Use[] {
  const health = '/admin/installation';
  const account = { name: 'Mette Holm', email: 'mette.holm@region.example', password: 'kort' };
  const future = async (page: Page) => {
    await page.locator('#off').check();
    await send({ backupAt: '2999-01-01T00:00' }, '[aria-labelledby=recovered] button')(page);
  };
  const removeLast = async (page: Page) => {
    await open('#remove summary')(page);
    await send({}, '#remove button')(page);
  };
  return [
    {
      ...{ name: 'first-account-fault', path: '/admin/first-account', client: fresh.client, at: 'fresh' as const },
      act: send(account, 'button'),
    },
    {
      ...{ name: 'installation-moved-fault', path: health, client: moved.client, at: 'moved' as const },
      act: send({}, '[aria-labelledby=adopt] button'),
    },
    {
      ...{ name: 'installation-restored-fault', path: health, client: restored.client, at: 'restored' as const },
      act: future,
    },
    {
      name: 'installation-people-last',
      path: `/admin/installation/people/${ids['/admin/installation/people/:id id']}`,
      act: removeLast,
    },
  ];
}
