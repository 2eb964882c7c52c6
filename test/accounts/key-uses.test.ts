import { describe, expect, it } from 'vitest';
import { KeyUses } from '../../src/accounts/keys.ts';
import { createApp } from '../../src/app.ts';
import { useApp } from '../support/scenario.ts';
import { beforeStatements } from '../support/statements.ts';

const MINUTE_MS = 60_000;
const PATH = '/v1/authorities/rh';

describe.each(['embedded', 'postgres'] as const)('the last use of an API key (%s)', (kind) => {
  const test = useApp({ kind, authorities: ['rh'] });

  const make = (name: string) =>
    test.json<{ id: string; key: string }>(201, `${PATH}/keys`, { body: { name, role: 'viewer' } });
  const minutesAfter = (begin: Date, minutes: number) => new Date(begin.getTime() + minutes * MINUTE_MS);
  async function lastUse(id: string): Promise<string | null | undefined> {
    await test.deps.keyUses.stop();
    const list = await test.json<{ items: { id: string; lastUsedAt: string | null }[] }>(200, `${PATH}/keys`);
    return list.items.find((key) => key.id === id)?.lastUsedAt;
  }

  it('is written once an hour at most, and of each key by itself', async () => {
    const begin = test.clock.now;
    const { id, key } = await make('Used');
    const other = await make('Unused');
    expect(await lastUse(id)).toBeNull();
    const uses: (string | null | undefined)[] = [];
    for (const minutes of [5, 64, 65]) {
      test.clock.now = minutesAfter(begin, minutes);
      await Promise.all([1, 2, 3].map(() => test.json(200, PATH, { token: key })));
      uses.push(await lastUse(id));
    }
    expect(uses).toEqual([5, 5, 65].map((minutes) => minutesAfter(begin, minutes).toISOString()));
    expect(await lastUse(other.id)).toBeNull();
  });

  it('is written by a later use where it could not be written, of which the request learns nothing', async () => {
    const { id, key } = await make('Unlucky');
    const db = test.db.withPlugin(
      beforeStatements((node) => {
        const { sqlFragments = [] } = node as { readonly sqlFragments?: readonly string[] };
        if (sqlFragments.join('').includes('update api_key')) throw new Error('no connection');
      }),
    );
    const keyUses = new KeyUses({ ...test.deps, db });
    const app = createApp({ ...test.deps, keyUses });
    const response = await app.request(PATH, { headers: { Authorization: `Bearer ${key}` } });
    await keyUses.stop();
    expect([response.status, await lastUse(id)]).toEqual([200, null]);
    expect(test.logged.join('\n')).toContain('the uses of API keys could not be written');
    await test.json(200, PATH, { token: key });
    expect(await lastUse(id)).toBe(test.clock.now.toISOString());
  });
});
