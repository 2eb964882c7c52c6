import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** A key of `EASYSMS_ENCRYPTION_KEYS`; 32 bytes. */
export interface EncryptionKey {
  readonly id: string;
  readonly bytes: Buffer;
}

export class UnknownKeyError extends Error {
  constructor(keyId: string) {
    super(`encrypted under key "${keyId}", which is not among EASYSMS_ENCRYPTION_KEYS`);
    this.name = 'UnknownKeyError';
  }
}

const NONCE = 12;
const NONCES_AT_ONCE = 256;
const TAG = 16;

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2). Layout: length of the key's id, the id, nonce,
 * ciphertext, tag. The authority and the column are authenticated with it, so that a ciphertext moved to another's row
 * doesn't open.
 */
export class Cipher {
  readonly #first: EncryptionKey;
  readonly #keys: ReadonlyMap<string, EncryptionKey>;
  /** Length of the first key's id, and the id. */
  readonly #head: Buffer;
  #nonces = Buffer.alloc(0);

  /** @param keys at least one; the first encrypts, all decrypt. */
  constructor(keys: readonly EncryptionKey[]) {
    const first = keys[0];
    if (!first) throw new Error('at least one encryption key is needed');
    this.#first = first;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    const id = Buffer.from(first.id);
    this.#head = Buffer.concat([Buffer.from([id.length]), id]);
  }

  get firstKeyId(): string {
    return this.#first.id;
  }

  /** @param authority the owner's id, or '' for what belongs to the installation; @param column `table.column`. */
  encrypt(authority: string, column: string, clear: string | Buffer): Buffer {
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', this.#first.bytes, nonce);
    cipher.setAAD(Buffer.from(`${authority}\n${column}`));
    const sealed = cipher.update(clear);
    // GCM holds nothing back for the end, but the tag is made there.
    cipher.final();
    return Buffer.concat([this.#head, nonce, sealed, cipher.getAuthTag()]);
  }

  /** Taken from a store of random bytes, each once: asking for twelve costs as much as for thousands. */
  #nonce(): Buffer {
    if (this.#nonces.length < NONCE) this.#nonces = randomBytes(NONCE * NONCES_AT_ONCE);
    const nonce = this.#nonces.subarray(0, NONCE);
    this.#nonces = this.#nonces.subarray(NONCE);
    return nonce;
  }

  /**
   * @throws UnknownKeyError when its key is gone; Error when it was changed or belongs to another authority or column.
   */
  decryptBytes(authority: string, column: string, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const idEnd = 1 + (bytes[0] ?? 0);
    const key = this.#keys.get(bytes.toString('utf8', 1, idEnd));
    if (!key) throw new UnknownKeyError(keyIdOf(sealed));
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(idEnd, idEnd + NONCE), {
      authTagLength: TAG,
    });
    decipher.setAAD(Buffer.from(`${authority}\n${column}`));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    return Buffer.concat([decipher.update(bytes.subarray(idEnd + NONCE, bytes.length - TAG)), decipher.final()]);
  }

  decrypt(authority: string, column: string, sealed: Uint8Array): string {
    return this.decryptBytes(authority, column, sealed).toString('utf8');
  }
}

/** The id of the key that `sealed` was encrypted under. */
export function keyIdOf(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(1, 1 + (sealed[0] ?? 0))).toString('utf8');
}

/** Cipher and keyed hashes together: what stands between a citizen's number and the database. */
export class Keyring {
  readonly cipher: Cipher;
  readonly #lookupKey: Buffer;
  readonly #patientKey: Buffer;

  constructor(cipher: Cipher, lookupKey: Buffer, patientKey: Buffer) {
    this.cipher = cipher;
    this.#lookupKey = lookupKey;
    this.#patientKey = patientKey;
  }

  /** @param phone E.164. */
  phoneHash(phone: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`phone\n${phone}`).digest();
  }

  /** Of a booking system's patient id; the source stands in it, so that two systems' ids never meet. */
  patientKey(source: string, patientId: string): Buffer {
    return createHmac('sha256', this.#patientKey).update(`${source}\n${patientId}`).digest();
  }

  /** Keyed, since what is digested holds numbers that could be found again by trying them all. */
  digest(purpose: string, content: string | Uint8Array): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`digest\n${purpose}\n`).update(content).digest();
  }

  /** A key of its own for another use, say the signing of session cookies. */
  derive(purpose: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`derive\n${purpose}`).digest();
  }
}
