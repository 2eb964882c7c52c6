import { TOTP } from 'otpauth';
import { beforeEach, describe, expect, it } from 'vitest';
import { emailHash } from '../../../src/accounts/people/people.ts';
import { systemTimers } from '../../../src/clock.ts';
import { backlogOf } from '../../../src/operations/gauges.ts';
import { eventually } from '../../support/eventually.ts';
import { invite, join, newBrowser, PASSWORD, PageClient } from '../../support/pages.ts';
import { scenario } from '../../support/scenario.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const DAY_MS = 24 * 60 * 60_000;
const DEVICE = '__Host-easysms-device';

/** Delays of sign-ins: each goes on when the test says so. */
const delayed: { readonly ms: number; readonly goOn: () => void }[] = [];
const timers = {
  monotonic: systemTimers.monotonic,
  after: (ms: number, goOn: () => void) => {
    delayed.push({ ms, goOn });
    return () => {};
  },
};

let people = 0;
const { test } = scenario({
  authorities: { rh: { name: 'Region Hovedstaden' } },
  deps: () => ({ timers }),
});
beforeEach(() => {
  test.clock.now = NOW;
  delayed.length = 0;
});

const later = (ms: number) => {
  test.clock.now = new Date(NOW.getTime() + ms);
};
const newEmail = () => `person${++people}@example.org`;
const operator = (email: string) => ({ email, role: 'operator', authority: 'rh' }) as const;
const idOf = async (email: string) => {
  const person = test.db
    .selectFrom('person')
    .select('id')
    .where('email_hash', '=', emailHash(test.deps.keyring, email));
  return (await person.executeTakeFirstOrThrow()).id;
};
const signIn = async (client: PageClient, email: string, password = PASSWORD) =>
  (await client.post('/admin/sign-in', { email, password })).status;
const cookieOf = (client: PageClient, name: string) => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(client.cookie)?.[1];

/** A browser at the address that knows nothing but what this one kept of its device. */
function sameDevice(client: PageClient, address = client.address): PageClient {
  const found = new PageClient(test, address);
  found.cookie = `${newBrowser()}; ${DEVICE}=${cookieOf(client, DEVICE)}`;
  return found;
}

async function wrong(client: PageClient, email: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let nth = 0; nth < times; nth++) statuses.push(await signIn(client, email, `forkert kode ${nth}`));
  return statuses;
}

