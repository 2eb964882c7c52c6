import { describe, expect, it } from 'vitest';
import { type AskedOutcomes, readOutcomes } from '../../src/staff/outcomes/outcomes.ts';
import { readPage } from '../support/read-page.ts';
import { useOpened } from '../support/scenario.ts';
import { furnish } from './furnish.ts';
import { of, usesOf } from './in-use.ts';
import { AUTHORITY, EMPTY_AUTHORITY, openScene } from './scene.ts';

const scene = useOpened(openScene);

describe('the installation of the pictures', () => {
  it('has messages whose ids are in the order in which they were made', async () => {
    const messages = scene.test.db.selectFrom('message').select('created_at').orderBy('id');
    const made = (await messages.execute()).map((row) => row.created_at.getTime());
    expect(made.length).toBeGreaterThan(100);
    expect(made).toEqual(made.toSorted((a, b) => a - b));
  });

  it.each(['delivered', 'planned'] as const)('lists what is %s in the order that its page tells of', async (status) => {
    const all = { reason: null, gateway: null, department: null, country: null, template: null, language: null };
    const asked: AskedOutcomes = { status, from: '2026-10-01', to: '2026-12-31', ...all, after: null };
    const authority = { id: AUTHORITY, timeZone: 'Europe/Copenhagen' };
    const { rows } = await readOutcomes(scene.test.deps, { name: 'x', seesNumbers: false }, authority, asked);
    // A planned reminder has the moment at which it goes as its place; one that was sent went when it was due.
    const at = rows.map((row) => (status === 'planned' ? (row.place.split('/')[0] ?? '') : row.due_at.toISOString()));
    expect(at.length).toBeGreaterThan(5);
    expect(at).toEqual(at.toSorted());
  });

  it('has nobody in the authority whose list of people is pictured as empty, whoever is pictured', async () => {
    const furniture = await furnish(scene);
    for (const { client } of await usesOf(scene, furniture)) if (typeof client === 'function') await client();
    for (const { test } of Object.values(furniture.others)) await test.close();
    const page = await scene.people.chief.client.text(of('/admin/set-up/people', '', EMPTY_AUTHORITY));
    expect(readPage(page).text).toContain('Der er ingen personer endnu.');
  });
});
