import type { Trx } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import type { Keyring } from '../../domain/keyring.ts';
import { erasedReference, idOfWhole, mayNameCitizen } from '../../domain/reference.ts';
import { withPlainDigits } from '../../domain/text/unicode.ts';
import { batchesOf } from '../../store/appointments-of-number.ts';
import type { Concerned } from './concerned.sql.ts';
import {
  findEventReferences,
  findIds,
  findSharedIds,
  lockWithIds,
  replaceEventReferences,
  replaceIds,
  type StoredIds,
} from './concerned.sql.ts';

/** Digits of a Danish number, and of the end of any other. */
const DIGITS = 8;

/**
 * Replaces ids that may be the number of an erased citizen, wherever they stand: as references, as ids of groups and of
 * what went on in an appointment's place, and in the events that tell them. Later messages find the appointment by the
 * same keyed hash (`intake/erased-ids`). What belongs to somebody else, too, keeps its ids as long as they don't hold
 * this very number: its booking system would not know it by others.
 * @param phone E.164
 */
export async function eraseReferences(
  trx: Trx,
  keyring: Keyring,
  authorityId: string,
  { batches, phone }: { readonly batches: readonly Concerned[]; readonly phone: string },
): Promise<void> {
  const theirs = batches.flatMap(({ own, lost }) => [...own, ...lost]);
  const wrong = batches.flatMap((batch) => batch.wrong);
  const holdsNumber = (id: string) => digitsOf(id).includes(digitsOf(phone).slice(-DIGITS)) && mayNameCitizen(id);
  const own = await findAll(trx, authorityId, theirs);
  const others = await findAll(trx, authorityId, wrong);
  const meant = [
    ...own.flatMap((row) =>
      idsOf(row)
        .filter(mayNameCitizen)
        .map((id) => ({ sourceId: row.source_id, id })),
    ),
    ...others.flatMap((row) =>
      idsOf(row)
        .filter(holdsNumber)
        .map((id) => ({ sourceId: row.source_id, id })),
    ),
  ];
  for (const [sourceId, all] of grouped(meant, (each) => each.sourceId)) {
    const ids = [...new Set(all.map(({ id }) => id))];
    const shared = await findSharedIds(trx, { sourceId, ids }, theirs);
    const kept = (id: string) => !holdsNumber(id) && shared.has(idOfWhole(id));
    // By id, as everybody locks appointments.
    const replaced = ids.filter((id) => !kept(id)).sort();
    for (const batch of batchesOf(replaced)) await replace(trx, keyring, sourceId, batch);
  }
}

async function findAll(trx: Trx, authorityId: string, ids: readonly string[]): Promise<StoredIds[]> {
  const found: StoredIds[] = [];
  for (const batch of batchesOf(ids)) found.push(...(await findIds(trx, authorityId, batch)));
  return found;
}

async function replace(trx: Trx, keyring: Keyring, sourceId: string, ids: readonly string[]): Promise<void> {
  const isMeant = new Set(ids);
  const erased = <Id extends string | null>(id: Id) =>
    id !== null && (isMeant.has(id) || isMeant.has(idOfWhole(id)))
      ? erasedReference(id, (each) => keyring.idHash(sourceId, each))
      : id;
  const rows = await lockWithIds(trx, { sourceId, ids });
  await replaceIds(
    trx,
    rows.map((row) => ({
      ...row,
      reference: erased(row.reference),
      group_reference: erased(row.group_reference),
      replaced_by: erased(row.replaced_by),
    })),
  );
  const appointments = rows.map(({ id }) => id);
  const told = await findEventReferences(trx, appointments);
  const replaced = told.flatMap((each) => {
    const by = erased(each.reference);
    return by === each.reference ? [] : [{ ...each, by }];
  });
  if (replaced.length > 0) await replaceEventReferences(trx, appointments, replaced);
}

function idsOf({ reference, group_reference: group, replaced_by: successor }: StoredIds): string[] {
  return [reference, group, successor].filter((id) => id !== null);
}

function digitsOf(id: string): string {
  return withPlainDigits(id).replace(/\D/g, '');
}
