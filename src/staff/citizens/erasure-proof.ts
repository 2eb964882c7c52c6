import { actorNames } from '../../accounts/people/names.ts';
import type { Reader } from '../../accounts/phone-access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { findErasures } from './citizens.sql.ts';
import { type Erasure, sumOfErasures } from './erase-citizen.ts';
import { type LookUpDeps, lookUpHash } from './look-up-citizen.ts';

/** The proof that a citizen was erased: it says what, when and by whom, and not whom. */
export interface ErasureProof {
  /** Id of the entry of the audit. */
  readonly id: string;
  readonly at: Date;
  /** The actor with the name beside the id, as `actorNames` has it. */
  readonly by: string;
  readonly erased: Erasure;
}

/** Reads the proof of an erasure. @returns undefined for an id that is none of this authority's */
export async function readErasure(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string,
  id: string,
): Promise<ErasureProof | undefined> {
  const entries = await findErasures(deps.db, authorityId, id);
  const [first] = entries;
  if (!first) return undefined;
  const nameOf = await actorNames(deps, authorityId, [first.actor]);
  const erased = sumOfErasures(entries.map(({ after }) => after as Erasure));
  return { id, at: first.at, by: nameOf(first.actor), erased };
}

/** Counts of what is held about a number, before it is erased. */
export interface ErasurePreview {
  /** The most that is counted of each is a hundred. */
  readonly held: Pick<Erasure, 'appointments' | 'messages' | 'inbound' | 'optOuts' | 'patients'>;
  /** There is more than what was counted. */
  readonly more: boolean;
  /** Tells the same number from another one without naming it. */
  readonly mark: string;
}

/**
 * Counts what is held about a number, which is audited like looking it up.
 * @param asked.mark of the number (`markOf`), so that a form that comes back need not hold the number
 */
export async function previewErasure(
  deps: LookUpDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly mark: string },
  now: Date,
): Promise<ErasurePreview> {
  const { authorityId, mark } = asked;
  const phoneHash = Buffer.from(mark, 'base64url');
  const { appointments, messages, inbound, optOuts, patients, next } = await lookUpHash(
    deps,
    reader,
    { authorityId, phoneHash },
    now,
  );
  const kept = optOuts.filter(({ phone }) => phone !== null);
  const held = {
    appointments: appointments.length,
    messages: messages.length,
    inbound: inbound.length,
    optOuts: kept.length,
    patients: patients.length,
  };
  return { held, more: next !== null, mark };
}

/** A keyed hash of a number (E.164): the second step of an erasure is given it in place of the number. */
export function markOf({ keyring }: KeyringAccess, phone: string): string {
  return keyring.phoneHash(phone).toString('base64url');
}
