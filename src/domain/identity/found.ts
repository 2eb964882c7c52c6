import { isSamePatient } from '../patient-key.ts';
import type { HashedAlias } from './match-known.ts';
import { distinct, isFoundById, type Match } from './searches.ts';

/**
 * The stored appointments that the searches of an element found. A group has a thousand members at most, each of which
 * looks among all that were found for any: what each of them asks is worked out once.
 */
export class FoundAppointments {
  readonly all: readonly Match[];
  #byId: readonly Match[] | undefined;
  #deceased: readonly Match[] | undefined;
  #named: readonly Match[] | undefined;
  #aliases: ReadonlySet<string> | undefined;

  constructor(all: readonly Match[]) {
    this.all = all;
  }

  /** Appointments that were found by an id, their own or that of their group, each once. */
  get byId(): readonly Match[] {
    this.#byId ??= distinct(this.all.filter(isFoundById));
    return this.#byId;
  }

  /** Appointments that were found by their reference or an alias. */
  get named(): readonly Match[] {
    this.#named ??= this.all.filter(({ what }) => what === 'reference' || what === 'alias');
    return this.#named;
  }

  /** The appointment that is stored under this reference; undefined where there is none, or it was not looked up. */
  withReference(reference: string): Match | undefined {
    return this.named.find((each) => each.what === 'reference' && each.reference === reference);
  }

  /** True when one of them has the alias. */
  hasAlias({ kind, value }: HashedAlias): boolean {
    this.#aliases ??= new Set(this.all.flatMap(({ aliases }) => aliases.map(([of, stored]) => `${of}\n${stored}`)));
    return this.#aliases.has(`${kind}\n${value}`);
  }

  /** True for the key of a patient who is known to have died. */
  isDeceased(patientKey: Buffer | null | undefined): boolean {
    this.#deceased ??= this.all.filter(({ what }) => what === 'deceased');
    return this.#deceased.some((each) => isSamePatient(patientKey, each.patientKey));
  }
}
