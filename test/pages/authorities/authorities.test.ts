import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { enter } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { StoredRows } from '../../support/stored-rows.ts';

const MANY = 60;

describe('among many authorities', () => {
  let test: TestApp;
  let rows: StoredRows;
  beforeAll(async () => {
    test = await openTestApp();
    rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    for (let nth = 100; nth < 100 + MANY; nth++) await rows.authority(`k${nth}`);
    await test.db.updateTable('authority').set({ name: sql<string>`'Kommune ' || substr(id, 2)` }).execute();
    await sql`update authority set settings = settings || jsonb_build_object('name', name)`.execute(test.db);
    await rows.reply(['k155'], '+4520123456');
  });
  afterAll(() => test.close());

  it('a page names its own and leads to one where another is found by a part of its name', async () => {
    const client = await enter(test, { email: 'alle@example.org', role: 'administrator', authority: null });
    const page = await client.text('/admin');
    expect(page).toMatch(/<p class="at">Kommune 155.*href="\/admin\/authorities\?authority=k155&amp;page=todo"/s);
    expect(page).not.toContain('<select id="at"');
    expect(await client.text('/admin/replies?authority=k159')).toContain('<p class="at">Kommune 159');
    const all = await client.text('/admin/authorities?authority=k155&page=replies');
    expect(all.match(/class="choice".*<\/ul>/s)?.[0].match(/<li>/g)).toHaveLength(50);
    expect(all).toContain('Her vises 50 af dem');
    const found = await client.text('/admin/authorities?page=replies&q=UNE%20155');
    expect(found).toMatch(/href="\/admin\/replies\?authority=k155">Kommune 155.*1 svar venter/s);
    expect(found.match(/class="choice".*<\/ul>/s)?.[0].match(/<li>/g)).toHaveLength(1);
    expect(await client.text('/admin/authorities?q=%25')).toContain('Ingen myndighed hedder sådan');
    expect((await client.get('/admin?authority=none')).status).toBe(404);
  });

  it('each is named in the rights of a person, and in the audit of the installation', async () => {
    const who = { email: 'begge@example.org' } as const;
    const client = await enter(test, { ...who, role: 'administrator', authority: null });
    await enter(test, { ...who, role: 'viewer', authority: 'k157' });
    expect(readPage(await client.text('/admin/account')).text).toContain('Kommune 157: Læser');
    const audit = readPage(await client.text('/admin/installation/audit?action=person.invite')).text;
    expect(audit).toContain('Kommune 157');
    expect(audit).not.toContain('k157');
  });

  it('somebody finds none but their own', async () => {
    const client = await enter(test, { email: 'en@example.org', role: 'viewer', authority: 'k101' });
    expect(await client.text('/admin/authorities?q=kommune')).not.toContain('Kommune 155');
    expect(await client.text('/admin/authorities?q=155')).toContain('Ingen myndighed hedder sådan');
    expect((await client.get('/admin?authority=k155')).status).toBe(404);
  });
});
