import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { StaffProviderSettings } from '../accounts/oidc/settings.ts';
import type { DatabasePlace } from '../database/connect.ts';
import type { EncryptionKey } from '../domain/keyring.ts';
import { SETTING_PREFIXES } from '../gateways/index.ts';
import type { MllpSettings } from '../mllp/listener.ts';
import type { Network } from '../runtime/networks.ts';
import type { AllowedAddress } from '../runtime/outgoing/allowed-addresses.ts';
import { type Environment, EnvironmentReader, parseKeys } from './environment.ts';
import { readGeneratedAdminToken, readGeneratedKeys } from './generated-secrets.ts';
import { readStaffProvider } from './staff-provider.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const ROLES = ['all', 'api', 'worker'] as const;
const SENDING = ['on', 'off'] as const;
/** The address in place of one that is missing, until the start is refused for it. */
const NO_URL = 'http://invalid';

/** Settings of the process. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  /** Proxies whose word on the client's address is taken. */
  readonly trustedProxies: readonly Network[];
  /** Sender names of authorities and banks that may be used here. */
  readonly allowedSenders: readonly string[];
  /** Addresses beside public ones that other systems may be asked at. */
  readonly allowedAddresses: readonly AllowedAddress[];
  readonly database: DatabasePlace;
  /** Seconds that a start waits for a database that is away. */
  readonly startWaitS: number;
  readonly adminToken: string;
  /** Bearer token of whoever may read `/metrics`, with the ids of sources; null: everybody may, without them. */
  readonly metricsToken: string | null;
  /** True when this start generated the administrator's token, which is then printed. */
  readonly adminTokenIsNew: boolean;
  /** The keys, at least one; the first encrypts. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Ids in order of preference, at least one. */
  readonly gateways: readonly string[];
  readonly sending: (typeof SENDING)[number];
  readonly role: (typeof ROLES)[number];
  readonly concurrency: number;
  /** SMS of one call to a gateway that takes many. */
  readonly maxPerCall: number;
  /** MiB of request bodies that the process holds at once. */
  readonly bodiesMib: number;
  /** The days for which entries of the audit are kept. */
  readonly auditRetentionDays: number;
  /** Seconds before a gateway that is out of use is tried with a single message. */
  readonly gatewayProbeS: number;
  readonly dispatchCron: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** null: staff sign in by passwords alone. */
  readonly staffProvider: StaffProviderSettings | null;
  /** null when MLLP is off. */
  readonly mllp: MllpSettings | null;
}

export type { Environment };

/** The faults of the settings, one sentence each, without the value of any secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`EasySMS can't start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Returns the faults of the gateways' own settings, so that all faults are reported together.
 * @param read value of an environment variable, whose name is known from then on; null when it is unset
 */
type GatewayCheck = (
  ids: readonly string[],
  publicUrl: string,
  read: (name: string) => string | null,
) => readonly string[];

/**
 * Reads the settings. With the embedded database missing secrets are generated and kept in DATA_DIR, once all other
 * settings are valid.
 * @throws ConfigError
 */
