import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import type { Problem } from '../../../src/domain/errors.ts';
import { notFound } from '../../../src/domain/errors.ts';
import { createRoutes, problemResponse } from '../../../src/http/problem.ts';
import { simulatorRoutes } from '../../../src/pages/simulator/simulator-page.tsx';
import { SIMULATOR_WORDS } from '../../../src/pages/simulator/simulator-words.ts';
import { lowerFirst } from '../../../src/pages/states/event-words.ts';
import { REMINDER_WORDS } from '../../../src/pages/states/state-words.ts';
import type { TestApp } from '../../support/app.ts';
import { newBrowser, proven } from '../../support/pages.ts';
import { openSimulatedPhones, PHONE, type SimulatedPhones } from './phones.ts';

let test: TestApp;
let simulator: SimulatedPhones['simulator'];
let arrive: SimulatedPhones['arrive'];

beforeAll(async () => {
  ({ test, simulator, arrive } = await openSimulatedPhones());
});
afterAll(() => test.close());

function reply(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const cookie = newBrowser();
  return test.app.request('http://localhost/simulator/reply', {
    method: 'POST',
    headers: { Origin: 'http://localhost', cookie, ...headers },
    body: proven(fields, cookie),
  });
}

describe('the phone page', () => {
  it('shows messages as text, and says that no SMS is sent', async () => {
    await arrive('Kl. <b>9</b> & "10"</p><script>alert(1)</script>');
    const response = await test.app.request('/simulator');
    const page = await response.text();
    expect(page).toMatch(/^<!doctype html><html lang="da">/i);
    expect(page).toContain('Kl. &lt;b&gt;9&lt;/b&gt; &amp; &quot;10&quot;');
    expect(page).not.toContain('<script>');
    expect(page).toContain('Her sendes ingen rigtige SMS’er.');
    const policy = response.headers.get('content-security-policy');
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/ style="| onclick=|https?:\/\//);
  });

  it('shows a sender that is a number in groups, and answers to the number itself', async () => {
    const sms = { text: 'Husk din tid', encoding: 'gsm7', validUntil: test.clock.now } as const;
    const parties = { reference: 'from-a-number', to: '+4520304057', from: '4512345678' };
    await simulator.send({ ...sms, ...parties }, { signal: new AbortController().signal });
    const page = await (await test.app.request('/simulator')).text();
    expect(page).toContain('Svar til +45\u00a012\u00a034\u00a056\u00a078');
    expect(page).toContain('name="to" value="4512345678"');
    expect(page).not.toContain('>4512345678<');
  });

  it('accepts a reply, however the number is written, by the way of a supplier’s callback', async () => {
    const response = await reply({ from: '20 30 40 51', to: 'Sundhed', text: ' Stop ' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/simulator']);
    const found = simulator.phone().at(-1);
    expect(found).toMatchObject({ phone: '+4520304051', sender: 'Sundhed', direction: 'written', text: 'Stop' });
    const [stored] = await test.db.selectFrom('inbound_message').selectAll().execute();
    expect(stored).toMatchObject({ gateway: 'simulator', meaning: 'stop' });
    const recipient = stored?.recipient_ciphertext ?? Buffer.alloc(0);
    const result = test.deps.keyring.cipher.decrypt('', 'inbound_message.recipient', stored?.id ?? '', recipient);
    expect(result).toBe('Sundhed');
  });

  it.each([
    [{ from: 'nobody', to: 'Sundhed', text: 'Hej' }, ['from']],
    [{ from: PHONE, to: 'Sundhed', text: ' ' }, ['text']],
    [{}, ['from', 'text']],
  ])('says what is wrong with the reply %j', async (fields, pointers) => {
    const response = await reply(fields as Record<string, string>);
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('speaks the language of the browser, and shows a person pages, not JSON', async () => {
    const english = await test.app.request('/simulator', { headers: { 'Accept-Language': 'en-GB' } });
    const page = await english.text();
    expect(page).toMatch(/<html lang="en">.*No real SMS are sent here\..*20\u00a030\u00a040\u00a050.*Reply STOP/s);
    const response = await reply({ from: PHONE, to: 'x', text: ' ' }, { Accept: 'text/html,*/*;q=0.8' });
    expect([response.status, response.headers.get('content-type')]).toEqual([422, 'text/html; charset=UTF-8']);
  });

  it('tells the state of a message in the words that all pages have for it', async () => {
    for (const [language, label] of [
      ['da', REMINDER_WORDS.da.statuses.accepted.label],
      ['en', REMINDER_WORDS.en.statuses.accepted.label],
    ]) {
      const response = await test.app.request('/simulator', { headers: { 'Accept-Language': language ?? '' } });
      expect(await response.text()).toContain(`<span class="state waiting">${label}</span>`);
    }
  });

  it.each(['da', 'en'] as const)('says what numbers come to in the words of all pages, in %s', (language) => {
    const endings = new Map(SIMULATOR_WORDS[language].endings);
    const { statuses, reasons } = REMINDER_WORDS[language];
    expect(endings.get('51')).toBe(lowerFirst(reasons.undelivered.network.label));
    expect(endings.get('54')).toBe(lowerFirst(reasons.rejected.invalid_number.label));
    expect(endings.get('59')).toContain(lowerFirst(statuses.delivered.label));
    expect(endings.get('64')).toContain(lowerFirst(statuses.uncertain.label));
  });

  it('gives a reply without a text back to a person with its form, which says so', async () => {
    await arrive('Husk din tid');
    await arrive('En anden telefon', '+4520304061');
    const html = { Accept: 'text/html,*/*;q=0.8' };
    const page = await (await reply({ from: PHONE, to: 'Sundhed', text: ' ' }, html)).text();
    expect(page).toMatch(/<p class="wrong" id="text-4520304050-fault" role="alert">Skriv et svar\./);
    const marked = [...page.matchAll(/<input id="([^"]*)"[^>]* aria-invalid="true"/g)].map(([, id]) => id);
    expect([marked, page.match(/ autofocus=""/g)?.length]).toEqual([['text-4520304050'], 1]);
    // A page that loads itself anew, or its language at this address, would be gone.
    expect(page).not.toContain('http-equiv="refresh"');
    expect(page).toContain('href="/simulator?language=en"');
    const english = await (await reply({ from: PHONE, text: '' }, { ...html, 'Accept-Language': 'en' })).text();
    expect(english).toContain('Write a reply.');
    // Nobody has this phone.
    expect(await (await reply({ from: '+4520304059', text: '' }, html)).text()).not.toContain('class="phone"');
  });

  it('refuses a reply from another site', async () => {
    const before = simulator.phone().length;
    const found = (await reply({ from: PHONE, to: 'x', text: 'STOP' }, { Origin: 'https://elsewhere.example' })).status;
    expect(found).toBe(403);
    expect(simulator.phone()).toHaveLength(before);
  });

  it('takes a reply by the form that it gave to this browser, and no other, also from who names no origin', async () => {
    await arrive('Husk din tid');
    const page = await test.app.request('/simulator');
    const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const forms = (await page.text()).match(/<form method="post".*?<\/form>/gs) ?? [];
    const proofs = forms.map((form) => /name="form" value="([\w-]{43})"/.exec(form)?.[1]);
    expect([proofs.length > 1, new Set(proofs).size]).toEqual([true, 1]);
    const post = async (form: string | undefined, headers: Record<string, string>) => {
      const body = new URLSearchParams({ from: PHONE, to: 'x', text: 'hej', ...(form && { form }) });
      return (await test.app.request('/simulator/reply', { method: 'POST', headers, body })).status;
    };
    const before = simulator.phone().length;
    const [proof] = proofs;
    expect(await post(undefined, { cookie })).toBe(403);
    expect(await post('x'.repeat(43), { cookie })).toBe(403);
    expect(await post(proof, {})).toBe(403);
    expect(await post(proof, { cookie: newBrowser() })).toBe(403);
    expect(simulator.phone()).toHaveLength(before);
    expect(await post(proof, { cookie })).toBe(303);
    expect(simulator.phone()).toHaveLength(before + 1);
  });

  it('takes a reply from its own page behind a proxy that ends TLS', async () => {
    expect((await reply({ from: PHONE, to: 'x', text: 'hej' }, { Origin: test.deps.publicUrl })).status).toBe(303);
  });

  it('reads no reply that is longer than its form can be', async () => {
    expect((await reply({ from: PHONE, to: 'x', text: 'x'.repeat(20_000) })).status).toBe(413);
  });

  it('applies its guard to all of its addresses', async () => {
    const routes = createRoutes().route(
      '/',
      simulatorRoutes({
        simulator,
        publicUrl: 'https://sms.example.org',
        guard: () => Promise.reject(notFound('page')),
      }),
    );
    routes.onError((error, c) => problemResponse(c, error as Problem));
    for (const path of ['/simulator', '/simulator/phone.css', '/simulator/phone.js'])
      expect((await routes.request(path)).status).toBe(404);
    expect(
      (
        await routes.request('/simulator/reply', {
          method: 'POST',
          body: new URLSearchParams({ from: PHONE, text: 'x' }),
        })
      ).status,
    ).toBe(404);
  });

  it('is 404 without the simulator', async () => {
    const app = createApp({ ...test.deps, simulator: null });
    expect((await app.request('/simulator')).status).toBe(404);
  });
});
