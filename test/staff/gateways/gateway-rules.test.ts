import { afterAll, beforeAll, expect, it } from 'vitest';
import { logRefusedSenders } from '../../../src/staff/gateways/rules.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { enter } from '../../support/pages.ts';
import { changeSettings } from '../../support/sending.ts';

/** A supplier that takes short senders, numbers only in Norway, and no emoji. */
class StrictGateway extends ScriptedGateway {
  senderFault(sender: string, country: string): string | null {
    if (sender.length > 8) return 'must have 8 characters at most for the gateway strict';
    return country === 'NO' && /\D/.test(sender) ? 'must be a number for NO at the gateway strict' : null;
  }

  textFault(text: string): string | null {
    return text.includes('😀') ? 'must not contain emoji, which the gateway strict does not take' : null;
  }
}

let app: TestApp;
beforeAll(async () => {
  const short = new ScriptedGateway({ maxSegments: 1, maxCharacters: 100 }, 'short');
  app = await openTestApp(undefined, { gateways: [new ScriptedGateway(), new StrictGateway({}, 'strict'), short] });
});
afterAll(() => app.close());

const put = async (
  sender: string,
  allowedCountries: readonly string[],
  settings: { senders?: Record<string, string>; gateways?: readonly string[] } = {},
) => {
  const body = { name: 'Region', sender, allowedCountries, ...settings };
  const response = await app.request('/v1/authorities/rh', { method: 'PUT', body: JSON.stringify(body) });
  const { errors = [] } = (await response.json()) as { errors?: { pointer: string; code: string; detail: string }[] };
  return { status: response.status, errors };
};

it('a sender that a gateway would not take is refused with the supplier’s rule', async () => {
  const detail = 'A sender must have 8 characters at most for the gateway strict.';
  const answer = await put('RegionHoved', ['DK', 'SE']);
  expect(answer).toEqual({ status: 422, errors: [{ pointer: '/sender', code: 'gateway_sender', detail }] });
});

it('a sender is refused in the country that doesn’t take it', async () => {
  const { status, errors } = await put('Region', ['DK', 'NO']);
  expect([status, errors[0]?.detail]).toEqual([422, 'A sender must be a number for NO at the gateway strict.']);
  expect((await put('1204', ['DK', 'NO'])).status).toBe(201);
  expect((await put('Region', ['DK'])).status).toBe(200);
});

it('a sender for one country stands in place of the other there, and is refused by the same rules', async () => {
  const own = async (senders: Record<string, string>) => put('Region', ['DK', 'NO'], { senders });
  expect((await own({ NO: '47900000' })).status).toBe(200);
  expect(await app.json(200, '/v1/authorities/rh')).toMatchObject({ sender: 'Region', senders: { NO: '47900000' } });
  expect((await own({ SE: 'RegionHoved', NO: 'Region' })).errors).toEqual([
    {
      pointer: '/senders/NO',
      code: 'gateway_sender',
      detail: 'A sender must be a number for NO at the gateway strict.',
    },
    {
      pointer: '/senders/SE',
      code: 'gateway_sender',
      detail: 'A sender must have 8 characters at most for the gateway strict.',
    },
  ]);
  const found = (await own({ NO: '47900000', SE: 'Nordea' })).errors;
  expect(found).toMatchObject([{ pointer: '/senders/SE', code: 'protected_sender' }]);
  expect((await own({ XX: '47900000' })).status).toBe(422);
  expect((await own({ NO: 'not a sender!' })).errors).toMatchObject([{ pointer: '/senders/NO' }]);
});

it('a wording that a gateway would not take is refused, and the former one stays in force', async () => {
  const path = '/v1/authorities/rh/templates/reminder/da';
  const save = (text: string) => app.request(path, { method: 'PUT', body: JSON.stringify({ text }) });
  expect((await save('Husk {{ date }} kl. {{ time }}')).status).toBe(200);
  const response = await save('Husk {{ date }} kl. {{ time }} 😀');
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    errors: [{ pointer: '/text', code: 'gateway_text', detail: expect.stringContaining('emoji') }],
  });
  expect(await app.json(200, path)).toMatchObject({ text: 'Husk {{ date }} kl. {{ time }}', version: 1 });
});

it('a wording that is longer than a gateway of the authority takes is refused with its limit', async () => {
  const path = '/v1/authorities/rh/templates/reminder/da';
  const save = async () => {
    const text = `Husk {{ date }} kl. {{ time }}${' og medbring dit sygesikringsbevis'.repeat(3)}`;
    const response = await app.request(path, { method: 'PUT', body: JSON.stringify({ text }) });
    const { errors = [] } = (await response.json()) as { errors?: { pointer: string; detail: string }[] };
    return [response.status, errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)];
  };
  expect((await put('Region', ['DK'], { gateways: ['short'] })).status).toBe(200);
  expect(await save()).toEqual([
    422,
    ['/text: The gateway short takes 100 characters at most; with long values it is longer.'],
  ]);
  expect((await put('Region', ['DK'], { gateways: ['strict'] })).status).toBe(200);
  expect(await save()).toEqual([200, []]);
});

it('a sender that was saved before its gateway was configured is named at the start and on the to-do list', async () => {
  expect((await put('Region', ['DK'])).status).toBe(200);
  const client = await enter(app, { email: 'a@example.org', role: 'administrator', authority: 'rh' });
  expect(await client.text('/admin?authority=rh')).not.toContain('RegionHoved');
  await changeSettings(app.db, 'rh', {
    sender: 'RegionHoved',
    senders: { NO: 'Region' },
    gateways: ['short', 'strict'],
  });
  await logRefusedSenders(app.deps);
  const lines = app.logged.map((line) => JSON.parse(line)).filter(({ gateway }) => gateway !== undefined);
  expect(lines).toMatchObject([
    { authority: 'rh', gateway: 'strict', rule: expect.stringContaining('8 characters'), level: 40 },
    { authority: 'rh', gateway: 'strict', rule: expect.stringContaining('number for NO'), level: 40 },
  ]);
  const page = await client.text('/admin?authority=rh');
  expect(page.match(/SMS-leverandøren strict afviser SMS’er med jeres afsender\. Vælg/g)).toHaveLength(1);
  const operator = await enter(app, { email: 'o@example.org', role: 'operator', authority: 'rh' });
  const theirs = await operator.text('/admin?authority=rh');
  expect(theirs).toContain('SMS-leverandøren strict afviser SMS’er med jeres afsender. Leverandørens regel');
  expect(theirs).toContain('Giv besked til en administrator.');
});
