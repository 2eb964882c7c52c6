import type { Clock } from './clock.ts';
import type { Db } from './database/tables.ts';
import type { Cipher } from './domain/keyring.ts';
import { CLOCKS_APART_MS, type Sending, type SendingHeld } from './runtime/deps.ts';
import { holdsUnbound, readBinding } from './store/installation.ts';

/** State of this process that decides whether it may hand over. */
export class SendingState implements Sending {
  readonly #sending: 'on' | 'off';
  readonly #clock: Clock;
  readonly #cipher: Pick<Cipher, 'readsUnbound'> | null;
  /** Result of the last comparison with the database's clock. */
  #compared: { readonly seconds: number; readonly offMonotonicMs: number } | null = null;
  /** True when the database is bound to another PUBLIC_URL. */
  foreign = false;
  /** True when the database was restored from a backup, and staff have not stated the backup's time yet. */
  restored = false;
  stopping = false;

  /** @param cipher reads unbound ciphertexts until the database has none left */
  constructor(sending: 'on' | 'off', clock: Clock, cipher: Pick<Cipher, 'readsUnbound'> | null = null) {
    this.#sending = sending;
    this.#clock = clock;
    this.#cipher = cipher;
  }

  /** The reason why nothing may be handed over; null: it may, as far as settings and database say. */
  heldReason(): SendingHeld | null {
    if (this.restored) return 'restored';
    if (this.foreign) return 'other_public_url';
    return this.#sending === 'off' ? 'sending_off' : null;
  }

  /** Reads the binding of the database anew, since another process or an administrator may have changed it. */
  async refresh(db: Db, publicUrl: string): Promise<void> {
    const binding = await readBinding(db);
    this.foreign = binding.publicUrl !== publicUrl;
    this.restored = binding.restored;
    // Only in one direction: what is refused once stays so, whatever the database says.
    if (this.#cipher?.readsUnbound) this.#cipher.readsUnbound = await holdsUnbound(db);
  }

  /**
   * Seconds that the process's clock is ahead of the database's; null before the first comparison. It includes changes
   * of the process's clock since then: until the next comparison a whole day's reminders might otherwise be sent early,
   * or at night.
   */
  get clockDifference(): number | null {
    return this.#compared && this.#compared.seconds + (this.#offMonotonicMs() - this.#compared.offMonotonicMs) / 1000;
  }

  /** Sets the difference in seconds, as it was compared just now. */
  set clockDifference(seconds: number) {
    this.#compared = { seconds, offMonotonicMs: this.#offMonotonicMs() };
  }

  /** Milliseconds that the process's clock is ahead of the database's; 0 before the first comparison. */
  get aheadMs(): number {
    return (this.clockDifference ?? 0) * 1000;
  }

  /** True while the clocks differ by more than 30 s: what is due can't be decided then. */
  get clocksApart(): boolean {
    return Math.abs(this.aheadMs) > CLOCKS_APART_MS;
  }

  #offMonotonicMs(): number {
    return this.#clock.now().getTime() - this.#clock.monotonic();
  }
}
