import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Service } from '../../src/service.ts';
import { eventually } from '../kannel/eventually.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { Site, scrape } from './site.ts';

const run = promisify(execFile);
const tools = newestTools();
if (!tools) process.stderr.write('test/operations/restore.test.ts is skipped: there is no pg_dump on this machine\n');

const phone = (index: number) => `+4520${String(100_000 + index)}`;

describe.skipIf(!tools)('a backup that is restored', { timeout: 90_000 }, () => {
  let site: Site;
  let folder: string;
  let original: Awaited<ReturnType<typeof createEmptyPostgres>>;
  let copy: Awaited<ReturnType<typeof createEmptyPostgres>>;

  beforeEach(async () => {
    site = new Site();
    folder = mkdtempSync(join(tmpdir(), 'easysms-restore-'));
    original = await createEmptyPostgres();
    copy = await createEmptyPostgres();
  });
  afterEach(async () => {
    await site.stop();
    await original.drop();
    await copy.drop();
    rmSync(folder, { recursive: true });
  });

  const sent = () => site.gateway.sent.length;

  async function backUp(): Promise<string> {
    const at = systemClock.now().toISOString();
    await run(join(tools ?? '', 'pg_dump'), ['-Fc', '-f', join(folder, 'dump'), original.url]);
    return at;
  }

  async function restoreAndStart(env: Record<string, string> = {}): Promise<Service> {
    await run(join(tools ?? '', 'pg_restore'), ['--exit-on-error', '-d', copy.url, join(folder, 'dump')]);
    return site.start(copy.url, env);
  }

  /** Resolves once dispatcher and answers have had their turns several times. */
  async function letItWork(service: Service): Promise<void> {
    const wanted = systemClock.now().getTime() / 1000 + 2.5;
    await eventually(async () =>
      expect((await scrape(service)).get('easysms_last_tick_timestamp_seconds')).toBeGreaterThan(wanted),
    );
  }

  it('sends nothing again of what was sent since, and goes on with what comes due later', async () => {
    const before = await site.start(original.url);
    await site.setUp(before, { onUncertain: 'resend' });
    site.gateway.hold();
    expect(await site.book(before, 'in-hand', 500, phone(0))).toBe(202);
    expect(await site.reply(before, phone(1), 'STOP')).toBe(200);
    await site.gateway.open(2);
    for (let index = 10; index < 40; index++)
      expect(await site.book(before, `A-${index}`, 6_000, phone(index))).toBe(202);
    expect(await site.book(before, 'later', 3_600_000, phone(2))).toBe(202);
    const backupAt = await backUp();
    site.gateway.release();
    await eventually(() => expect(sent()).toBe(32));
    await before.stop();

    const after = await restoreAndStart();
    await letItWork(after);
    expect(sent()).toBe(32);
    expect(await site.admin(after, 'GET', '/v1/installation')).toMatchObject({
      restored: true,
      sending: { held: true },
    });
    expect((await scrape(after)).get('easysms_sending_held')).toBe(1);

    const recovered = await site.admin(after, 'POST', '/v1/installation/recovered', { backupAt });
    expect(recovered).toMatchObject({
      uncertainReminders: 31,
      uncertainAnswers: 1,
      installation: { restored: false, sending: { held: false } },
    });
    expect(await site.book(after, 'new', 500, phone(3))).toBe(202);
    await eventually(async () => expect(await site.reminder(after, 'new')).toMatchObject({ status: 'accepted' }));
    await letItWork(after);
    expect(sent()).toBe(33);
    for (const id of ['in-hand', 'A-10', 'A-39']) {
      expect(await site.reminder(after, id)).toMatchObject({ status: 'uncertain', reason: 'database_restored' });
    }
    expect(await site.reminder(after, 'later')).toMatchObject({ status: 'planned' });
    const counts = site.gateway.sent.map(({ to }) => to);
    expect(new Set(counts).size).toBe(counts.length);
  });

  it('is not let go by an adoption: only who says of when the backup is knows what must not be sent again', async () => {
    const before = await site.start(original.url);
    await site.setUp(before);
    await site.book(before, 'A-1', 2_000, phone(0));
    await backUp();
    await eventually(() => expect(sent()).toBe(1));
    await before.stop();
    const after = await restoreAndStart({ PUBLIC_URL: 'https://copy.example.org' });
    expect(await site.admin(after, 'POST', '/v1/installation/adopt')).toMatchObject({
      boundUrl: 'https://copy.example.org',
      restored: true,
    });
    await letItWork(after);
    expect(sent()).toBe(1);
    expect(await site.reminder(after, 'A-1')).toMatchObject({ status: 'planned', heldReason: 'sending_off' });
  });

  it('refuses the time of a backup that lies ahead', async () => {
    const service = await site.start(original.url);
    const backupAt = new Date(systemClock.now().getTime() + 60_000).toISOString();
    await expect(site.admin(service, 'POST', '/v1/installation/recovered', { backupAt })).rejects.toThrow('422');
  });
});

/** The folder of the newest pg_dump; one that is older than the server refuses to work. */
function newestTools(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'pg_dump'))) ?? null;
}
