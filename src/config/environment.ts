import { readFileSync } from 'node:fs';
import { validate as isCron } from 'node-cron';
import type { EncryptionKey } from '../domain/keyring.ts';
import { SHORTEST_TOKEN } from '../gateways/settings.ts';
import { type Network, parseNetwork } from '../runtime/networks.ts';
import { type AllowedAddress, parseAllowedAddress } from '../runtime/outgoing/allowed-addresses.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Prefixes of our variables: an unknown name with one of them is a mistake. */
const PREFIXES = ['EASYSMS_', 'MLLP_', 'OIDC_STAFF_'];
/** Variable of the command line tool, which may share the environment. */
const CLI_VARIABLE = 'EASYSMS_SOURCE_TOKEN';

/** Parses `id:base64[,id:base64…]`, 32 bytes each. null for anything invalid. */
export function parseKeys(text: string): EncryptionKey[] | null {
  const keys = text.split(',').map((part) => {
    const [, id, base64] = /^\s*([\w.-]{1,64}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(part) ?? [];
    return id !== undefined && base64 !== undefined ? { id, bytes: Buffer.from(base64, 'base64') } : null;
  });
  const valid = keys.filter((key) => key !== null && key.bytes.length === 32) as EncryptionKey[];
  return valid.length === keys.length && new Set(valid.map((key) => key.id)).size === keys.length ? valid : null;
}

/** True for a key that is a pattern, or the same as one before it. */
function isWeak({ bytes }: EncryptionKey, before: readonly EncryptionKey[]): boolean {
  return isPattern(bytes) || before.some((other) => other.bytes.equals(bytes));
}

function namesOf(keys: readonly EncryptionKey[]): string {
  return keys.map(({ id }) => `"${id}"`).join(', ');
}

/** Reads variables one by one and collects faults instead of stopping at the first. */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #prefixes: readonly string[];
  readonly #faults: string[] = [];
  readonly #known = new Set<string>();

  /** @param prefixes of further variables of which an unknown name is a mistake */
  constructor(env: Environment, prefixes: readonly string[] = []) {
    this.#env = env;
    this.#prefixes = [...PREFIXES, ...prefixes];
  }

  /**
   * Value of a variable; null when it is unset. An empty value counts as unset, since compose files pass unset
   * variables that way.
   */
  text(name: string): string | null {
    this.#known.add(name);
    return this.#env[name]?.trim() || null;
  }

  /**
   * Adds the fault that a variable is missing which an installation with its own database needs.
   * @returns `fallback`, which stands in until the start is refused
   */
  required<T>(name: string, fallback: T): T {
    this.#faults.push(`${name} is required with DATABASE_URL.`);
    return fallback;
  }

  /** Reads a variable that is one of `words`; `fallback` when it is unset, or is none of them, which is a fault. */
  oneOf<const T extends string>(name: string, words: readonly T[], fallback: T): T {
    const text = this.text(name) ?? fallback;
    const word = words.find((candidate) => candidate === text);
    return word ?? this.addFault(name, `must be one of ${words.join(', ')}`, fallback);
  }

  /**
   * Reads a whole number from `least` to `most`; `fallback` when it is unset, or is no such number, which is a fault.
   */
  integer(name: string, fallback: number, least: number, most: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most
      ? number
      : this.addFault(name, `must be a whole number from ${least} to ${most}`, fallback);
  }

  /**
   * Reads a cron expression of six fields, seconds first; `fallback` when it is unset, or can't be read, which is a
   * fault.
   */
  cron(name: string, fallback: string): string {
    const text = this.text(name) ?? fallback;
    if (text.split(/\s+/).length === 6 && isCron(text)) return text;
    return this.addFault(name, 'must be a cron expression of six fields, the first one seconds', fallback);
  }

  /** Reads different words, separated by commas; null when it is unset. */
  list(name: string): string[] | null {
    const text = this.text(name);
    if (text === null) return null;
    const words = text.split(',').map((word) => word.trim());
    if (words.every((word) => word !== '') && new Set(words).size === words.length) return words;
    return this.addFault(name, 'must be a list of different names, separated by commas', []);
  }

  /** A secret that proves its holder; null when it is unset. */
  token(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!/^[\x21-\x7e]+$/.test(text))
      return this.addFault(name, 'must consist of visible ASCII characters without blanks', '');
    const rule =
      text.length < SHORTEST_TOKEN
        ? `must have at least ${SHORTEST_TOKEN} characters`
        : isPatternToken(text) && 'must be no pattern';
    if (rule === false) return text;
    return this.addFault(name, `${rule}, since it can be guessed otherwise (openssl rand -hex 24)`, '');
  }

  /** Networks, none when it is unset. */
  networks(name: string): Network[] {
    const networks = (this.list(name) ?? []).map(parseNetwork);
    const valid = networks.filter((network) => network !== null);
    if (valid.length === networks.length) return valid;
    return this.addFault(name, 'must be a list of IP addresses and networks such as 10.0.0.0/8, with commas', []);
  }

  /** Hosts and networks, none when it is unset. */
  allowedAddresses(name: string): AllowedAddress[] {
    const addresses = (this.list(name) ?? []).map(parseAllowedAddress);
    const valid = addresses.filter((address) => address !== null);
    if (valid.length === addresses.length) return valid;
    const rule = 'must be a list of hosts and networks, with a port if it is not 443, such as fhir.example.org:8443';
    return this.addFault(name, `${rule} or 10.0.0.0/8`, []);
  }

  /**
   * Encryption keys, null when it is unset. A weak one is refused, since whoever can write into the database could
   * forge what it opens; one behind the first may be named in EASYSMS_WEAK_KEYS until it is rotated away.
   */
  keys(name: string): EncryptionKey[] | null {
    // Read even if no key is weak: a variable that was never read is reported as unknown.
    const waived = this.list('EASYSMS_WEAK_KEYS') ?? [];
    const text = this.text(name);
    if (text === null) return null;
    const keys = parseKeys(text);
    if (!keys)
      return this.addFault(
        name,
        'must be id:base64[,id:base64…] with different ids and 32 bytes a key (openssl rand -base64 32)',
        [],
      );
    const weak = keys.filter((key, nth) => isWeak(key, keys.slice(0, nth)) && (nth === 0 || !waived.includes(key.id)));
    if (weak.length === 0) return keys;
    const rule = '32 random bytes are needed (openssl rand -base64 32)';
    return this.addFault(name, `has a key that is a pattern or stands there twice (${namesOf(weak)}): ${rule}`, []);
  }

  /** Reads the address of a PostgreSQL; null when it is unset. */
  databaseUrl(name: string): string | null {
    const text = this.text(name);
    if (text === null || (URL.canParse(text) && /^postgres(ql)?:\/\//.test(text))) return text;
    return this.addFault(name, 'must look like postgres://user:password@host:5432/database', '');
  }

  /** Reads the address at which others reach the service, and drops slashes at its end; null when it is unset. */
  publicUrl(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash || url.username) {
      return this.addFault(name, 'must be an http or https address without query', 'http://invalid');
    }
    return url.href.replace(/(?<!\/)\/+$/, '');
  }

  /**
   * Lists all faults so far, each a sentence for the operator, with the variables of our prefixes that nothing has
   * read.
   */
  faults(): string[] {
    const unknown = this.#prefixes.flatMap((prefix) => {
      const known = [...this.#known].filter((name) => name.startsWith(prefix)).join(', ');
      const names = Object.keys(this.#env).filter(
        (name) => name.startsWith(prefix) && !this.#known.has(name) && name !== CLI_VARIABLE,
      );
      return names.map((name) => `${name} is not a setting of EasySMS (known: ${known}).`);
    });
    return [...this.#faults, ...unknown];
  }

  /**
   * Adds the fault that `name` violates a rule, worded as `must be …`.
   * @returns `fallback`
   */
  addFault<T>(name: string, rule: string, fallback: T): T {
    this.#faults.push(`${name} ${rule}.`);
    return fallback;
  }

  /** Text of the file whose path is the value of a variable; null when it is unset. */
  file(name: string): string | null {
    const path = this.text(name);
    if (path === null) return null;
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return this.addFault(name, 'must be the path of a file that can be read', null);
    }
  }
}

