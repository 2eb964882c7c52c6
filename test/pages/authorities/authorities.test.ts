import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { enter } from '../../support/pages.ts';
import { scenario } from '../../support/scenario.ts';

const MANY = 60;

describe('among many authorities', () => {
  const { test, rows, at } = scenario({
    prepare: async () => {
      for (let nth = 100; nth < 100 + MANY; nth++) await rows.authority(`k${nth}`);
      await test.db.updateTable('authority').set({ name: sql<string>`'Kommune ' || substr(id, 2)` }).execute();
      await sql`update authority set settings = settings || jsonb_build_object('name', name)`.execute(test.db);
      await rows.reply(['k155'], '+4520123456');
    },
  });

  it('a page names its own and leads to one where another is found by a part of its name', async () => {
    const client = await at('administrator', null);
    const page = await client.page('/admin');
    expect(page.part('p.at').text).toContain('Kommune 155');
    expect(page.part('p.at').links).toContain('/admin/authorities?authority=k155&page=todo');
    expect(page.all('select#at')).toEqual([]);
    expect((await client.page('/admin/replies?authority=k159')).part('p.at').text).toContain('Kommune 159');
    const all = await client.page('/admin/authorities?authority=k155&page=replies');
    expect(all.part('.choice').all('li')).toHaveLength(50);
    expect(all.text).toContain('Her vises 50 af dem');
    const found = (await client.page('/admin/authorities?page=replies&q=UNE%20155')).part('.choice');
    expect(found.link('Kommune 155')).toBe('/admin/replies?authority=k155');
    expect(found.texts('li')).toEqual([expect.stringContaining('1 svar venter')]);
    expect(await client.text('/admin/authorities?q=%25')).toContain('Ingen myndighed hedder sådan');
    expect((await client.get('/admin?authority=none')).status).toBe(404);
  });

  it('each is named in the rights of a person, and in the audit of the installation', async () => {
    const who = { email: 'begge@example.org' } as const;
    const client = await enter(test, { ...who, role: 'administrator', authority: null });
    await enter(test, { ...who, role: 'viewer', authority: 'k157' });
    expect((await client.page('/admin/account')).text).toContain('Kommune 157: Læser');
    const audit = (await client.page('/admin/installation/audit?action=person.invite')).text;
    expect(audit).toContain('Kommune 157');
    expect(audit).not.toContain('k157');
  });

  it('somebody finds none but their own', async () => {
    const client = await at('viewer', 'k101');
    expect(await client.text('/admin/authorities?q=kommune')).not.toContain('Kommune 155');
    expect(await client.text('/admin/authorities?q=155')).toContain('Ingen myndighed hedder sådan');
    expect((await client.get('/admin?authority=k155')).status).toBe(404);
  });
});
