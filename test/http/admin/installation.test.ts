import { beforeAll, describe, expect, it } from 'vitest';
import { findPublicUrl } from '../../../src/store/installation.ts';
import { useApp } from '../../support/scenario.ts';

describe('the installation', () => {
  let held = true;
  const test = useApp({ deps: () => ({ sending: { heldReason: () => (held ? 'sending_off' : null) } }) });
  beforeAll(async () => {
    await test.db.updateTable('installation').set({ public_url: 'https://original.example.org' }).execute();
  });

  it('says that nothing is sent while the database belongs to another PUBLIC_URL', async () => {
    expect(await test.json(200, '/v1/installation')).toEqual({
      publicUrl: 'https://sms.example.org',
      boundUrl: 'https://original.example.org',
      restored: false,
      sending: { held: true, heldReason: 'sending_off' },
      gateways: ['simulator'],
      simulator: true,
      embeddedDatabase: true,
      role: 'all',
    });
  });

  it('is adopted, and the audit has the address before', async () => {
    held = false;
    const adopted = await test.json(200, '/v1/installation/adopt', { method: 'POST' });
    expect(adopted).toMatchObject({ boundUrl: 'https://sms.example.org', sending: { held: false, heldReason: null } });
    expect(await findPublicUrl(test.db)).toBe('https://sms.example.org');
    expect(
      await test.db.selectFrom('audit').selectAll().where('action', '=', 'installation.adopt').executeTakeFirst(),
    ).toMatchObject({
      actor: 'administrator',
      authority_id: null,
      before: { publicUrl: 'https://original.example.org' },
      after: { publicUrl: 'https://sms.example.org' },
    });
  });
});