/** 32 random bytes with fewer different ones among them do not occur: such a key is a pattern. */
const LEAST_DIFFERENT_BYTES = 9;
/** The limit for the 24 characters of the shortest token, which may be hexadecimal. */
const LEAST_DIFFERENT_CHARACTERS = 6;
/** The longest pattern that is searched for: in a key it stands there twice. */
const LONGEST_PATTERN = 16;
/** The share of a token that repeats what stands a pattern before it, since a sign is often put behind a pattern. */
const SHARE_REPEATED = 0.8;

/** True for bytes that are a pattern, as random ones are not. */
function isPattern(bytes: Uint8Array): boolean {
  return repeats(bytes, LEAST_DIFFERENT_BYTES, 1);
}

/** True for a token that is a pattern, but for a few characters and for capitals. */
function isPatternToken(token: string): boolean {
  return repeats(Buffer.from(token.toLowerCase()), LEAST_DIFFERENT_CHARACTERS, SHARE_REPEATED);
}

function repeats(bytes: Uint8Array, leastDifferent: number, share: number): boolean {
  return new Set(bytes).size < leastDifferent || isPeriodic(bytes, share) || isPeriodic(stepsOf(bytes), share);
}

/** True for bytes of which the first few come over and over. */
function isPeriodic(bytes: Uint8Array, share: number): boolean {
  const periods = Array.from({ length: LONGEST_PATTERN }, (_, nth) => nth + 1);
  return periods.some((period) => {
    const later = bytes.subarray(period);
    return later.filter((byte, at) => byte === bytes[at]).length >= share * later.length;
  });
}

/** The difference of each byte to the one in front of it: that of bytes in their order is the same everywhere. */
function stepsOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1).map((byte, at) => byte - (bytes[at] ?? 0));
}
