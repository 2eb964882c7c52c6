import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { hashedPatientId } from './patient-key.ts';

/** Key of `EASYSMS_ENCRYPTION_KEYS`; `bytes` are 32. */
export interface EncryptionKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Ciphertext of a key that is not configured any more. */
export class UnknownKeyError extends Error {
  constructor(keyId: string) {
    super(`encrypted under key "${keyId}", which is not among EASYSMS_ENCRYPTION_KEYS`);
    this.name = 'UnknownKeyError';
  }
}

/** Ciphertext that is not bound to its row, though all of this database are: somebody put it there. */
export class UnboundError extends Error {
  constructor() {
    super('not bound to its row, though every ciphertext of this database is');
    this.name = 'UnboundError';
  }
}

const NONCE = 12;
const NONCES_AT_ONCE = 256;
const TAG = 16;
/** 128 bits: ids of one source are a few millions, and what tells them apart can't be chosen without the key. */
const ID_HASH_BYTES = 16;

/** The first byte of a ciphertext that is bound to its row; without it, the length of the key's id is the first. */
const BOUND = 0;

/**
 * Encryption of columns by AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2). Layout: a zero, length of
 * the key's id, the id, nonce, ciphertext, tag. Authority, column and row are authenticated data, so that a ciphertext
 * copied to another row or column does not decrypt. What the first release wrote, without the zero, is not bound to its
 * row: it is read only in a database that still holds such ones.
 */
export class Cipher {
  readonly #firstId: string;
  /** Key objects are made once: bytes would be made into one by each call. */
  readonly #first: KeyObject;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** The head of every ciphertext: a zero, the length of the first key's id, and the id. */
  readonly #head: Buffer;
  #nonces = Buffer.alloc(0);
  /** True while the database holds ciphertexts of the first release that were not encrypted anew. */
  readsUnbound = false;
  /** Told the column of each ciphertext that could not be opened. */
  onUnreadable: (column: string) => void = () => {};

  /** @param keys at least one; the first encrypts, all decrypt */
  constructor(keys: readonly EncryptionKey[]) {
    const first = keys[0];
    if (!first) throw new Error('at least one encryption key is needed');
    this.#firstId = first.id;
    this.#first = createSecretKey(first.bytes);
    this.#keys = new Map(keys.map(({ id, bytes }) => [id, createSecretKey(bytes)]));
    const id = Buffer.from(first.id);
    this.#head = Buffer.concat([Buffer.from([BOUND, id.length]), id]);
  }

  /** True for a ciphertext that `encrypt` would write now: under the first key, and bound to its row. */
  isCurrent(sealed: Uint8Array): boolean {
    return this.#head.equals(sealed.subarray(0, this.#head.length));
  }

  /** Id of the key that encrypts. */
  get firstKeyId(): string {
    return this.#firstId;
  }

  /**
   * Encrypts a value.
   * @param authority id of the owner, or '' for data of the installation
   * @param column `table.column`
   * @param row what identifies the row: its id, or its key
   */
  encrypt(authority: string, column: string, row: string, clear: string | Buffer): Buffer {
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', this.#first, nonce);
    cipher.setAAD(Buffer.from(`${authority}\n${column}\n${row}`));
    const sealed = cipher.update(clear);
    // GCM has no remaining output here, but `final` computes the tag.
    cipher.final();
    return Buffer.concat([this.#head, nonce, sealed, cipher.getAuthTag()]);
  }

  /** Nonces are cut from a buffer of random bytes, each used once: 12 random bytes cost as much as thousands. */
  #nonce(): Buffer {
    if (this.#nonces.length < NONCE) this.#nonces = randomBytes(NONCE * NONCES_AT_ONCE);
    const nonce = this.#nonces.subarray(0, NONCE);
    this.#nonces = this.#nonces.subarray(NONCE);
    return nonce;
  }

  /**
   * Decrypts to bytes.
   * @throws UnknownKeyError when its key is not configured; UnboundError for one of the first release where none is
   * left; Error when it was changed or belongs to another authority, column or row
   */
  decryptBytes(authority: string, column: string, row: string, sealed: Uint8Array): Buffer {
    try {
      return this.#open(authority, column, row, sealed);
    } catch (error) {
      this.onUnreadable(column);
      throw error;
    }
  }

  #open(authority: string, column: string, row: string, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const start = bytes[0] === BOUND ? 1 : 0;
    if (start === 0 && !this.readsUnbound) throw new UnboundError();
    const idEnd = start + 1 + (bytes[start] ?? 0);
    const key = this.#keys.get(bytes.toString('utf8', start + 1, idEnd));
    if (!key) throw new UnknownKeyError(keyIdOf(sealed));
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(idEnd, idEnd + NONCE), {
      authTagLength: TAG,
    });
    decipher.setAAD(Buffer.from(start === 0 ? `${authority}\n${column}` : `${authority}\n${column}\n${row}`));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    return Buffer.concat([decipher.update(bytes.subarray(idEnd + NONCE, bytes.length - TAG)), decipher.final()]);
  }

