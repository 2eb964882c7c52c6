import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { makeCa } from './certificates.ts';

let folder: string;
let files: {
  readonly key: string;
  readonly cert: string;
  readonly otherKey: string;
  readonly ca: string;
  readonly junk: string;
};
const ca = makeCa();
const server = ca.issue('sms.example.org');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'easysms-mllp-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  files = {
    key: write('key.pem', server.key),
    cert: write('cert.pem', server.cert),
    otherKey: write('other-key.pem', ca.issue('other').key),
    ca: write('ca.pem', ca.cert),
    junk: write('junk.pem', 'hunter2'),
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (env: Readonly<Record<string, string>>) => readConfig({ DATA_DIR: join(folder, 'data'), ...env }).mllp;
const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('the settings of MLLP', () => {
  it('leave it off without MLLP_PORT, whatever else is set', () => {
    expect(read({})).toBeNull();
    expect(read({ MLLP_SOURCE: 'rh-epj', MLLP_HOST: '0.0.0.0', MLLP_TLS_KEY: '/not/there', MLLP_PORT: '' })).toBeNull();
  });

  it('have the defaults that the documents promise', () => {
    const found = read({ MLLP_PORT: '2575', MLLP_SOURCE: 'rh-epj' });
    expect(found).toEqual({ host: '127.0.0.1', port: 2575, source: 'rh-epj', tls: null, maxConnections: 20 });
    expect(read({ HOST: '0.0.0.0', MLLP_PORT: '2575', MLLP_SOURCE: 'rh-epj' })?.host).toBe('0.0.0.0');
  });

  it('are used as given, with the content of the files', () => {
    const env = { HOST: '0.0.0.0', MLLP_HOST: '10.0.0.7', MLLP_PORT: '2575', MLLP_MAX_CONNECTIONS: '5' };
    const tls = { MLLP_TLS_KEY: files.key, MLLP_TLS_CERT: files.cert };
    expect(read({ ...env, ...tls, MLLP_TLS_CA: files.ca })).toEqual({
      host: '10.0.0.7',
      port: 2575,
      source: null,
      tls: { ...server, ca: ca.cert },
      maxConnections: 5,
    });
    expect(read({ ...env, ...tls, MLLP_SOURCE: 'rh-epj' })?.tls).toEqual({ ...server, ca: null });
  });

  it.each<readonly [string, () => Readonly<Record<string, string>>, readonly RegExp[]]>([
    ['nobody to speak for', () => ({}), [/^MLLP_SOURCE is required/]],
    [
      'no client certificates to know the source by',
      () => ({ MLLP_TLS_KEY: files.key, MLLP_TLS_CERT: files.cert }),
      [/^MLLP_SOURCE is required/],
    ],
    [
      'a CA and no certificate of our own',
      () => ({ MLLP_TLS_CA: files.ca }),
      [/^MLLP_TLS_KEY is required/, /^MLLP_TLS_CERT is required/],
    ],
    [
      'a key without its certificate',
      () => ({ MLLP_SOURCE: 'a', MLLP_TLS_KEY: files.key }),
      [/^MLLP_TLS_CERT is required/],
    ],
    [
      'files that are not there',
      () => ({ MLLP_TLS_KEY: '/not/there', MLLP_TLS_CERT: folder, MLLP_TLS_CA: '/nor/here' }),
      [/^MLLP_TLS_KEY must be the path/, /^MLLP_TLS_CERT must be the path/, /^MLLP_TLS_CA must be the path/],
    ],
    [
      'a key that is not the certificate’s',
      () => ({ MLLP_SOURCE: 'a', MLLP_TLS_KEY: files.otherKey, MLLP_TLS_CERT: files.cert }),
      [/^MLLP_TLS_KEY and MLLP_TLS_CERT must be/],
    ],
    [
      'files of something else',
      () => ({ MLLP_TLS_KEY: files.junk, MLLP_TLS_CERT: files.junk, MLLP_TLS_CA: files.junk }),
      [/^MLLP_TLS_CA must hold/, /^MLLP_TLS_KEY and MLLP_TLS_CERT must be/],
    ],
    [
      'numbers out of range',
      () => ({ MLLP_SOURCE: 'a', MLLP_PORT: '70000', MLLP_MAX_CONNECTIONS: '0' }),
      [/^MLLP_PORT/, /^MLLP_MAX_CONNECTIONS/],
    ],
    [
      'a name that is a slip',
      () => ({ MLLP_SOURCE: 'a', MLLP_TLS_CERTIFICATE: files.cert }),
      [/^MLLP_TLS_CERTIFICATE is not a setting.*MLLP_TLS_CERT,/],
    ],
  ])('with %s are refused, with all faults at once and no value', (_, env, expected) => {
    const faults = faultsOf({ MLLP_PORT: '2575', ...env() });
    expect(faults).toHaveLength(expected.length);
    for (const pattern of expected) expect(faults.filter((fault) => pattern.test(fault))).toHaveLength(1);
    expect(faults.join('\n')).not.toMatch(/hunter2|BEGIN|not\/there|70000/);
  });

  it('report a misspelled name without MLLP_PORT too, together with other faults', () => {
    const faults = faultsOf({ MLLP_PROT: '2575', PORT: 'x' });
    expect(faults).toEqual([expect.stringMatching(/^PORT/), expect.stringMatching(/^MLLP_PROT is not/)]);
  });
});
