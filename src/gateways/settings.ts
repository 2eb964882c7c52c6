/** Fewest characters of a secret of our own choice: 24 random ones of base64 are 144 bits. */
export const SHORTEST_TOKEN = 24;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Reads the settings of one gateway, and collects faults, one line each and without any value. */
export class GatewaySettings {
  readonly faults: string[] = [];
  readonly #gateway: string;
  readonly #read: (name: string) => string | null;

  /** @param read value of an environment variable, trimmed; null when it is unset or empty */
  constructor(gateway: string, read: (name: string) => string | null) {
    this.#gateway = gateway;
    this.#read = read;
  }

  /** Reads a setting of visible ASCII, since it goes into headers; null when it is unset. */
  optional(name: string): string | null {
    const value = this.#read(name);
    if (value === null || /^[\x21-\x7e]+$/.test(value)) return value;
    return this.fault(`${name} must consist of visible ASCII characters, without blanks`, null);
  }

  /** Reads a setting that the gateway needs; '' where it is missing, which is a fault. */
  required(name: string): string {
    const value = this.#read(name);
    if (value !== null) return this.optional(name) ?? '';
    return this.fault(`${name} is missing: the gateway "${this.#gateway}" needs it`, '');
  }

  /** Secret of our own choice that proves callbacks: in their URLs, or as the key of their signature. */
  callbackToken(name: string): string {
    const value = this.required(name);
    if (value === '' || value.length >= SHORTEST_TOKEN) return value;
    const rule = `must have at least ${SHORTEST_TOKEN} characters, since it can be guessed otherwise`;
    return this.fault(`${name} ${rule} (openssl rand -hex 24)`, value);
  }

  /** Address of the supplier: its path is kept, and credentials go to this machine alone without TLS. */
  baseUrl(name: string, fallback: string): URL {
    const value = this.optional(name);
    const url = new URL(value !== null && URL.canParse(value) ? value : fallback);
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
    const plain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
    if (value !== null && (!URL.canParse(value) || !secure || !plain))
      this.faults.push(`${name} must be an https address without query (http is for this machine alone)`);
    return url;
  }

  /** SMS a second at most; null for no limit. */
  perSecond(name: string): number | null {
    return this.count(name, 1000);
  }

  /** Reads a whole number from 1 to `most`; null when it is unset. */
  count(name: string, most: number): number | null {
    const value = this.#read(name);
    if (value === null) return null;
    const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
    return number >= 1 && number <= most
      ? number
      : this.fault(`${name} must be a whole number from 1 to ${most}`, null);
  }

  /** Reads a setting that is one of `words`; `fallback` when it is unset, or is none of them, which is a fault. */
  oneOf<const T extends string>(name: string, words: readonly T[], fallback: T): T {
    const value = this.#read(name) ?? fallback;
    const word = words.find((candidate) => candidate === value);
    return word ?? this.fault(`${name} must be one of ${words.join(', ')}`, fallback);
  }

  /** Adds a fault. @returns `value`, which stands in until the start is refused */
  fault<T>(line: string, value: T): T {
    this.faults.push(line);
    return value;
  }
}
