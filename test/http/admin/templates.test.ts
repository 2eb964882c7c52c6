import { describe, expect, it } from 'vitest';
import { readOwnTemplates } from '../../../src/dispatch/start/wording.sql.ts';
import { useApp } from '../../support/scenario.ts';

const KINDS = ['embedded', 'postgres'] as const;

describe.each(KINDS)('templates (%s)', (kind) => {
  const test = useApp({ kind });

  const path = (authority: string, name = 'reminder/da') => `/v1/authorities/${authority}/templates/${name}`;
  const save = (authority: string, text: string) => test.put(path(authority), { text });
  const version = async (authority: string) =>
    (await test.json<{ version: number }>(200, `/v1/authorities/${authority}`)).version;

  it('own wording replaces the shipped one, and every save is a new version', async () => {
    await test.makeAuthority('rh');
    const shipped = await test.json(200, path('rh'));
    expect(shipped).toMatchObject({
      name: 'reminder',
      language: 'da',
      version: 0,
      savedAt: null,
      savedBy: null,
      segments: 1,
    });
    expect(await save('rh', 'Husk {{ date }} kl. {{ time }}\r\n')).toEqual({
      name: 'reminder',
      language: 'da',
      version: 1,
      text: 'Husk {{ date }} kl. {{ time }}',
      variables: ['date', 'time'],
      encoding: 'gsm7',
      segments: 1,
      warnings: [expect.stringContaining('no more SMS'), expect.stringContaining('number to phone')],
      savedAt: test.clock.now.toISOString(),
      savedBy: 'administrator',
    });
    expect(await save('rh', 'Husk {{ date }} kl. {{ time }}')).toMatchObject({ version: 2 });
    expect(await test.json(200, path('rh'))).toMatchObject({ version: 2, text: 'Husk {{ date }} kl. {{ time }}' });
    expect((await test.request(path('rh'), { method: 'DELETE' })).status).toBe(204);
    expect(await test.json(200, path('rh'))).toEqual(shipped);
    expect(await readOwnTemplates(test.db, ['rh'])).toEqual([]);
    expect(await save('rh', 'Igen {{ date }}')).toMatchObject({ version: 4 });
    const ownTemplates = await readOwnTemplates(test.db, ['rh']);
    expect(ownTemplates).toMatchObject([{ name: 'reminder', language: 'da', version: 4, text: 'Igen {{ date }}' }]);
  });

  it("a save raises the authority's version, so that prepared texts are rendered again; resetting a shipped text does not", async () => {
    await test.makeAuthority('raised');
    const before = await version('raised');
    await save('raised', 'Husk {{ date }}');
    expect(await version('raised')).toBe(before + 1);
    await test.request(path('raised'), { method: 'DELETE' });
    expect(await version('raised')).toBe(before + 2);
    await test.request(path('raised'), { method: 'DELETE' });
    expect(await version('raised')).toBe(before + 2);
  });

  it('concurrent saves get versions of their own', async () => {
    await test.makeAuthority('at-once');
    const saved = await Promise.all(['A', 'B', 'C', 'D'].map((text) => save('at-once', text)));
    expect(saved.map((template) => template.version).sort()).toEqual([1, 2, 3, 4]);
  });

  it('a wording that can not be used is refused with line and column, and nothing is saved', async () => {
    await test.makeAuthority('refused');
    const refuse = async (text: string) => {
      const { errors } = await test.json<{ errors: object[] }>(422, path('refused'), { method: 'PUT', body: { text } });
      return errors[0];
    };
    expect(await refuse('Husk\n{{ dato }}')).toMatchObject({ pointer: '/text', line: 2, column: expect.any(Number) });
    expect(await refuse('Husk {{ date')).toMatchObject({ pointer: '/text', line: 1 });
    expect(await refuse('Husk {date}')).toMatchObject({ pointer: '/text', line: 1, column: 6 });
    expect(await refuse('')).toMatchObject({ pointer: '/text', line: 1, column: 1 });
    expect(await refuse('æ'.repeat(800))).toMatchObject({ pointer: '/text', line: 1, column: 1 });
    expect(await test.json(200, path('refused'))).toMatchObject({ version: 0 });
    await test.json(422, path('refused'), { method: 'PUT', body: { text: 'Husk', language: 'da' } });
    await test.json(422, path('refused'), { method: 'PUT', body: { text: 'Husk\u0000' } });
  });

  it('warns of texts that cost more or disclose too much', async () => {
    await test.makeAuthority('warned');
    const { warnings } = await save('warned', 'Husk {{date}} {{time}} på onkologisk afdeling ł');
    expect(warnings).toHaveLength(4);
  });

  it('warns of a text that lets nobody out, until it does', async () => {
    const both = [expect.stringContaining('no more SMS'), expect.stringContaining('number to phone')];
    const warned = async (authority: string, text: string) => (await save(authority, text)).warnings;
    await test.makeAuthority('mute');
    const text = 'Husk {{date}} kl. {{time}}';
    expect(await warned('mute', text)).toEqual(both);
    expect(await warned('mute', `${text}. Afmeld: ring 35 45 35 45`)).toEqual([]);
    expect(await warned('mute', `${text}. Ring {{contactPhone}}. Send STOP til 1204`)).toEqual([both[1]]);
    await test.makeAuthority('heard', { sender: '1204', contactPhone: '35 45 35 45' });
    expect(await warned('heard', text)).toEqual([both[1]]);
    expect(await warned('heard', `${text}. Ring {{contactPhone}}.`)).toEqual([]);
    const cancelled = '/v1/authorities/mute/templates/cancellation/da';
    expect(await test.json(200, cancelled)).toMatchObject({ warnings: [] });
  });

  it('the list holds every text in every language; other names and languages are 404', async () => {
    await test.makeAuthority('listed');
    await save('listed', 'Husk');
    const { items } = await test.json<{ items: { name: string; language: string; version: number }[] }>(
      200,
      '/v1/authorities/listed/templates',
    );
    expect(items).toHaveLength(28);
    const found = items.filter(({ version }) => version > 0);
    expect(found).toMatchObject([{ name: 'reminder', language: 'da', version: 1 }]);
    for (const name of ['reminder/fr', 'other/da']) await test.json(404, path('listed', name));
    await test.json(404, '/v1/authorities/none/templates');
    await test.json(404, path('none'), { method: 'PUT', body: { text: 'Husk' } });
  });

  it('each change is audited', async () => {
    await test.makeAuthority('audited');
    await save('audited', 'Husk');
    await test.request(path('audited'), { method: 'DELETE' });
    const { items } = await test.json<{ items: object[] }>(200, '/v1/authorities/audited/audit');
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'template.save', target: 'reminder/da', after: { version: 1 } }),
        expect.objectContaining({ action: 'template.reset', target: 'reminder/da', after: { version: 2 } }),
      ]),
    );
  });
});
