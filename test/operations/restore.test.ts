import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '../../src/service.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { Installation, SENDER, scrape } from '../support/installation.ts';

const run = promisify(execFile);
const tools = newestTools();
if (!tools) process.stderr.write('test/operations/restore.test.ts is skipped: there is no pg_dump on this machine\n');

/** So that setting the clock on three times keeps it near that of the database. */
const SOON_MS = 8_000;

const phone = (index: number) => `+4520${String(100_000 + index)}`;

describe.skipIf(!tools)('a backup that is restored', () => {
  let site: Installation;
  let folder: string;
  let original: Awaited<ReturnType<typeof createEmptyPostgres>>;
  let copy: Awaited<ReturnType<typeof createEmptyPostgres>>;

  beforeEach(async () => {
    site = new Installation();
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
  const book = async (service: Service, id: string, phone: string, dueInMs = SOON_MS) =>
    (await site.book(service, id, { phone, dueInMs })).status;

  async function backUp(): Promise<string> {
    const at = site.clock.now().toISOString();
    await run(join(tools ?? '', 'pg_dump'), ['-Fc', '-f', join(folder, 'dump'), original.url]);
    return at;
  }

  async function restoreAndStart(env: Record<string, string> = {}): Promise<Service> {
    await run(join(tools ?? '', 'pg_restore'), ['--exit-on-error', '-d', copy.url, join(folder, 'dump')]);
    return site.start({ ...env, DATABASE_URL: copy.url });
  }

  /** Resolves once dispatcher and answers have had their turns several times. */
  async function letItWork(service: Service): Promise<void> {
    await site.ticked(service);
    await site.ticked(service);
  }

  it('sends nothing again of what was sent since, and goes on with what comes due later', async () => {
    const before = await site.start({ DATABASE_URL: original.url });
    await site.setUp(before, { onUncertain: 'resend' });
    site.gateway.hold();
    expect(await book(before, 'in-hand', phone(0))).toBe(202);
    expect(await site.callBack(before, 'inbound', { from: phone(1), to: SENDER, text: 'STOP' })).toBe(200);
    site.comeDue(SOON_MS);
    await site.gateway.open(2);
    for (let index = 10; index < 40; index++) expect(await book(before, `A-${index}`, phone(index))).toBe(202);
    expect(await book(before, 'later', phone(2), 3_600_000)).toBe(202);
    const backupAt = await backUp();
    site.comeDue(SOON_MS);
    site.gateway.release();
    await eventually(() => expect(sent()).toBe(32));
    await before.stop();

    const after = await restoreAndStart();
    await letItWork(after);
    expect(sent()).toBe(32);
    const found = await site.admin(after, 'GET', '/v1/installation');
    expect(found).toMatchObject({ restored: true, sending: { held: true } });
    expect((await scrape(after)).get('easysms_sending_held')).toBe(1);

    const recovered = await site.admin(after, 'POST', '/v1/installation/recovered', { backupAt });
    expect(recovered).toMatchObject({
      uncertainReminders: 31,
      uncertainAnswers: 1,
      installation: { restored: false, sending: { held: false } },
    });
    expect(await book(after, 'new', phone(3))).toBe(202);
    site.comeDue(SOON_MS);
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
    const before = await site.start({ DATABASE_URL: original.url });
    await site.setUp(before);
    await book(before, 'A-1', phone(0));
    await backUp();
    site.comeDue(SOON_MS);
    await eventually(() => expect(sent()).toBe(1));
    await before.stop();
    const after = await restoreAndStart({ PUBLIC_URL: 'https://copy.example.org' });
    const found = await site.admin(after, 'POST', '/v1/installation/adopt');
    expect(found).toMatchObject({ boundUrl: 'https://copy.example.org', restored: true });
    await letItWork(after);
    expect(sent()).toBe(1);
    expect(await site.reminder(after, 'A-1')).toMatchObject({ status: 'planned', heldReason: 'restored' });
  });

  it('refuses the time of a backup that lies ahead', async () => {
    const service = await site.start({ DATABASE_URL: original.url });
    const backupAt = new Date(site.clock.now().getTime() + 60_000).toISOString();
    await expect(site.admin(service, 'POST', '/v1/installation/recovered', { backupAt })).rejects.toThrow('422');
  });
});

/** The folder of the newest pg_dump; one that is older than the server refuses to work. */
function newestTools(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'pg_dump'))) ?? null;
}
