import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateways } from '../../../src/gateways/index.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { enter } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { changeSettings } from '../../support/sending.ts';

const SECRET = randomBytes(24).toString('hex');
const SETTINGS: Readonly<Record<string, string>> = {
  ...{ INMOBILE_API_KEY: 'key', INMOBILE_CALLBACK_TOKEN: SECRET },
  ...{ GATEWAYAPI_TOKEN: 'token', GATEWAYAPI_WEBHOOK_SECRET: SECRET },
  ...{ LINK_USERNAME: 'user', LINK_PASSWORD: 'word', LINK_PLATFORM_ID: 'SMSC', LINK_PLATFORM_PARTNER_ID: '1' },
  ...{ LINK_GATE_ID: 'gate', LINK_CALLBACK_TOKEN: SECRET },
  ...{ TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'b'.repeat(32) },
  ...{ KANNEL_SENDSMS_URL: 'http://127.0.0.1:1/', KANNEL_USERNAME: 'user', KANNEL_PASSWORD: 'word' },
  KANNEL_CALLBACK_TOKEN: SECRET,
};
const CONTEXT = { publicUrl: 'https://sms.example.org', now: () => new Date('2026-11-24T11:00:00Z') };

function create(ids: readonly string[]) {
  return createGateways(ids, (name) => SETTINGS[name] ?? null, CONTEXT);
}

/** The ids of all suppliers, as the fault of a wrong one lists them. */
function suppliers(): string[] {
  const made = create(['none']);
  const [, known = ''] = /known are (.*)$/.exec('missing' in made ? (made.missing[0] ?? '') : '') ?? [];
  return known.split(', ').filter((id) => id !== 'simulator');
}

/** No supplier takes it, one of them for American numbers alone. */
const NOBODYS = { sender: 'Ø', allowedCountries: ['DK', 'US'] };

describe('a sender that suppliers refuse', () => {
  let test: TestApp;
  beforeAll(async () => {
    const made = create(suppliers());
    if ('missing' in made) throw new Error(made.missing.join('\n'));
    test = await openTestApp(undefined, { gateways: made.gateways });
    await test.makeAuthority('rh', { name: 'Region' });
    await changeSettings(test.db, 'rh', NOBODYS);
  });
  afterAll(() => test.close());

  it('is told on the to-do list with the rule of each, in the language of the page', async () => {
    const client = await enter(test, { email: 'a@example.org', role: 'administrator', authority: 'rh' });
    const danish = readPage(await client.text('/admin?authority=rh&language=da')).text;
    const english = readPage(await client.text('/admin?authority=rh&language=en')).text;
    for (const id of suppliers()) {
      expect(danish).toMatch(new RegExp(`SMS-leverandøren ${id} afviser .*? Leverandørens regel: (?:Afsenderen|Til) `));
      expect(english).toMatch(new RegExp(`The SMS supplier ${id} refuses .*? The supplier’s rule: A sender must `));
    }
    expect(danish).toContain('Til numre fra USA skal afsenderen være et nummer.');
    expect(danish).not.toMatch(/A sender|på engelsk/);
  });

  it('is chosen anew one step from the to-do list, by those who may', async () => {
    const [client, operator] = [
      await enter(test, { email: 'b@example.org', role: 'administrator', authority: 'rh' }),
      await enter(test, { email: 'o@example.org', role: 'operator', authority: 'rh' }),
    ];
    const { links } = readPage(await client.text('/admin?authority=rh'));
    const step = links.find((link) => link.startsWith('/admin/rules/sender')) ?? '';
    expect(step.split('#')[1]).toBe('sender');
    const fields = readPage(await client.text(step)).forms.flatMap((form) => form.fields);
    expect(fields.find(({ id }) => id === 'sender')).toMatchObject({ kind: 'typed', value: NOBODYS.sender });
    const theirs = readPage(await operator.text('/admin?authority=rh'));
    expect(theirs.links.filter((link) => link.includes('/sender'))).toEqual([]);
    expect(theirs.text).toContain('Giv besked til en administrator.');
  });

  it('of one country leads to the senders of countries', async () => {
    await test.makeAuthority('se', { name: 'Grænsen' });
    await changeSettings(test.db, 'se', { sender: 'Region', senders: { SE: 'Ø' }, gateways: ['inmobile'] });
    const client = await enter(test, { email: 's@example.org', role: 'administrator', authority: 'se' });
    const steps = async () => {
      const { links } = readPage(await client.text('/admin?authority=se'));
      return links.filter((link) => link.startsWith('/admin/rules/sender'));
    };
    const [step = '', ...others] = await steps();
    expect([step.split('#')[1], others]).toEqual(['senders', []]);
    const fields = readPage(await client.text(step)).forms.flatMap((form) => form.fields);
    expect(fields.map(({ id }) => id)).toContain('senders');
    // The sender of all comes first.
    await changeSettings(test.db, 'se', { sender: 'Å' });
    expect((await steps()).map((link) => link.split('#')[1])).toEqual(['sender']);
  });
});
