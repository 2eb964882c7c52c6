import type { Trx } from '../database/tables.ts';
import { hasBegun, isUpcoming } from '../domain/appointment.ts';
import { grouped } from '../domain/grouped.ts';
import { asksOfPatient, keptFor } from '../domain/identity/kept-patient.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { OfPatient } from '../domain/patient-key.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import { endKept, type KnownPatientKey, keptPhoneOf } from '../store/known-patients.ts';
import { phoneOf } from '../store/places.ts';
import type { Change, Envelope } from './envelope.ts';
import { findOfPatients, noteProtected, type StoredOfPatient } from './patients.sql.ts';

/** The number of one appointment of a patient. */
interface Numbered {
  readonly hash: string;
  readonly phone: () => string | null;
  readonly language: string | null;
}

interface Asking {
  readonly key: KnownPatientKey;
  /** In milliseconds, by the settings of the source as they are now. */
  readonly keptFor: number;
}

/** A patient whom events ask for, with the numbers of the appointments ahead by their reference. */
interface Asked extends KnownPatientKey {
  readonly numbers: Map<string, Numbered>;
  readonly kept: StoredOfPatient | undefined;
  /** The number that is kept, where that is not over yet. */
  readonly keptPhone: string | null;
  isReferredTo: boolean;
}

/**
 * The patients whom changes ask for, since they come without a number (`asksOfPatient`): what is kept of them, and the
 * numbers of their other appointments ahead, those of earlier changes of the same commit among them. Events that bring
 * a number look nothing up.
 */
export class PatientsAskedFor {
  readonly #asked: ReadonlyMap<string, Asked>;
  readonly #protected = new Map<string, KnownPatientKey>();
  readonly #now: Date;

  private constructor(asked: ReadonlyMap<string, Asked>, now: Date) {
    this.#asked = asked;
    this.#now = now;
  }

  /** Looks up the patients whom these changes ask for. */
  static async find(
    { keyring }: KeyringAccess,
    trx: Trx,
    changes: readonly Change[],
    now: Date,
  ): Promise<PatientsAskedFor> {
    const asking = new Map<string, Asking>();
    for (const { event, envelope } of changes) {
      if (!asksOfPatient(event, envelope.source)) continue;
      const key = { sourceId: envelope.source.id, patientKey: event.patientKey };
      asking.set(nameOf(key), { key, keptFor: keptFor(envelope.source) });
    }
    if (asking.size === 0) return new PatientsAskedFor(new Map(), now);
    const patients = [...asking.values()];
    const rows = await findOfPatients(
      trx,
      patients.map(({ key }, asked) => ({ ...key, asked })),
      now,
    );
    const found = grouped(rows, ({ asked }) => asked);
    const asked = patients.map((each, nth) => askedFrom(each, found.get(nth) ?? [], keyring, now));
    return new PatientsAskedFor(new Map(asked.map((each) => [nameOf(each), each])), now);
  }

  /** The patient of a change, as far as known elsewhere; undefined for a change that does not ask. */
  of({ event, envelope }: Change): OfPatient | undefined {
    const asked = asksOfPatient(event, envelope.source) && this.#named(envelope, event.patientKey);
    if (!asked) return undefined;
    const [first, ...others] = asked.numbers.values();
    const differ = others.some(({ hash }) => hash !== first?.hash);
    const { kept, keptPhone } = asked;
    // What is kept came before the appointments: where theirs differ, it is no better than a guess either.
    const phone = first ? (differ ? null : first.phone()) : keptPhone;
    const language = first ? first.language : keptPhone === null ? null : (kept?.language ?? null);
    return { phone, language, protected: event.protected === undefined && kept?.protected === true };
  }

  /** Notes what an accepted change leaves, for those after it. */
  note({ event, envelope }: Change, after: StoredAppointment): void {
    const { patientKey, phone, phoneHash, reference } = after;
    if (patientKey === null) return;
    const key = { sourceId: envelope.source.id, patientKey };
    if (event.protected === true) this.#protected.set(nameOf(key), key);
    const asked = this.#asked.size === 0 ? undefined : this.#named(envelope, patientKey);
    if (!asked || after.test) return;
    asked.numbers.delete(reference);
    if (!isUpcoming(after.status) || hasBegun(after, this.#now)) return;
    if (asksOfPatient(event, envelope.source)) asked.isReferredTo = true;
    if (phone === null || phoneHash === null) return;
    const { language } = after;
    asked.numbers.set(reference, { hash: phoneHash.toString('hex'), phone: () => phone, language });
  }

  /** Ends what is kept of the patients to whom appointments refer now, and keeps which ones are protected. */
  async finish(trx: Trx): Promise<void> {
    await endKept(
      trx,
      [...this.#asked.values()].filter(({ kept, isReferredTo }) => kept && kept.kept_at !== null && isReferredTo),
    );
    await noteProtected(trx, [...this.#protected.values()], this.#now);
  }

  #named({ source }: Envelope, patientKey: Buffer): Asked | undefined {
    return this.#asked.get(nameOf({ sourceId: source.id, patientKey }));
  }
}

function nameOf({ sourceId, patientKey }: KnownPatientKey): string {
  return `${sourceId} ${patientKey.toString('hex')}`;
}

function askedFrom(
  { key, keptFor: keptMs }: Asking,
  rows: readonly StoredOfPatient[],
  keyring: Keyring,
  now: Date,
): Asked {
  const kept = rows.find(({ reference }) => reference === null);
  const isFresh = kept?.kept_at && kept.kept_at.getTime() + keptMs > now.getTime();
  const numbers = rows.flatMap((row): [string, Numbered][] => {
    const { reference, phone_hash: hash, language } = row;
    if (reference === null || hash === null) return [];
    return [[reference, { hash: hash.toString('hex'), phone: () => openedPhone(row, keyring), language }]];
  });
  const keptPhone = isFresh ? keptPhoneOf(kept, keyring) : null;
  return { ...key, numbers: new Map(numbers), kept, keptPhone, isReferredTo: false };
}

/** null where the number can't be opened: that takes nothing but itself away. */
function openedPhone(row: StoredOfPatient, keyring: Keyring): string | null {
  try {
    return phoneOf(row, keyring);
  } catch {
    return null;
  }
}
