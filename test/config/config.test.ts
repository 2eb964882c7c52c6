import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../src/config/config.ts';
import { startChild } from '../support/child.ts';

const KEY = randomBytes(32).toString('base64');
const PATTERN = Buffer.alloc(32, 0x5a).toString('base64');
const OTHER = randomBytes(32).toString('base64');
const PRODUCTION = {
  DATABASE_URL: 'postgres://sms:secret-password@db.example.org:5432/sms?sslmode=require',
  EASYSMS_ADMIN_TOKEN: 'the-administrators-token',
  EASYSMS_ENCRYPTION_KEYS: `2026:${KEY}`,
  EASYSMS_GATEWAYS: 'kannel',
  PUBLIC_URL: 'https://sms.example.org',
};

const faultsOf = (env: Environment, check?: Parameters<typeof readConfig>[1]): readonly string[] => {
  try {
    readConfig(env, check);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('settings with PostgreSQL', () => {
  it('have the defaults that the documents promise', () => {
    expect(readConfig(PRODUCTION)).toEqual({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'https://sms.example.org',
      staffProvider: null,
      trustedProxies: [],
      allowedSenders: [],
      allowedAddresses: [],
      database: { databaseUrl: PRODUCTION.DATABASE_URL },
      adminToken: 'the-administrators-token',
      adminTokenIsNew: false,
      metricsToken: null,
      encryptionKeys: [{ id: '2026', bytes: Buffer.from(KEY, 'base64') }],
      gateways: ['kannel'],
      startWaitS: 120,
      sending: 'on',
      role: 'all',
      concurrency: 50,
      maxPerCall: 20,
      gatewayProbeS: 30,
      bodiesMib: 64,
      auditRetentionDays: 730,
      dispatchCron: '* * * * * *',
      logLevel: 'info',
      mllp: null,
    });
  });

  it('are used as given', () => {
    const other = randomBytes(32).toString('base64url');
    const config = readConfig({
      ...PRODUCTION,
      HOST: '::1',
      PORT: '8080',
      EASYSMS_ENCRYPTION_KEYS: `2026:${KEY}, 2025:${other}`,
      EASYSMS_GATEWAYS: 'kannel, simulator',
      EASYSMS_SENDING: 'off',
      EASYSMS_ROLE: 'worker',
      EASYSMS_CONCURRENCY: '200',
      EASYSMS_MAX_PER_CALL: '1',
      EASYSMS_AUDIT_RETENTION_DAYS: '1095',
      EASYSMS_GATEWAY_PROBE_S: '5',
      EASYSMS_DISPATCH_CRON: '*/5 * * * * *',
      LOG_LEVEL: 'warn',
    });
    expect(config).toMatchObject({
      publicUrl: 'https://sms.example.org',
      gateways: ['kannel', 'simulator'],
      sending: 'off',
      role: 'worker',
      concurrency: 200,
      maxPerCall: 1,
      auditRetentionDays: 1095,
      gatewayProbeS: 5,
      dispatchCron: '*/5 * * * * *',
      logLevel: 'warn',
    });
    expect(config.encryptionKeys.map((key) => key.id)).toEqual(['2026', '2025']);
    const found = readConfig({ ...PRODUCTION, PUBLIC_URL: 'https://sms.example.org/reminders/' }).publicUrl;
    expect(found).toBe('https://sms.example.org/reminders');
  });

  it('refuse a token that could be guessed', () => {
    expect(faultsOf({ ...PRODUCTION, EASYSMS_ADMIN_TOKEN: 'twenty-three-characters' })).toEqual([
      'EASYSMS_ADMIN_TOKEN must have at least 24 characters, since it can be guessed otherwise ' +
        '(openssl rand -hex 24).',
    ]);
  });

  it.each([
    ['one character over and over', 'x'.repeat(40)],
    ['a word over and over', 'changeme'.repeat(4)],
    ['a word over and over with something behind', `${'ChangeMe-'.repeat(4)}1!`],
    ['two halves that are the same', '0f8d2c94a6b1'.repeat(2)],
    ['the digits in their order', '123456789012345678901234'],
    ['the alphabet', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['a few characters', 'abaabbabacabbabaabbaabcab'],
  ])('refuse a token that is %s', (_name, token) => {
    expect(faultsOf({ ...PRODUCTION, EASYSMS_ADMIN_TOKEN: token })).toEqual([
      'EASYSMS_ADMIN_TOKEN must be no pattern, since it can be guessed otherwise (openssl rand -hex 24).',
    ]);
  });

  it('take every random token', () => {
    for (let nth = 0; nth < 2_000; nth++)
      for (const token of [randomBytes(12).toString('hex'), randomBytes(18).toString('base64')])
        expect(faultsOf({ ...PRODUCTION, EASYSMS_ADMIN_TOKEN: token })).toEqual([]);
  });

  it('refuse a short or patterned token for metrics', () => {
    for (const token of ['short', 'changeme'.repeat(3)])
      expect(faultsOf({ ...PRODUCTION, EASYSMS_METRICS_TOKEN: token })).toEqual([
        expect.stringMatching(/^EASYSMS_METRICS_TOKEN must /),
      ]);
  });

  it('may include the token of the command-line tool', () => {
    expect(faultsOf({ ...PRODUCTION, EASYSMS_SOURCE_TOKEN: 'the token of a source' })).toEqual([]);
  });

  it('are all required that an embedded database would make itself', () => {
    expect(faultsOf({ DATABASE_URL: PRODUCTION.DATABASE_URL })).toEqual([
      'PUBLIC_URL is required with DATABASE_URL.',
      'EASYSMS_GATEWAYS is required with DATABASE_URL.',
      'EASYSMS_ADMIN_TOKEN is required with DATABASE_URL.',
      'EASYSMS_ENCRYPTION_KEYS is required with DATABASE_URL.',
    ]);
  });

  it('report everything that is wrong at once, the gateways’ own settings too, without values', () => {
    const bad = {
      DATABASE_URL: 'mysql://root:secret-password@db/sms',
      PORT: '70000',
      PUBLIC_URL: 'sms.example.org',
      EASYSMS_ADMIN_TOKEN: 'two words',
      EASYSMS_ENCRYPTION_KEYS: `a:${KEY},a:${KEY}`,
      EASYSMS_GATEWAYS: 'kannel',
      EASYSMS_SENDING: 'yes',
      EASYSMS_ROLE: 'boss',
      EASYSMS_CONCURRENCY: '0',
      EASYSMS_MAX_PER_CALL: '251',
      EASYSMS_GATEWAY_PROBE_S: '601',
      EASYSMS_DISPATCH_CRON: '* * * * *',
      EASYSMS_SENDIG: 'off',
      LOG_LEVEL: 'loud',
      TRUSTED_PROXIES: '10.0.0.0/33',
      EASYSMS_ALLOWED_ADDRESSES: 'https://fhir.example.org',
    };
    const faults = faultsOf(bad, (ids) => ids.map((id) => `${id}: KANNEL_PASSWORD is missing`));
    for (const name of [...Object.keys(bad).filter((key) => key !== 'EASYSMS_GATEWAYS'), 'KANNEL_PASSWORD']) {
      expect(faults.filter((fault) => fault.startsWith(name) || fault.includes(`: ${name}`))).toHaveLength(1);
    }
    expect(faults.join('\n')).not.toMatch(/secret-password|two words|boss|loud/);
    expect(faults.join('\n')).not.toContain(KEY);
  });

  it.each([
    ['too short', `a:${randomBytes(16).toString('base64')}`],
    ['without an id', KEY],
    ['an empty one', `a:${KEY},`],
    ['not base64', 'a:§§'],
    ['all zero', `a:${Buffer.alloc(32).toString('base64')}`],
    ['one byte over and over', `a:${PATTERN}`],
    ['a short pattern over and over', `a:${Buffer.alloc(32, 'changeme').toString('base64')}`],
    ['a word twice', `a:${Buffer.from('0123456789abcdef'.repeat(2)).toString('base64')}`],
    ['a longer word over and over', `a:${Buffer.alloc(32, 'hemmeligt-ord').toString('base64')}`],
    ['bytes in their order', `a:${Buffer.from(Array.from({ length: 32 }, (_, byte) => byte)).toString('base64')}`],
    ['bytes in steps', `a:${Buffer.from(Array.from({ length: 32 }, (_, nth) => 7 - 3 * nth)).toString('base64')}`],
    ['the same as another', `a:${KEY},b:${KEY}`],
  ])('refuse a key that is %s, and speak of nothing else', (_name, keys) => {
    expect(faultsOf({ ...PRODUCTION, EASYSMS_ENCRYPTION_KEYS: keys })).toHaveLength(1);
    expect(faultsOf({ ...PRODUCTION, EASYSMS_ENCRYPTION_KEYS: keys, EASYSMS_WEAK_KEYS: '' })).toHaveLength(1);
  });

  it.each([
    ['all zero', `new:${KEY},old:${Buffer.alloc(32).toString('base64')}`, '"old"'],
    ['one byte over and over', `new:${KEY},old:${PATTERN}`, '"old"'],
    ['a short pattern over and over', `new:${KEY},old:${Buffer.alloc(32, 'changeme').toString('base64')}`, '"old"'],
    ['the same as another behind', `new:${KEY},old:${OTHER},older:${OTHER}`, '"older"'],
  ])('refuse a key behind the first that is %s, by its id', (_name, keys, id) => {
    expect(faultsOf({ ...PRODUCTION, EASYSMS_ENCRYPTION_KEYS: keys })).toEqual([expect.stringContaining(id)]);
  });

  it('take a weak key behind the first that is named to be rotated away, and never as the first', () => {
    const named = { ...PRODUCTION, EASYSMS_WEAK_KEYS: 'old,older' };
    const { encryptionKeys } = readConfig({
      ...named,
      EASYSMS_ENCRYPTION_KEYS: `new:${KEY},old:${PATTERN},older:${PATTERN}`,
    });
    expect(encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old', 'older']);
    expect(faultsOf({ ...named, EASYSMS_ENCRYPTION_KEYS: `new:${KEY},other:${PATTERN}` })).toHaveLength(1);
    expect(faultsOf({ ...named, EASYSMS_ENCRYPTION_KEYS: `old:${PATTERN},new:${KEY}` })).toHaveLength(1);
  });
});

describe('settings with the embedded database', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'easysms-config-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('are generated at the first start, kept for the next, and readable by no other user', () => {
    const first = readConfig({ DATA_DIR: dataDir, DATABASE_URL: '', EASYSMS_ADMIN_TOKEN: '' });
    const second = readConfig({ DATA_DIR: dataDir });
    expect(first).toMatchObject({ gateways: ['simulator'], adminTokenIsNew: true, database: { dataDir } });
    expect(second).toEqual({ ...first, adminTokenIsNew: false });
    expect(first.encryptionKeys[0]?.bytes).toHaveLength(32);
    expect(first.adminToken.length).toBeGreaterThan(30);
    for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
  });

  it('are generated, too, where a compose file passes the names of weak keys empty', () => {
    expect(faultsOf({ DATA_DIR: dataDir, EASYSMS_ENCRYPTION_KEYS: '', EASYSMS_WEAK_KEYS: '' })).toEqual([]);
  });

  it('are not made while anything else is wrong', () => {
    expect(faultsOf({ DATA_DIR: dataDir, PORT: 'x' })).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('are the ones given, if they are given', () => {
    const config = readConfig({
      DATA_DIR: dataDir,
      EASYSMS_ADMIN_TOKEN: 'a-token-of-my-own-0123456789',
      EASYSMS_ENCRYPTION_KEYS: `mine:${KEY}`,
    });
    expect(config).toMatchObject({
      adminToken: 'a-token-of-my-own-0123456789',
      adminTokenIsNew: false,
      encryptionKeys: [{ id: 'mine' }],
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('are the same for processes that start at once', async () => {
    const children = [1, 2, 3].map(() => startChild('test/support/read-config.ts', [], { DATA_DIR: dataDir }));
    const tokens = await Promise.all(children.map((child) => child.nextLine()));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toBe(readFileSync(join(dataDir, 'admin-token'), 'utf8').trim());
    await Promise.all(children.map((child) => child.exit));
  });
});
