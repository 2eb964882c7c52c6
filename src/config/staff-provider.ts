import { parseRoleMap, type StaffProviderSettings } from '../accounts/oidc/settings.ts';
import { parseAddress } from '../runtime/networks.ts';
import type { EnvironmentReader } from './environment.ts';

const NAMES = [
  'OIDC_STAFF_ISSUER',
  'OIDC_STAFF_CLIENT_ID',
  'OIDC_STAFF_CLIENT_SECRET',
  'OIDC_STAFF_SCOPE',
  'OIDC_STAFF_ACR_VALUES',
  'OIDC_STAFF_LEVEL_CLAIM',
  'OIDC_STAFF_LEVELS',
  'OIDC_STAFF_ROLE_CLAIM',
  'OIDC_STAFF_ROLE_MAP',
];

/**
 * Reads the settings of the identity provider of staff; faults are added to the reader.
 * @returns null without any of them
 */
export function readStaffProvider(reader: EnvironmentReader): StaffProviderSettings | null {
  const given = NAMES.filter((name) => reader.text(name) !== null);
  const [first] = given;
  if (first === undefined) return null;
  const asking = first === 'OIDC_STAFF_ISSUER' ? first : given.join(', ');
  const required = (name: string) => reader.text(name) ?? reader.addFault(name, `is required for ${asking}`, '');
  const issuer = readIssuer(reader, required('OIDC_STAFF_ISSUER'));
  const scope = reader.text('OIDC_STAFF_SCOPE') ?? 'openid profile email';
  if (!scope.split(/\s+/).includes('openid'))
    reader.addFault('OIDC_STAFF_SCOPE', 'must have openid among its words', '');
  const map = required('OIDC_STAFF_ROLE_MAP');
  const roleMap = map === '' ? new Map() : parseRoleMap(map);
  return {
    issuer,
    scope,
    clientId: required('OIDC_STAFF_CLIENT_ID'),
    clientSecret: reader.text('OIDC_STAFF_CLIENT_SECRET'),
    acrValues: reader.text('OIDC_STAFF_ACR_VALUES'),
    levelClaim: reader.text('OIDC_STAFF_LEVEL_CLAIM') ?? 'acr',
    levels: reader.list('OIDC_STAFF_LEVELS'),
    roleClaim: required('OIDC_STAFF_ROLE_CLAIM'),
    roleMap: roleMap ?? reader.addFault('OIDC_STAFF_ROLE_MAP', MAP_RULE, new Map()),
  };
}

const NO_ISSUER = new URL('https://invalid');
const MAP_RULE =
  'must be JSON such as {"sms-admin": {"authority": "rh", "role": "administrator"}}, with "*" for all authorities, ' +
  'the roles viewer, operator and administrator, and departments as a list of names';

/** True for a host that is this machine by its very name; any other name may lead elsewhere. */
function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || parseAddress(hostname.replace(/^\[|\]$/g, ''))?.range() === 'loopback';
}

/** Reads the provider's address; one stands in for one that is missing or wrong, until the start is refused for it. */
function readIssuer(reader: EnvironmentReader, text: string): URL {
  if (text === '') return NO_ISSUER;
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && !url.search && !url.hash && !url.username && !url.password;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isThisMachine(url.hostname));
  if (url && plain && secure) return url;
  const rule = 'must be an https address without query, or http on this machine';
  return reader.addFault('OIDC_STAFF_ISSUER', rule, NO_ISSUER);
}