  /** Decrypts to text. @throws as `decryptBytes` does */
  decrypt(authority: string, column: string, row: string, sealed: Uint8Array): string {
    return this.decryptBytes(authority, column, row, sealed).toString('utf8');
  }
}

/** True for a ciphertext that is bound to its row; those of the first release were not. */
export function isBound(sealed: Uint8Array): boolean {
  return sealed[0] === BOUND;
}

/** Id of the key that `sealed` was encrypted with. */
export function keyIdOf(sealed: Uint8Array): string {
  const start = sealed[0] === BOUND ? 2 : 1;
  return Buffer.from(sealed.subarray(start, start + (sealed[start - 1] ?? 0))).toString('utf8');
}

/** Cipher and keyed hashes, which keep phone numbers and patient ids out of the database in clear. */
export class Keyring {
  readonly cipher: Cipher;
  readonly #lookupKey: KeyObject;
  readonly #patientKey: KeyObject;

  constructor(cipher: Cipher, lookupKey: Buffer, patientKey: Buffer) {
    this.cipher = cipher;
    this.#lookupKey = createSecretKey(lookupKey);
    this.#patientKey = createSecretKey(patientKey);
  }

  /** Keyed hash by which a number is looked up. @param phone in E.164 */
  phoneHash(phone: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`phone\n${phone}`).digest();
  }

  /** True when the hash is that of the number: compared before a call, so that no exchanged row has an SMS sent. */
  isHashOf(hash: Buffer | null, phone: string): boolean {
    return hash?.equals(this.phoneHash(phone)) ?? false;
  }

  /**
   * Keyed hash of a booking system's patient id. It includes the source, so that equal ids of two systems have
   * different hashes.
   * @param asGiven true: of the id as it was written, as the first release made it
   */
  patientKey(source: string, patientId: string, { asGiven = false } = {}): Buffer {
    const id = asGiven ? patientId : hashedPatientId(patientId);
    return createHmac('sha256', this.#patientKey).update(`${source}\n${id}`).digest();
  }

  /**
   * Keyed hash of an id that a booking system gave and that need not be shown: an alias, an idempotency key. 22
   * characters; it includes the source, like `patientKey`.
   */
  idHash(source: string, id: string): string {
    const hash = createHmac('sha256', this.#lookupKey).update(`id\n${source}\n${id}`).digest();
    return hash.toString('base64url', 0, ID_HASH_BYTES);
  }

  /** Keyed hash of a code that a booking system gave, by which what came with it is found. */
  codeHash(source: string, code: string): Buffer {
    return this.digest('code', `${source}\n${code}`);
  }

  /**
   * Keyed digest of content. It is keyed because the content holds phone numbers, which an unkeyed digest would reveal
   * by trying all of them.
   */
  digest(purpose: string, content: string | Uint8Array): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`digest\n${purpose}\n`).update(content).digest();
  }

  /** Derives a key for another purpose, such as signing session cookies. */
  derive(purpose: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`derive\n${purpose}`).digest();
  }
}

/**
 * Identifies the row of a message: by the reminder and the gateway, of which there is one message however often it is
 * tried; an answer to a citizen by its id.
 */
export function messageRow(message: {
  readonly id: string;
  readonly reminder_id: string | null;
  readonly gateway: string;
}): string {
  return message.reminder_id === null ? message.id : `${message.reminder_id} ${message.gateway}`;
}

/** The row of a pair of secrets: it belongs to its source. */
export function secretRow(sourceId: string, secretId: string): string {
  return `${sourceId} ${secretId}`;
}

/**
 * The label under which a message's text is encrypted. Labels are part of the authenticated data, so this one keeps the
 * name of the table that held texts before they moved to `message`.
 */
export const MESSAGE_TEXT = 'message_text.text';