describe('a device that signed in lately', () => {
  it('gets in while others at its address are refused for guessing at the same account', async () => {
    const email = newEmail();
    const mine = await join(test, operator(email));
    const others = new PageClient(test, mine.address);
    expect(await wrong(others, email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await signIn(others, email)).toBe(429);
    expect(await signIn(sameDevice(mine), email)).toBe(303);
    later(89 * DAY_MS);
    await wrong(others, email, 5);
    expect(await signIn(sameDevice(mine), email)).toBe(303);
    later(91 * DAY_MS);
    await wrong(others, email, 5);
    expect(await signIn(sameDevice(mine), email)).toBe(429);
  }, 60_000);

  it('is refused after five wrong passwords of its own, and keeps nobody else out', async () => {
    const email = newEmail();
    const mine = await join(test, operator(email));
    expect(await wrong(sameDevice(mine), email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await signIn(sameDevice(mine), email)).toBe(429);
    // Not from another address either: it is the device that is counted.
    expect(await signIn(sameDevice(mine, '10.77.0.1'), email)).toBe(429);
    expect(await signIn(new PageClient(test, mine.address), email)).toBe(303);
  }, 60_000);

  it('may be that of several people', async () => {
    const [first, second] = [newEmail(), newEmail()];
    await join(test, operator(first));
    const ward = await join(test, operator(second));
    expect(await signIn(ward, first)).toBe(303);
    const others = new PageClient(test, ward.address);
    for (const email of [first, second]) {
      await wrong(others, email, 5);
      expect([await signIn(others, email), await signIn(sameDevice(ward), email)]).toEqual([429, 303]);
    }
  }, 60_000);

  it('is none for another account, nor with a cookie that was changed', async () => {
    const [email, other] = [newEmail(), newEmail()];
    const mine = await join(test, operator(email));
    await join(test, operator(other));
    const others = new PageClient(test, mine.address);
    await wrong(others, other, 5);
    expect(await signIn(sameDevice(mine), other)).toBe(429);
    await wrong(others, email, 5);
    const forged = sameDevice(mine);
    forged.cookie = `${newBrowser()}; ${DEVICE}=z${cookieOf(mine, DEVICE)}`;
    expect(await signIn(forged, email)).toBe(429);
    for (const junk of ['~', '..', '~~..~', 'x'.repeat(5000), '%']) {
      forged.cookie = `${newBrowser()}; ${DEVICE}=${junk}`;
      expect(await signIn(forged, email)).toBe(429);
    }
  }, 60_000);

  it('ends with the password: by a change elsewhere, and by a new link', async () => {
    const email = newEmail();
    const mine = await join(test, operator(email));
    const elsewhere = new PageClient(test);
    await signIn(elsewhere, email);
    const changed = { old: PASSWORD, password: 'noget langt og nyt' };
    expect((await elsewhere.post('/admin/account/password', changed)).status).toBe(303);
    await wrong(new PageClient(test, mine.address), email, 5);
    expect(await signIn(sameDevice(mine), email, changed.password)).toBe(429);
    // The one on which it was changed goes on.
    await wrong(new PageClient(test, elsewhere.address), email, 5);
    expect(await signIn(sameDevice(elsewhere), email, changed.password)).toBe(303);
    const link = await invite(test, operator(email));
    expect((await new PageClient(test).post(link, { password: PASSWORD })).status).toBe(303);
    expect(await signIn(sameDevice(elsewhere), email)).toBe(429);
  }, 60_000);

  it('is one only behind the second factor', async () => {
    const email = newEmail();
    const mine = await join(test, operator(email));
    const before = sameDevice(mine);
    const page = await mine.text('/admin/second-factor');
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(page)?.[1]?.replaceAll(' ', '') ?? '';
    const code = (at: Date) => new TOTP({ secret }).generate({ timestamp: at.getTime() });
    await mine.post('/admin/second-factor', { code: code(test.clock.now) });
    const guesser = new PageClient(test, mine.address);
    expect(await signIn(guesser, email)).toBe(303);
    expect(cookieOf(guesser, DEVICE)).toBeUndefined();
    await wrong(new PageClient(test, mine.address), email, 5);
    expect([await signIn(before, email), await signIn(sameDevice(mine), email)]).toEqual([429, 303]);
    later(60_000);
    expect((await guesser.post('/admin/sign-in/code', { code: code(test.clock.now) })).status).toBe(303);
    expect(cookieOf(guesser, DEVICE)).toMatch(/^\w/);
  }, 60_000);

  it('has a cookie that scripts and other sites never get, and that names nobody', async () => {
    const email = newEmail();
    await join(test, operator(email));
    const client = new PageClient(test);
    await client.get('/admin/sign-in');
    const response = await client.post('/admin/sign-in', { email, password: PASSWORD });
    const cookie = response.headers.getSetCookie().find((each) => each.startsWith(DEVICE)) ?? '';
    expect(cookie).toMatch(/; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(cookie).not.toContain(await idOf(email));
    expect(cookie).not.toContain(email);
  });
});

describe('an account that gets twenty wrong passwords within a day, from wherever', () => {
  const guess = async (email: string) => {
    for (let client = 0; client < 4; client++) await wrong(new PageClient(test), email, 5);
  };

  it('delays further ones, lets the right one in after that, raises the alarm and names it in the audit', async () => {
    const email = newEmail();
    const mine = await join(test, operator(email));
    const guessed = async () => (await backlogOf(test.db)(test.clock.now)).accountsGuessed;
    await guess(email);
    expect([delayed.length, await guessed()]).toEqual([0, 1]);
    const audit = test.db.selectFrom('audit').selectAll().where('action', '=', 'person.guessed');
    expect(await audit.execute()).toMatchObject([
      { actor: 'anonymous', authority_id: null, target: await idOf(email), after: { wrongPasswords: 20 } },
    ]);
    for (const [password, status] of [
      ['forkert igen', 401],
      [PASSWORD, 303],
    ] as const) {
      delayed.length = 0;
      let answered = false;
      const sent = signIn(new PageClient(test), email, password).finally(() => {
        answered = true;
      });
      await eventually(() => expect(delayed).toHaveLength(1));
      expect([delayed[0]?.ms, answered]).toEqual([5000, false]);
      delayed[0]?.goOn();
      expect(await sent).toBe(status);
    }
    // The device of its owner does not wait for what others did.
    delayed.length = 0;
    expect(await signIn(sameDevice(mine), email)).toBe(303);
    expect(delayed).toHaveLength(0);
    later(DAY_MS);
    expect(await guessed()).toBe(0);
    expect(await signIn(new PageClient(test), email, 'forkert')).toBe(401);
    expect(await audit.execute()).toHaveLength(1);
  }, 120_000);

  it('is delayed as one that nobody has, which raises no alarm', async () => {
    await guess('ingen@example.org');
    const sent = signIn(new PageClient(test), 'ingen@example.org');
    await eventually(() => expect(delayed).toHaveLength(1));
    delayed[0]?.goOn();
    expect(await sent).toBe(401);
    expect((await backlogOf(test.db)(test.clock.now)).accountsGuessed).toBe(0);
  }, 120_000);
});
