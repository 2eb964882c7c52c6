import type { Authority } from '../domain/authority.ts';
import { PATIENT_BYTES } from '../domain/patient-key.ts';
import { OTHER_DEPARTMENTS } from '../domain/reminder.ts';
import { BackgroundWriter } from '../runtime/background-writer.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import { departmentId } from '../store/places.ts';
import { findCounted, noteSightings, type Sighting } from './departments.sql.ts';

/** The time for which names that another process began to count may be counted as `other` here. */
const REFRESH_MS = 60_000;
const MOST_AUTHORITIES = 10_000;
const MOST_SEEN = 10_000;
const MOST_WAITING = 2_000;

/** Knows under which name statistics count a department. */
export interface DepartmentCounting {
  /**
   * The department as reminders have it: its name where a rule of the authority has it, or where it was seen on five
   * patients; `other` for any other, which may hold anything that a sender writes. null for none.
   */
  countedAs(authority: Authority, appointment: StoredAppointment): string | null;
}

/** The counting of a dry run, whose reminders nobody counts. */
export const UNCOUNTED: DepartmentCounting = { countedAs: () => null };

/** The departments that are counted by name, handed to what plans reminders. */
export interface DepartmentAccess {
  readonly departments: DepartmentCounting;
}

/**
 * Counts on how many patients each department was seen, beside the responses: what gets lost comes again with the next
 * appointment.
 */
export class CountedDepartments implements DepartmentCounting {
  readonly #deps: DatabaseAccess & KeyringAccess & CurrentTime;
  readonly #counted = new Map<string, { readonly readAt: number; readonly names: ReadonlySet<string> }>();
  /** Sightings that were noted, so that a patient counts once without a statement. */
  readonly #seen = new Set<string>();
  readonly #waiting = new Map<string, Sighting[]>();
  readonly #writer: BackgroundWriter;

  constructor(deps: DatabaseAccess & KeyringAccess & CurrentTime) {
    this.#deps = deps;
    this.#writer = new BackgroundWriter(
      () => (this.#waiting.size === 0 ? null : this.#writeRound()),
      () => {
        this.#seen.clear();
        this.#waiting.clear();
      },
    );
  }

  /** Reads the names of these authorities, unless they were read within the minute. */
  async load(authorityIds: readonly string[]): Promise<void> {
    const now = this.#deps.now().getTime();
    const isOld = (id: string) => Math.abs(now - (this.#counted.get(id)?.readAt ?? -REFRESH_MS)) >= REFRESH_MS;
    const old = authorityIds.filter(isOld);
    if (old.length === 0) return;
    if (this.#counted.size + old.length > MOST_AUTHORITIES) this.#counted.clear();
    const found = await findCounted(this.#deps.db, old);
    for (const id of old) this.#counted.set(id, { readAt: now, names: found.get(id) ?? new Set() });
  }

  /**
   * Decides as `DepartmentCounting` says, and notes a department that is not counted by name yet with its patient. null
   * for an appointment without one.
   */
  countedAs(authority: Authority, appointment: StoredAppointment): string | null {
    const { department } = appointment;
    if (department === null) return null;
    if (this.#counted.get(authority.id)?.names.has(department)) return department;
    if (authority.rules.some(({ when }) => when?.departments?.includes(department))) return department;
    this.#see(authority.id, department, appointment.patientKey ?? appointment.phoneHash);
    return OTHER_DEPARTMENTS;
  }

  /** Resolves when everything seen so far is noted, or given up. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  #see(authorityId: string, name: string, patient: Buffer | null): void {
    if (!patient) return;
    const key = this.#deps.keyring.idHash(authorityId, departmentId(name));
    const part = patient.subarray(0, PATIENT_BYTES);
    const sighting = `${authorityId} ${key} ${part.toString('hex')}`;
    if (this.#seen.has(sighting) || this.#waiting.size >= MOST_WAITING) return;
    if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
    this.#seen.add(sighting);
    const of = `${authorityId} ${key}`;
    this.#waiting.set(of, [...(this.#waiting.get(of) ?? []), { authorityId, name, key, patient: part }]);
    this.#writer.start();
  }

  async #writeRound(): Promise<void> {
    const round: Sighting[] = [];
    for (const [of, [first, ...rest]] of this.#waiting) {
      if (first) round.push(first);
      if (rest.length > 0) this.#waiting.set(of, rest);
      else this.#waiting.delete(of);
    }
    for (const { authorityId, name } of await noteSightings(this.#deps.db, round, this.#deps.now()))
      this.#count(authorityId, name);
  }

  #count(authorityId: string, name: string): void {
    const known = this.#counted.get(authorityId);
    if (known) this.#counted.set(authorityId, { ...known, names: new Set([...known.names, name]) });
  }
}