export function readConfig(env: Environment, checkGateways: GatewayCheck = () => []): Config {
  const reader = new EnvironmentReader(env, SETTING_PREFIXES);
  const databaseUrl = reader.databaseUrl('DATABASE_URL');
  const embedded = databaseUrl === null;
  const host = reader.text('HOST') ?? '127.0.0.1';
  const port = reader.integer('PORT', 3000, 0, 65_535);
  // Receipts would go to an address that no gateway reaches, and a copy of the database would count as the original.
  const publicUrl =
    reader.publicUrl('PUBLIC_URL') ??
    (embedded ? `http://${host.includes(':') ? `[${host}]` : host}:${port}` : reader.required('PUBLIC_URL', NO_URL));
  const gateways =
    reader.list('EASYSMS_GATEWAYS') ?? (embedded ? ['simulator'] : reader.required('EASYSMS_GATEWAYS', []));
  const adminToken =
    reader.token('EASYSMS_ADMIN_TOKEN') ?? (embedded ? null : reader.required('EASYSMS_ADMIN_TOKEN', ''));
  const encryptionKeys =
    reader.keys('EASYSMS_ENCRYPTION_KEYS') ?? (embedded ? null : reader.required('EASYSMS_ENCRYPTION_KEYS', []));
  const settings = {
    host,
    port,
    publicUrl,
    metricsToken: reader.token('EASYSMS_METRICS_TOKEN'),
    trustedProxies: reader.networks('TRUSTED_PROXIES'),
    allowedSenders: reader.list('EASYSMS_ALLOWED_SENDERS') ?? [],
    allowedAddresses: reader.allowedAddresses('EASYSMS_ALLOWED_ADDRESSES'),
    gateways,
    startWaitS: reader.integer('EASYSMS_START_WAIT_S', 120, 0, 86_400),
    sending: reader.oneOf('EASYSMS_SENDING', SENDING, 'on'),
    role: reader.oneOf('EASYSMS_ROLE', ROLES, 'all'),
    concurrency: reader.integer('EASYSMS_CONCURRENCY', 50, 1, 1_000),
    maxPerCall: reader.integer('EASYSMS_MAX_PER_CALL', 20, 1, 250),
    bodiesMib: reader.integer('EASYSMS_BODIES_MIB', 64, 8, 4_096),
    // The minimum is what the database keeps, whatever is asked of purge_audit (migrations/0002_functions.sql).
    auditRetentionDays: reader.integer('EASYSMS_AUDIT_RETENTION_DAYS', 730, 180, 36_500),
    gatewayProbeS: reader.integer('EASYSMS_GATEWAY_PROBE_S', 30, 1, 600),
    dispatchCron: reader.cron('EASYSMS_DISPATCH_CRON', '* * * * * *'),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    staffProvider: readStaffProvider(reader),
    mllp: readMllpSettings(reader, host),
  };
  // The gateways are checked before the faults are read, since that makes the names of their settings known.
  const gatewayFaults = checkGateways(gateways, publicUrl, (name) => reader.text(name));
  const faults = [...reader.faults(), ...(gateways.length > 0 ? gatewayFaults : [])];
  if (faults.length > 0) throw new ConfigError(faults);

  const dataDir = reader.text('DATA_DIR') ?? './data';
  const generated = adminToken === null ? readGeneratedAdminToken(dataDir) : null;
  return {
    ...settings,
    database: databaseUrl === null ? { dataDir } : { databaseUrl },
    adminToken: adminToken ?? generated?.value ?? '',
    adminTokenIsNew: generated?.isNew ?? false,
    encryptionKeys: encryptionKeys ?? parseKeys(readGeneratedKeys(dataDir)) ?? [],
  };
}

/**
 * Reads the settings of MLLP; faults are added to the reader.
 * @returns null without MLLP_PORT, whatever else is set
 */
export function readMllpSettings(reader: EnvironmentReader, httpHost: string): MllpSettings | null {
  const enabled = reader.text('MLLP_PORT') !== null;
  const settings = {
    port: reader.integer('MLLP_PORT', 0, 0, 65_535),
    host: reader.text('MLLP_HOST') ?? httpHost,
    source: reader.text('MLLP_SOURCE'),
    maxConnections: reader.integer('MLLP_MAX_CONNECTIONS', 20, 1, 10_000),
  };
  const tls = readTls(reader, enabled);
  if (enabled && settings.source === null && reader.text('MLLP_TLS_CA') === null) {
    reader.addFault(
      'MLLP_SOURCE',
      'is required, unless MLLP_TLS_CA is set and clients identify themselves by certificates',
      null,
    );
  }
  return enabled ? { ...settings, tls } : null;
}

/** The files are read only when MLLP is on. */
function readTls(reader: EnvironmentReader, enabled: boolean): MllpSettings['tls'] {
  const required = ['MLLP_TLS_KEY', 'MLLP_TLS_CERT'] as const;
  const given = [...required, 'MLLP_TLS_CA'].filter((name) => reader.text(name) !== null);
  if (!enabled || given.length === 0) return null;
  for (const name of required) if (!given.includes(name)) reader.addFault(name, 'is required for TLS', null);
  const [key, cert, ca] = [reader.file('MLLP_TLS_KEY'), reader.file('MLLP_TLS_CERT'), reader.file('MLLP_TLS_CA')];
  if (ca !== null && !succeeds(() => new X509Certificate(ca)))
    reader.addFault('MLLP_TLS_CA', 'must hold certificates in PEM', null);
  if (key === null || cert === null) return null;
  if (!succeeds(() => createSecureContext({ key, cert }))) {
    reader.addFault(
      'MLLP_TLS_KEY',
      'and MLLP_TLS_CERT must be a key without a passphrase and its certificate, in PEM',
      null,
    );
  }
  return { key, cert, ca };
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
