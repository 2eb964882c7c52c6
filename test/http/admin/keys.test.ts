import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

describe.each(['embedded', 'postgres'] as const)('API keys (%s)', (kind) => {
  const test = useApp({ kind, authorities: ['rh', 'rm'] });

  const keys = '/v1/authorities/rh/keys';

  it('is shown once when made; the list shows enough to tell keys apart', async () => {
    const made = await test.json<{ id: string; key: string; prefix: string }>(201, keys, {
      body: { name: 'Portal', role: 'viewer' },
    });
    expect(made).toEqual({
      id: expect.any(String),
      name: 'Portal',
      role: 'viewer',
      prefix: made.prefix,
      key: made.key,
    });
    expect(made.key).toMatch(/^esk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/);
    const list = await test.json<{ items: { id: string }[] }>(200, keys);
    const listed = { id: made.id, name: 'Portal', role: 'viewer', prefix: made.key.slice(0, 12) };
    const moments = { createdAt: test.clock.now.toISOString(), lastUsedAt: null, revokedAt: null };
    expect(list.items).toEqual([{ ...listed, ...moments }]);
    const { items } = await test.json<{ items: { action: string }[] }>(200, '/v1/authorities/rh/audit');
    expect(items.map(({ action }) => action)).toContain('key.create');
    expect(JSON.stringify([list, items])).not.toContain(made.key.slice(13));
  });

  it('once revoked stays in the list with the time, and can not be revoked again', async () => {
    const { id } = await test.json<{ id: string }>(201, keys, { body: { name: 'Old', role: 'operator' } });
    expect(await test.request(`${keys}/${id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    await test.json(404, `${keys}/${id}`, { method: 'DELETE' });
    const { items } = await test.json<{ items: { id: string; revokedAt: string | null }[] }>(200, keys);
    expect(items.find((key) => key.id === id)?.revokedAt).toBe(test.clock.now.toISOString());
  });

  it("of another authority can't be revoked", async () => {
    const { id, key } = await test.json<{ id: string; key: string }>(201, keys, {
      body: { name: 'Mine', role: 'viewer' },
    });
    await test.json(404, `/v1/authorities/rm/keys/${id}`, { method: 'DELETE' });
    await test.json(404, `${keys}/not-a-uuid`, { method: 'DELETE' });
    await test.json(200, '/v1/authorities/rh', { token: key });
  });

  it('needs a name, a known role and a known authority', async () => {
    for (const body of [
      { role: 'viewer' },
      { name: 'x' },
      { name: 'x', role: 'installation' },
      { name: 'x', role: 'viewer', scope: 'all' },
    ]) {
      await test.json(422, keys, { body });
    }
    await test.json(404, '/v1/authorities/nobody/keys', { body: { name: 'x', role: 'viewer' } });
    await test.json(404, '/v1/authorities/nobody/keys');
  });
});
