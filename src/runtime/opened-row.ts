import type { Cipher } from '../domain/keyring.ts';

/** Says of a row that is shown that something of it could not be opened, and so is null. */
export interface MayBeUnreadable {
  readonly unreadable?: true;
}

/**
 * Opens the ciphertexts of one row that is shown without what can't be opened: damaged, moved to another row, or
 * encrypted under a key that is gone. It must take nothing away but itself.
 */
export class OpenedRow {
  readonly #cipher: Cipher;
  #unreadable = false;

  constructor({ cipher }: { readonly cipher: Cipher }) {
    this.#cipher = cipher;
  }

  /** The clear text; null where nothing is stored, and where it can't be opened. */
  open(authority: string, column: string, row: string, sealed: Uint8Array | null): string | null {
    return sealed && this.attempt(() => this.#cipher.decrypt(authority, column, row, sealed));
  }

  /** The result of `read`; null where it can't open something. */
  attempt<T>(read: () => T): T | null {
    try {
      return read();
    } catch {
      this.#unreadable = true;
      return null;
    }
  }

  /** The mark that is spread into what is shown. */
  get mark(): MayBeUnreadable {
    return this.#unreadable ? { unreadable: true } : {};
  }
}
