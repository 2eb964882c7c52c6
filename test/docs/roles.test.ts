import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import type { Role } from '../../src/domain/people/access.ts';
import { enter, type PageClient } from '../support/pages.ts';
import { useApp } from '../support/scenario.ts';
import { StoredRows } from '../support/stored-rows.ts';

const ROLES = ['viewer', 'operator', 'administrator'] as const satisfies readonly Role[];
const SOMETHING = newId(new Date());
/** A page, or a form that is refused for what it says by then, and so changes nothing. */
type Probe = readonly [path: string, form?: Readonly<Record<string, string>>];

/** The rows of the table of roles in their order, each with pages and forms that it speaks of. */
const ROWS: readonly (readonly Probe[])[] = [
  [['/admin'], ['/admin/replies'], ['/admin/find?date=2026-11-25']],
  [
    ...([['/admin/statistics'], ['/admin/texts'], ['/admin/texts/reminder'], ['/admin/rules']] as const),
    ['/admin/rules', { do: 'preview' }],
    ...([
      ['/admin/rules/recipients'],
      ['/admin/rules/sender'],
      ['/admin/set-up/sources'],
      ['/admin/set-up/gateways'],
    ] as const),
  ],
  [['/admin/citizens'], [`/admin/find?like=${SOMETHING}`], [`/admin/opt-outs?authority=rh&like=${SOMETHING}`]],
  [
    [`/admin/to-do/${SOMETHING}/handle`, {}],
    [`/admin/to-do/${SOMETHING}/undo`, {}],
    [`/admin/replies/${SOMETHING}/settle`, { action: 'ignore' }],
    [`/admin/replies/${SOMETHING}/undo`, {}],
    ['/admin/opt-outs', { phone: '' }],
    [`/admin/opt-outs/${SOMETHING}/lift`, { reason: '' }],
  ],
  [
    ['/admin/rules/pause', { reason: '' }],
    ['/admin/rules/resume', { source: 'none' }],
    ['/admin/rules/try', { message: '' }],
  ],
  [
    ['/admin/texts/reminder', { do: 'preview' }],
    ['/admin/texts/reminder/restore', { language: 'da', version: '' }],
    ['/admin/rules', { do: 'save' }],
    ['/admin/rules/unmapped', { field: 'status', to: '' }],
  ],
  [
    ['/admin/citizens/erase', { phone: '' }],
    ['/admin/set-up/import'],
    ['/admin/set-up/import', {}],
    ['/admin/set-up/audit'],
  ],
  [
    ...([['/admin/set-up/people'], ['/admin/set-up/keys'], ['/admin/set-up/departments']] as const),
    ['/admin/set-up/people', { email: '' }],
    ['/admin/set-up/keys', { name: '' }],
    ['/admin/set-up/sources', { id: '' }],
  ],
];

/** Meanings of cells, by the word that a probe finds. */
const CELLS: Readonly<Record<string, string>> = {
  ...{ yes: 'yes', ja: 'yes', no: 'no', nej: 'no' },
  ...{ 'numbers masked': 'masked', 'med skjulte numre': 'masked' },
  ...{ 'with numbers, which is audited': 'numbers', 'med numre; opslag registreres': 'numbers' },
};

/** Findings of each role, by row and probe. */
let foundBy: Readonly<Record<Role, readonly (readonly string[])[]>>;
const test = useApp({ authorities: { rh: { sources: ['rh'] } } });
beforeAll(async () => {
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  await rows.appointment('rh', '+4522304150', { start_at: new Date('2026-11-25T11:00:00Z') });
  await rows.reply(['rh'], '+4522304150');
  const all = async (role: Role) => {
    const client = await enter(test, { email: `${role}@example.org`, role, authority: 'rh' });
    const rows: string[][] = [];
    for (const [nth, probes] of ROWS.entries()) {
      const row: string[] = [];
      for (const probe of probes) row.push(await found(client, probe, nth === 0));
      rows.push(row);
    }
    return rows;
  };
  foundBy = { viewer: await all('viewer'), operator: await all('operator'), administrator: await all('administrator') };
});

async function found(client: PageClient, [path, form]: Probe, numbers: boolean): Promise<string> {
  const response = form ? await client.post(path, { authority: 'rh', ...form }) : await client.get(path);
  const text = await response.text();
  if (response.status >= 500) throw new Error(`${path} answered ${response.status}`);
  if (response.status === 403) return 'no';
  if (!numbers) return 'yes';
  return /22\s30\s41\s50/.test(text) ? 'numbers' : /••\s50/.test(text) ? 'masked' : 'none';
}

it.each(['docs/administrators.md', 'docs/da/administrators.md'])('the table of roles in %s is true', async (path) => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const [, table = ''] = /\n\| \| [^\n]+\n\|(?:---\|)+\n((?:\|[^\n]+\n)+)/.exec(text) ?? [];
  const rows = table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows.length).toBe(ROWS.length);
  for (const [nth, cells] of rows.entries())
    for (const [at, role] of ROLES.entries())
      for (const [which, probe] of (ROWS[nth] ?? []).entries()) {
        const said = CELLS[cells[at] ?? ''];
        expect([probe, role, foundBy[role][nth]?.[which]]).toEqual([probe, role, said]);
      }
});
