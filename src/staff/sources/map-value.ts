import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { readUnmapped } from './findings.ts';
import { auditedChange } from './masked-addresses.ts';
import { sourceSettingsOf } from './source-settings.ts';
import { lockSource, updateSource } from './sources.sql.ts';

/** Entries that a source's maps may have, as the API allows. */
const MOST = { statusMap: 200, locationMap: 500 } as const;

/** The meaning of a code that a source has sent. */
export interface Mapping {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly field: 'status' | 'location';
  /** The code as the booking system writes it. */
  readonly value: string;
  /** A status of appointments, or `ignore`; the text that an SMS prints for a place. */
  readonly to: string;
  readonly actor: string;
}

/**
 * Adds the meaning of a code to the settings of its source; everything else in them stays as it is at that moment.
 * @throws Problem 404 for an unknown source, and for a code that it has not sent or that is known by now; 422 `full`
 */
export async function mapValue(deps: DatabaseAccess, mapping: Mapping, now: Date): Promise<void> {
  const { authorityId, sourceId, field, value, to, actor } = mapping;
  await inTransaction(deps.db, async (trx) => {
    const before = await lockSource(trx, sourceId);
    if (before?.authorityId !== authorityId) throw notFound('source');
    const open = await readUnmapped({ db: trx }, authorityId, sourceId);
    if (!open.some((each) => each.field === field && each.value === value)) throw notFound('code');
    const name = field === 'status' ? 'statusMap' : 'locationMap';
    if (Object.keys(before[name]).length >= MOST[name])
      throw new Problem(422, 'full', `The ${name} of this source is full: ${MOST[name]} entries.`);
    const settings = { ...sourceSettingsOf(before), [name]: { ...before[name], [value]: to } };
    const kept = { hmacSecretCiphertext: undefined, fhirAuthorizationCiphertext: undefined };
    const after = await updateSource(trx, authorityId, sourceId, { settings, ...kept }, now);
    const change = { actor, authorityId, target: sourceId, action: 'source.replace', ...auditedChange(before, after) };
    await writeAudit(trx, change, now);
  });
}
