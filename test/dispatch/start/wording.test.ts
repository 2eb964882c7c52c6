import { expect, it } from 'vitest';
import { Wordings } from '../../../src/dispatch/start/due-settings.ts';
import type { Authority } from '../../../src/domain/authority.ts';
import { findSourcesWithAuthority } from '../../../src/store/sources.ts';
import { openTestDatabase } from '../../support/database.ts';
import { useSending } from '../../support/scenario.ts';
import { MONDAY } from '../../support/sending.ts';
import { insert } from '../../support/stored-rows.ts';

const { sending } = useSending(() => openTestDatabase());

/** The next wording, and the authority as it stands with it. */
async function reword(text: string, version: number): Promise<Authority> {
  const { db } = sending;
  await insert(db, 'template_version', {
    authority_id: 'rh',
    name: 'reminder',
    language: 'da',
    version,
    text,
    created_at: MONDAY,
    created_by: 'test',
  });
  await db
    .updateTable('authority')
    .set({ version: 10 + version })
    .execute();
  const { id } = await db.selectFrom('source').select('id').executeTakeFirstOrThrow();
  const owner = (await findSourcesWithAuthority(db, [id])).get(id);
  if (!owner) throw new Error('the source is gone');
  return owner.authority;
}

it('keeps the newer wording when a later look has read older settings', async () => {
  const wordings = new Wordings(sending.deps);
  const older = await reword('Ældre {{date}}', 1);
  await wordings.load([older]);
  const newer = await reword('Nyere {{date}}', 2);
  await wordings.load([newer]);
  await sending.db.deleteFrom('template_version').where('version', '=', 2).execute();
  await wordings.load([older]);
  expect(wordings.choose(newer, 'reminder', 'da').version).toBe(2);
});

it('leaves an own wording that needs a time to appointments that have one', async () => {
  const wordings = new Wordings(sending.deps);
  const strict = await reword('Husk {{date}} kl. {{time}}', 1);
  await wordings.load([strict]);
  expect(wordings.choose(strict, 'reminder', 'da').version).toBe(1);
  expect(wordings.choose(strict, 'reminder', 'da', false).version).toBe(0);
  const careful = await reword('Husk {{date}}{% if time %} kl. {{time}}{% endif %}', 2);
  await wordings.load([careful]);
  expect(wordings.choose(careful, 'reminder', 'da', false).version).toBe(2);
});
