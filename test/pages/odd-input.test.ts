import { describe, expect, it } from 'vitest';
import { scenario } from '../support/scenario.ts';

const { test, chief } = scenario({
  authorities: { rh: { name: 'Regionen', sources: { epj: {} } } },
  people: { chief: { role: 'administrator', authority: null } },
});

describe('a page that is asked for', () => {
  it.each(['2026-02-30', '0000-01-01', '1899-12-31', '9999-12-31', '0000-00-00', '999999-01-01'])(
    'the day %s, which it can not be about, says so or leaves it out',
    async (day) => {
      const statuses: Record<string, number> = {};
      const at = {
        find: `/admin/find?authority=rh&date=${day}`,
        from: `/admin/statistics?authority=rh&from=${day}`,
        to: `/admin/statistics?authority=rh&to=${day}`,
        both: `/admin/statistics.csv?authority=rh&from=${day}&to=${day}`,
        messages: `/admin/messages?authority=rh&from=${day}`,
        audit: `/admin/set-up/audit?authority=rh&from=${day}&to=${day}`,
      };
      for (const [name, path] of Object.entries(at)) statuses[name] = (await chief.get(path)).status;
      expect(Object.entries(statuses).filter(([, status]) => status >= 500)).toEqual([]);
      expect([statuses.find, statuses.messages]).toEqual([422, 422]);
    },
  );

  it.each(['+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00.000Z', '0000-01-01T00:00:00Z', 'x'])(
    'a place in a list at %s, which no appointment can have, answers as a wrong address',
    async (start) => {
      const place = encodeURIComponent(`${start}/01890000-0000-7000-8000-000000000000`);
      const response = await chief.get(`/admin/find?authority=rh&date=2026-11-24&place=${place}`);
      expect(response.status).toBe(404);
    },
  );

  it('the first days that are counted counts those that there are', async () => {
    for (const query of ['to=1900-01-05', 'from=1899-12-20&to=1900-01-05'])
      expect([query, (await chief.get(`/admin/statistics?authority=rh&${query}`)).status]).not.toEqual([query, 500]);
  });

  it.each(['constructor', '__proto__', 'toString'])('what was done by the word %s says nothing', async (word) => {
    for (const path of ['/admin/rules', '/admin/rules/pause', '/admin/rules/unmapped', '/admin/texts/reminder'])
      expect(await chief.text(`${path}?authority=rh&done=${word}`)).not.toContain('role="status"');
  });
});

describe('a form', () => {
  it.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that breaks off',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="form"\r\n\r\n',
    ],
    ['that holds nothing', 'multipart/form-data; boundary=x', ''],
    ['whose boundary never comes', 'multipart/form-data; boundary=x', 'form=1&authority=rh'],
    ['of a type that no form has', 'text/plain', 'form=1'],
  ])('%s is refused as one that can not be read, and no page of ours', async (_, type, body) => {
    for (const path of ['/admin/sign-in', '/admin/find', '/admin/opt-outs', '/admin/rules/pause']) {
      const response = await test.app.request(path, {
        ...{ method: 'POST', body },
        headers: { 'Content-Type': type, Origin: test.deps.publicUrl, Accept: 'text/html' },
      });
      expect([path, response.status < 500]).toEqual([path, true]);
      expect(await response.text()).not.toMatch(/TypeError|boundary|at Object/);
    }
  });

  it.each([
    ...['/admin/find', '/admin/citizens', '/admin/citizens/erase', '/admin/citizens/erase/confirm'],
    ...['/admin/opt-outs', '/admin/set-up/keys', '/admin/set-up/sources', '/admin/rules/pause'],
  ])('at %s that names no authority, or an unknown one, is about none, also for whoever sees all', async (path) => {
    const form = {
      what: 'A-1',
      phone: '20123456',
      number: '20123456',
      reason: 'x',
      name: 'x',
      id: 'x',
      role: 'viewer',
    };
    for (const authority of ['', 'nope', '__proto__'])
      expect([authority, (await chief.post(path, { ...form, mode: 'live', authority })).status]).toEqual([
        authority,
        404,
      ]);
  });

  it('that looks for a reference which nobody can have comes back with what was typed', async () => {
    const response = await chief.post('/admin/find', { authority: 'rh', what: 'A\u0000-1' });
    expect([response.status, (await response.text()).includes('aria-invalid="true"')]).toEqual([422, true]);
  });

  it.each([
    ['nested without an end', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['with a name twice', '{"a":1,"a":2}'],
  ])('of JSON %s comes back with the reason beside the field', async (_, json) => {
    const typed = { authority: 'rh', name: 'EPJ', mode: 'live', format: 'mapping', mapping: json, version: '1' };
    const response = await chief.post('/admin/set-up/sources/epj/settings', typed);
    expect([response.status, (await response.text()).match(/Det er ikke gyldig JSON/g)?.length]).toEqual([422, 1]);
  });
});

describe('two who change something at once', () => {
  it('add two prices of a gateway, and both are kept', async () => {
    const price = (country: string) =>
      chief.post('/admin/set-up/gateways/simulator/prices', {
        ...{ authority: 'rh', country, perSegment: '0,3', currency: 'DKK', from: '2026-01-01' },
      });
    const countries = ['DK', 'SE', 'NO', 'DE'];
    const statuses = (await Promise.all(countries.map(price))).map(({ status }) => status);
    expect(statuses).toEqual([303, 303, 303, 303]);
    const kept = await test.db.selectFrom('gateway_price').select('country').execute();
    expect(kept.map(({ country }) => country).sort()).toEqual([...countries].sort());
  });

  it('create an authority of one id, and the second is told so and changes nothing', async () => {
    const make = (name: string) => chief.post('/admin/installation/authorities', { id: 'ny', name, sender: 'Sundhed' });
    const responses = await Promise.all(['Den ene', 'Den anden'].map(make));
    expect(responses.map(({ status }) => status).sort()).toEqual([303, 422]);
    const first = responses[0]?.status === 303 ? 'Den ene' : 'Den anden';
    expect(await test.json(200, '/v1/authorities/ny')).toMatchObject({ name: first, version: 1 });
  });
});
