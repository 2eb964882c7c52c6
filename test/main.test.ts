import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from './support/child.ts';
import { createDataFolder, createEmptyPostgres } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { PASSWORD } from './support/pages.ts';
import { openProxy } from './support/proxy.ts';

/** Settings over PostgreSQL. */
const SERVER = {
  EASYSMS_ADMIN_TOKEN: 'administrator-token-0123456789',
  EASYSMS_ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`,
  EASYSMS_GATEWAYS: 'simulator',
  PUBLIC_URL: 'https://sms.example.org',
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// The processes run in parallel.
describe.concurrent('the process', () => {
  const children: Child[] = [];
  const removals: (() => void | Promise<void>)[] = [];
  const start = (env: Record<string, string>): Child => {
    const child = startChild('src/main.ts', [], { PORT: '0', ...env });
    children.push(child);
    return child;
  };
  /** @returns an empty folder */
  const emptyFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'easysms-main-'));
    removals.push(() => rmSync(folder, { recursive: true }));
    return folder;
  };
  const filledFolder = async (): Promise<string> => {
    const { folder, remove } = await createDataFolder();
    removals.push(remove);
    return folder;
  };
  /** Lines up to and including the first that contains `word`. */
  const linesUntil = async (child: Child, word: string): Promise<string> => {
    let lines = '';
    for (;;) {
      const line = await child.nextLine();
      if (line === null) throw new Error(`it ended without "${word}": ${lines}${child.errors()}`);
      lines += `${line}\n`;
      if (line.includes(word)) return lines;
    }
  };

  /** The lines of JSON on its standard output, once it has ended. */
  const saidBy = async (child: Child): Promise<Record<string, unknown>[]> => {
    const lines: Record<string, unknown>[] = [];
    for (let line = await child.nextLine(); line !== null; line = await child.nextLine())
      if (line.startsWith('{')) lines.push(JSON.parse(line) as Record<string, unknown>);
    return lines;
  };

  afterAll(async () => {
    await Promise.all(children.map((child) => child.kill('SIGKILL')));
    for (const remove of removals) await remove();
  });

  it('starts from nothing, prints what to do next, keeps its folder to itself, and stops cleanly', async () => {
    const DATA_DIR = emptyFolder();
    const first = start({ DATA_DIR, TZ: 'Europe/Copenhagen' });
    const said = await linesUntil(first, '/docs');
    const [, url] = /running at (http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? [];
    const [, token] = /^ {2}(adm_\S+)$/m.exec(said) ?? [];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const authorities = await fetch(`${url}/v1/authorities`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await authorities.json()).toMatchObject({ items: [] });

    const second = start({ DATA_DIR });
    expect(await second.exit).toBe(1);
    expect(second.errors()).toContain(DATA_DIR);
    expect(second.errors().trim().split('\n')).toHaveLength(1);

    await first.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const third = start({ DATA_DIR });
    expect(await linesUntil(third, '/docs')).not.toContain(token);
  });

  it('prints a link to the first account, which works once, and none at the next start', async () => {
    const DATA_DIR = await filledFolder();
    const linkIn = (said: string) => /\n {2}(http:\S+\/admin\/invitation\/\S+)\n/.exec(said)?.[1];
    const first = start({ DATA_DIR });
    const link = linkIn(await linesUntil(first, '/docs')) ?? '';
    const form = await fetch(link);
    const [cookie = ''] = (form.headers.getSetCookie()[0] ?? '').split(';');
    const proof = /name="form" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
    const body = new URLSearchParams({ form: proof, name: 'Anna', email: 'anna@example.org', password: PASSWORD });
    const send = () =>
      fetch(link, {
        ...{ method: 'POST', redirect: 'manual', body },
        headers: { cookie, Origin: new URL(link).origin },
      });
    const response = await send();
    expect([response.status, await response.text()]).toEqual([303, '']);
    expect((await send()).status).not.toBe(303);
    await first.kill('SIGTERM');
    expect(await first.exit).toBe(0);

    const said = await linesUntil(start({ DATA_DIR }), '/docs');
    expect([linkIn(said), said.includes('first account')]).toEqual([undefined, false]);
  });

  it('ends at once at a second signal', async () => {
    const child = start({ DATA_DIR: await filledFolder() });
    await linesUntil(child, '/docs');
    process.kill(child.pid, 'SIGINT');
    process.kill(child.pid, 'SIGTERM');
    expect([0, 1]).toContain(await child.exit);
  });

  it('reports every bad setting and exits with 1, before it creates anything', async () => {
    const child = start({
      DATA_DIR: emptyFolder(),
      PORT: 'x',
      EASYSMS_SENDING: 'maybe',
      EASYSMS_GATEWAYS: 'kannel,nobody',
      EASYSMS_NONSENSE: '1',
    });
    expect(await child.exit).toBe(1);
    expect((await saidBy(child)).at(-1)).toMatchObject({ level: 'fatal', reason: 'settings' });
    for (const word of ['PORT', 'EASYSMS_SENDING', 'EASYSMS_NONSENSE', 'KANNEL_SENDSMS_URL', 'nobody'])
      expect(child.errors()).toContain(word);
  });

  it('reports in one sentence that the port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const taken = start({ DATA_DIR: await filledFolder(), PORT: String(port) });
    expect(await taken.exit).toBe(1);
    expect((await saidBy(taken)).at(-1)).toMatchObject({ level: 'fatal', reason: 'address' });
    expect(taken.errors()).toMatch(/^EasySMS could not start: listen EADDRINUSE.*\n$/);
    server.close();
  });

  it.each(['0', '1'])(
    'ends after %s s without a database, with one line for machines and one for people, without its password',
    async (seconds) => {
      const url = 'postgres://nobody:secret-password@127.0.0.1:1/none';
      const away = start({ ...SERVER, DATABASE_URL: url, EASYSMS_START_WAIT_S: seconds });
      expect(await away.exit).toBe(1);
      expect(away.errors()).toMatch(/^The database could not be reached: .*ECONNREFUSED.*\n$/);
      const [last, ...others] = (await saidBy(away)).reverse();
      expect(last).toMatchObject({
        level: 'fatal',
        reason: 'database_unavailable',
        msg: expect.stringMatching('reached'),
      });
      expect(others.filter(({ level }) => level === 'fatal')).toEqual([]);
      expect(JSON.stringify([last, others]) + away.errors()).not.toContain('secret-password');
    },
  );

  it('waits for a database that is away: alive and not ready, and refusing everything else until it is there', async () => {
    const { url, drop } = await createEmptyPostgres();
    const proxy = await openProxy(url);
    proxy.cut();
    const port = await freePort();
    const child = start({ ...SERVER, DATABASE_URL: proxy.url, PORT: String(port) });
    const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
    await eventually(async () => expect((await ask('/healthz')).status).toBe(200));
    expect(await (await ask('/healthz')).json()).toEqual({ status: 'ok' });
    const ready = await ask('/readyz');
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await ready.json()).toEqual({ status: 'not ready', reasons: ['database_unavailable'] });
    for (const [method, path] of [
      ...[['GET', '/v1/authorities'] as const, ['GET', '/metrics'] as const, ['GET', '/admin/sign-in'] as const],
      ...[['POST', '/v1/webhooks/epj'] as const, ['POST', '/v1/fhir/epj'] as const, ['GET', '/healthz/x'] as const],
    ]) {
      const refused = await ask(path, { method, ...(method === 'POST' && { body: '{}' }) });
      expect([path, refused.status, refused.headers.get('retry-after')]).toEqual([path, 503, '5']);
      expect((await refused.text()).length).toBeGreaterThan(50);
    }
    proxy.restore();
    await eventually(async () => expect((await ask('/readyz')).status).toBe(200));
    const headers = { Authorization: `Bearer ${SERVER.EASYSMS_ADMIN_TOKEN}` };
    expect((await ask('/v1/authorities', { headers })).status).toBe(200);
    await child.kill('SIGTERM');
    expect(await child.exit).toBe(0);
    await proxy.close();
    await drop();
  });

  it('ends at once where the database server refuses what DATABASE_URL says, since that does not pass', async () => {
    const { url, drop } = await createEmptyPostgres();
    const unknown = new URL(url);
    unknown.pathname = '/no-such-database';
    const child = start({ ...SERVER, DATABASE_URL: unknown.href, EASYSMS_START_WAIT_S: '3600' });
    expect(await child.exit).toBe(1);
    expect(child.errors()).toMatch(/does not exist/);
    expect((await saidBy(child)).at(-1)).toMatchObject({ level: 'fatal', reason: 'database_refused' });
    await drop();
  });

  it.each<[string, (folder: string) => string]>([
    [
      'is a file',
      (folder) => {
        writeFileSync(join(folder, 'file'), 'x');
        return join(folder, 'file');
      },
    ],
    [
      'holds a folder in the place of the token',
      (folder) => {
        mkdirSync(join(folder, 'admin-token'));
        return folder;
      },
    ],
    [
      'holds a file in the place of the database',
      (folder) => {
        writeFileSync(join(folder, 'database'), 'x');
        return folder;
      },
    ],
    [
      'holds a database of another version',
      (folder) => {
        mkdirSync(join(folder, 'database'));
        writeFileSync(join(folder, 'database', 'PG_VERSION'), '9.6\n');
        return folder;
      },
    ],
  ])('calls a data folder unreadable that %s, in one sentence', async (_, spoil) => {
    const DATA_DIR = spoil(emptyFolder());
    const child = start({ DATA_DIR });
    expect(await child.exit).toBe(1);
    expect(child.errors()).toMatch(/^The data folder .* can't be used: .*\n$/);
    expect(child.errors()).toContain(DATA_DIR);
    expect((await saidBy(child)).at(-1)).toMatchObject({ level: 'fatal', reason: 'data_folder' });
  });
});
