import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

const ENV = {
  DATABASE_URL: 'postgres://localhost/x',
  PUBLIC_URL: 'https://sms.example.org',
  EASYSMS_ADMIN_TOKEN: 'an-administrators-token-0123456789',
  EASYSMS_ENCRYPTION_KEYS: 'k1:3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=',
  EASYSMS_GATEWAYS: 'simulator',
};
const PROVIDER = {
  OIDC_STAFF_ISSUER: 'https://login.example.org/realms/rh',
  OIDC_STAFF_CLIENT_ID: 'easysms',
  OIDC_STAFF_ROLE_CLAIM: 'roles',
  OIDC_STAFF_ROLE_MAP:
    '{"a": {"authority": "rh", "role": "operator", "departments": ["X"]}, "b": [{"authority": "*", "role": "viewer"}]}',
};

function faultsOf(settings: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig({ ...ENV, ...settings });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('the identity provider of staff', () => {
  it('is none without settings, and has defaults for the others', () => {
    expect(readConfig(ENV).staffProvider).toBeNull();
    const { staffProvider } = readConfig({ ...ENV, ...PROVIDER });
    expect(staffProvider).toMatchObject({
      ...{ clientId: 'easysms', clientSecret: null, scope: 'openid profile email', acrValues: null },
      ...{ levelClaim: 'acr', levels: null, roleClaim: 'roles' },
    });
    expect(staffProvider?.issuer.href).toBe('https://login.example.org/realms/rh');
    expect([...(staffProvider?.roleMap ?? [])]).toEqual([
      ['a', [{ authorityId: 'rh', role: 'operator', departments: ['X'] }]],
      ['b', [{ authorityId: null, role: 'viewer', departments: null }]],
    ]);
  });

  it('has levels as a list with commas', () => {
    const { staffProvider } = readConfig({ ...ENV, ...PROVIDER, OIDC_STAFF_LEVELS: 'Substantial, High' });
    expect(staffProvider?.levels).toEqual(['Substantial', 'High']);
  });

  it.each([
    [{ OIDC_STAFF_CLIENT_ID: undefined }, 'OIDC_STAFF_CLIENT_ID is required for OIDC_STAFF_ISSUER.'],
    [{ OIDC_STAFF_ROLE_MAP: undefined }, 'OIDC_STAFF_ROLE_MAP is required for OIDC_STAFF_ISSUER.'],
    [{ OIDC_STAFF_ROLE_CLAIM: undefined }, 'OIDC_STAFF_ROLE_CLAIM is required for OIDC_STAFF_ISSUER.'],
    [{ OIDC_STAFF_ISSUER: undefined }, 'OIDC_STAFF_ISSUER is required for OIDC_STAFF_CLIENT_ID,'],
    [{ OIDC_STAFF_ISSUER: 'http://login.example.org' }, 'OIDC_STAFF_ISSUER must be an https address'],
    [{ OIDC_STAFF_ISSUER: 'http://127.evil.example' }, 'OIDC_STAFF_ISSUER must be an https address'],
    [{ OIDC_STAFF_ISSUER: 'login' }, 'OIDC_STAFF_ISSUER must be an https address'],
    [{ OIDC_STAFF_SCOPE: 'profile' }, 'OIDC_STAFF_SCOPE must have openid'],
    [{ OIDC_STAFF_ROLE_MAP: '{' }, 'OIDC_STAFF_ROLE_MAP must be JSON'],
    [{ OIDC_STAFF_ROLE_MAP: '{"a": {"authority": "rh", "role": "owner"}}' }, 'OIDC_STAFF_ROLE_MAP must be JSON'],
    [
      { OIDC_STAFF_ROLE_MAP: '{"a": {"authority": "rh", "role": "viewer", "x": 1}}' },
      'OIDC_STAFF_ROLE_MAP must be JSON',
    ],
    [{ OIDC_STAFF_LEVELS: 'a,,b' }, 'OIDC_STAFF_LEVELS must be a list'],
    [{ OIDC_STAFF_ROLES: 'x' }, 'OIDC_STAFF_ROLES is not a setting'],
  ])('with %j stops the start', (settings, fault) => {
    expect(faultsOf({ ...PROVIDER, ...settings }).join('\n')).toContain(fault);
  });

  it('stops the start with all its faults at once', () => {
    const all = {
      ...{ OIDC_STAFF_CLIENT_SECRET: 'x', OIDC_STAFF_SCOPE: 'profile', OIDC_STAFF_LEVELS: 'a,,b' },
      OIDC_STAFF_ROLE_MAP: '{',
    };
    const named = (faults: readonly string[]) => faults.map((fault) => fault.split(' ', 2).join(' ')).sort();
    const others = [
      ...['OIDC_STAFF_CLIENT_ID is', 'OIDC_STAFF_LEVELS must', 'OIDC_STAFF_ROLE_CLAIM is'],
      ...['OIDC_STAFF_ROLE_MAP must', 'OIDC_STAFF_SCOPE must'],
    ];
    expect(named(faultsOf(all))).toEqual(['OIDC_STAFF_ISSUER is', ...others].sort());
    const found = named(faultsOf({ ...all, OIDC_STAFF_ISSUER: 'login' }));
    expect(found).toEqual(['OIDC_STAFF_ISSUER must', ...others].sort());
  });

  it('is told truly: what is given is not called missing, and what is missing not wrong', () => {
    const faults = (settings: Record<string, string | undefined>) => faultsOf({ ...PROVIDER, ...settings });
    const found = faults({ OIDC_STAFF_ISSUER: 'login' });
    expect(found).toEqual(['OIDC_STAFF_ISSUER must be an https address without query, or http on this machine.']);
    const result = faults({ OIDC_STAFF_ROLE_MAP: undefined });
    expect(result).toEqual(['OIDC_STAFF_ROLE_MAP is required for OIDC_STAFF_ISSUER.']);
    expect([...faultsOf({ OIDC_STAFF_CLIENT_ID: 'easysms' })].sort()).toEqual([
      'OIDC_STAFF_ISSUER is required for OIDC_STAFF_CLIENT_ID.',
      'OIDC_STAFF_ROLE_CLAIM is required for OIDC_STAFF_CLIENT_ID.',
      'OIDC_STAFF_ROLE_MAP is required for OIDC_STAFF_CLIENT_ID.',
    ]);
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:8080/realm'])(
    'may be %s, which is this machine',
    (issuer) => {
      expect(faultsOf({ ...PROVIDER, OIDC_STAFF_ISSUER: issuer })).toEqual([]);
    },
  );
});
