import { validate as isCron } from 'node-cron';
import type { EncryptionKey } from './domain/keyring.ts';
import { readGeneratedAdminToken, readGeneratedKeys } from './generated-secrets.ts';
import type { DatabasePlace } from './store/connect.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const ROLES = ['all', 'api', 'worker'] as const;
const SENDING = ['on', 'off'] as const;

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly database: DatabasePlace;
  readonly adminToken: string;
  /** The administrator's token was made by this start: show it to whoever started. */
  readonly adminTokenIsNew: boolean;
  /** At least one; the first encrypts. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Ids, in order of preference, at least one. */
  readonly gateways: readonly string[];
  readonly sending: (typeof SENDING)[number];
  readonly role: (typeof ROLES)[number];
  readonly concurrency: number;
  readonly dispatchCron: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Everything that is wrong with the environment, one sentence each, without the value of any secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`EasySMS can't start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Asked for the faults of the gateways' own settings, so that all faults are told at once. */
export type GatewayCheck = (ids: readonly string[], publicUrl: string) => readonly string[];

/**
 * Reads the settings. With the embedded database what is not given is made and kept in DATA_DIR, once everything else is right.
 * @throws ConfigError
 */
export function readConfig(env: Environment, checkGateways: GatewayCheck = () => []): Config {
  const reader = new Reader(env);
  const databaseUrl = reader.databaseUrl('DATABASE_URL');
  const embedded = databaseUrl === null;
  const host = reader.text('HOST') ?? '127.0.0.1';
  const port = reader.integer('PORT', 3000, 0, 65_535);
  const publicUrl = reader.publicUrl('PUBLIC_URL') ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const gateways = reader.list('EASYSMS_GATEWAYS') ?? (embedded ? ['simulator'] : reader.required('EASYSMS_GATEWAYS', []));
  const adminToken = reader.token('EASYSMS_ADMIN_TOKEN') ?? (embedded ? null : reader.required('EASYSMS_ADMIN_TOKEN', ''));
  const encryptionKeys = reader.keys('EASYSMS_ENCRYPTION_KEYS') ?? (embedded ? null : reader.required('EASYSMS_ENCRYPTION_KEYS', []));
  const settings = {
    host,
    port,
    publicUrl,
    gateways,
    sending: reader.oneOf('EASYSMS_SENDING', SENDING, 'on'),
    role: reader.oneOf('EASYSMS_ROLE', ROLES, 'all'),
    concurrency: reader.integer('EASYSMS_CONCURRENCY', 50, 1, 1_000),
    dispatchCron: reader.cron('EASYSMS_DISPATCH_CRON', '* * * * * *'),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  const faults = [...reader.faults(), ...(gateways.length > 0 ? checkGateways(gateways, publicUrl) : [])];
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

/** `id:base64[,id:base64…]`, 32 bytes each. Null when anything is wrong with it. */
function parseKeys(text: string): EncryptionKey[] | null {
  const keys = text.split(',').map((part) => {
    const [, id, base64] = /^\s*([\w.-]{1,64}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(part) ?? [];
    return id !== undefined && base64 !== undefined ? { id, bytes: Buffer.from(base64, 'base64') } : null;
  });
  const sound = keys.filter((key) => key !== null && key.bytes.length === 32) as EncryptionKey[];
  return sound.length === keys.length && new Set(sound.map((key) => key.id)).size === keys.length ? sound : null;
}

/** Takes one variable after another, and notes what is wrong instead of stopping at the first. */
class Reader {
  readonly #env: Environment;
  readonly #faults: string[] = [];
  readonly #known = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** An empty value is as good as none: compose files hand over what is unset that way. */
  text(name: string): string | null {
    this.#known.add(name);
    return this.#env[name]?.trim() || null;
  }

  required<T>(name: string, instead: T): T {
    this.#faults.push(`${name} is required with DATABASE_URL.`);
    return instead;
  }

  oneOf<const T extends string>(name: string, words: readonly T[], instead: T): T {
    const text = this.text(name) ?? instead;
    const word = words.find((candidate) => candidate === text);
    return word ?? this.#wrong(name, `must be one of ${words.join(', ')}`, instead);
  }

  integer(name: string, instead: number, least: number, most: number): number {
    const text = this.text(name);
    if (text === null) return instead;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : this.#wrong(name, `must be a whole number from ${least} to ${most}`, instead);
  }

  cron(name: string, instead: string): string {
    const text = this.text(name) ?? instead;
    if (text.split(/\s+/).length === 6 && isCron(text)) return text;
    return this.#wrong(name, 'must be a cron expression of six fields, the first one seconds', instead);
  }

  list(name: string): string[] | null {
    const text = this.text(name);
    if (text === null) return null;
    const words = text.split(',').map((word) => word.trim());
    if (words.every((word) => word !== '') && new Set(words).size === words.length) return words;
    return this.#wrong(name, 'must be a list of different names, separated by commas', []);
  }

  token(name: string): string | null {
    const text = this.text(name);
    return text === null || /^[\x21-\x7e]+$/.test(text)
      ? text
      : this.#wrong(name, 'must be of visible ASCII characters without blanks', '');
  }

  keys(name: string): EncryptionKey[] | null {
    const text = this.text(name);
    if (text === null) return null;
    return (
      parseKeys(text) ??
      this.#wrong(name, 'must be id:base64[,id:base64…] with different ids and 32 bytes a key (openssl rand -base64 32)', [])
    );
  }

  databaseUrl(name: string): string | null {
    const text = this.text(name);
    if (text === null || (URL.canParse(text) && /^postgres(ql)?:\/\//.test(text))) return text;
    return this.#wrong(name, 'must look like postgres://user:password@host:5432/database', '');
  }

  publicUrl(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash || url.username) {
      return this.#wrong(name, 'must be an http or https address without query', 'http://invalid');
    }
    return url.href.replace(/\/+$/, '');
  }

  faults(): string[] {
    const unknown = Object.keys(this.#env).filter((name) => name.startsWith('EASYSMS_') && !this.#known.has(name));
    const known = [...this.#known].filter((name) => name.startsWith('EASYSMS_')).join(', ');
    return [...this.#faults, ...unknown.map((name) => `${name} is not a setting of EasySMS (there are ${known}).`)];
  }

  #wrong<T>(name: string, rule: string, instead: T): T {
    this.#faults.push(`${name} ${rule}.`);
    return instead;
  }
}
