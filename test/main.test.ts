import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Child, startChild } from './support/child.ts';

describe('the process', () => {
  let dataDir: string;
  let children: Child[];
  const start = (env: Record<string, string> = {}): Child => {
    const child = startChild('../../src/main.ts', [], { DATA_DIR: dataDir, PORT: '0', ...env });
    children.push(child);
    return child;
  };
  /** Lines up to the first that holds `word`, that one too. */
  const linesUntil = async (child: Child, word: string): Promise<string> => {
    let lines = '';
    for (;;) {
      const line = await child.nextLine();
      if (line === null) throw new Error(`it ended without "${word}": ${lines}${child.errors()}`);
      lines += `${line}\n`;
      if (line.includes(word)) return lines;
    }
  };

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'easysms-main-'));
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill('SIGKILL')));
    rmSync(dataDir, { recursive: true });
  });

  it('starts from nothing, says what to do next, keeps its folder for itself, and stops in good order', async () => {
    const first = start({ TZ: 'Europe/Copenhagen' });
    const said = await linesUntil(first, '/docs');
    const [, url] = /running at (http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? [];
    const [, token] = /^ {2}(adm_\S+)$/m.exec(said) ?? [];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const authorities = await fetch(`${url}/v1/authorities`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await authorities.json()).toMatchObject({ items: [] });

    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.errors()).toContain(dataDir);
    expect(second.errors().trim().split('\n')).toHaveLength(1);

    await first.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const third = start();
    expect(await linesUntil(third, '/docs')).not.toContain(token);
  }, 60_000);

  it('ends at once at a second signal', async () => {
    const child = start();
    await linesUntil(child, '/docs');
    process.kill(child.pid, 'SIGINT');
    process.kill(child.pid, 'SIGTERM');
    expect([0, 1]).toContain(await child.exit);
  }, 60_000);

  it('tells every bad setting and ends with 1, before it makes anything', async () => {
    const child = start({
      PORT: 'x',
      EASYSMS_SENDING: 'maybe',
      EASYSMS_GATEWAYS: 'kannel,nobody',
      EASYSMS_NONSENSE: '1',
    });
    expect(await child.exit).toBe(1);
    for (const word of ['PORT', 'EASYSMS_SENDING', 'EASYSMS_NONSENSE', 'KANNEL_SENDSMS_URL', 'nobody'])
      expect(child.errors()).toContain(word);
  }, 60_000);

  it('says in one sentence that the port is taken, or the database out of reach', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const taken = start({ PORT: String(typeof address === 'object' ? address?.port : 0) });
    expect(await taken.exit).toBe(1);
    expect(taken.errors()).toMatch(/^EasySMS could not start: listen EADDRINUSE.*\n$/);
    server.close();

    const away = start({
      DATABASE_URL: 'postgres://nobody:secret-password@127.0.0.1:1/none',
      EASYSMS_ADMIN_TOKEN: 't',
      EASYSMS_ENCRYPTION_KEYS: `k:${Buffer.alloc(32).toString('base64')}`,
      EASYSMS_GATEWAYS: 'simulator',
    });
    expect(await away.exit).toBe(1);
    expect(away.errors()).toMatch(/^The database could not be reached: .*ECONNREFUSED.*\n$/);
    expect(away.errors()).not.toContain('secret-password');
  }, 60_000);
});
