import { inTransaction } from '../database/transaction.ts';
import { type AppointmentStatus, STATUSES } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { silent } from '../domain/identity/match-known.ts';
import { unaliased } from '../domain/identity/resolved-event.ts';
import { type HashCode, meaningsByHash } from '../domain/unclear-status.ts';
import { STATUS_OF_TYPE } from '../formats/json/json-schema.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { findSourcesWithAuthority, type Owner } from '../store/sources.ts';
import { applyChanges } from './apply-changes.ts';
import { CountedDepartments } from './departments.ts';
import type { Change } from './envelope.ts';
import { listUnclearSources, lockUnclear, type UnclearRow } from './unclear.sql.ts';

type ReleaseDeps = DatabaseAccess & KeyringAccess & CurrentTime;

/** The meaning that settings give to a code: a status, that it is none, or that it changes none. */
type CodeMeaning = AppointmentStatus | 'ignore' | 'unchanged';

/** Appointments of one transaction. */
const AT_ONCE = 200;

/**
 * Gives appointments ahead, whose status is unclear by a word that the settings of their source map by now, the status
 * that this word has, as if it came now. Each transaction looks at the settings and locks what it changes.
 */
export async function releaseMapped(
  deps: ReleaseDeps & { readonly departments: CountedDepartments },
  sourceId: string,
): Promise<void> {
  const hash: HashCode = (code) => deps.keyring.codeHash(sourceId, code);
  const known = (await findSourcesWithAuthority(deps.db, [sourceId])).get(sourceId);
  await deps.departments.load(known ? [known.authority.id] : []);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const behind: string = after;
    const now = deps.now();
    after = await inTransaction(deps.db, async (trx) => {
      const owner = (await findSourcesWithAuthority(trx, [sourceId])).get(sourceId);
      const { words, meaningOf } = meaningsByHash(
        owner ? meaningsIn(owner.source) : new Map<string, CodeMeaning>(),
        hash,
      );
      if (!owner || words.length === 0) return undefined;
      const rows = await lockUnclear(trx, owner.source, words, { after: behind, limit: AT_ONCE }, now);
      const changes = rows.flatMap((row) => {
        const meaning = meaningOf(row.unclear);
        return meaning === undefined ? [] : [changeOf(owner, row, meaning)];
      });
      await applyChanges(deps, trx, changes, now);
      return rows.length < AT_ONCE ? undefined : rows.at(-1)?.reference;
    });
  }
}

/** The same for all sources: what a process that ended, or an event that came beside a change of settings, left. */
export async function releaseAllMapped(deps: ReleaseDeps): Promise<void> {
  const departments = new CountedDepartments(deps);
  for (const sourceId of await listUnclearSources(deps.db, deps.now()))
    await releaseMapped({ ...deps, departments }, sourceId);
  await departments.idle();
}

/** What a source's settings say that codes of statuses and of event types mean. */
function meaningsIn({ statusMap, mapping }: Source): ReadonlyMap<string, CodeMeaning> {
  const types = typeof mapping === 'object' ? (mapping?.types ?? {}) : {};
  const asStatus = (type: string | null): CodeMeaning => {
    if (type === null) return 'unchanged';
    return STATUSES.find((status) => status === type) ?? STATUS_OF_TYPE[type] ?? 'unchanged';
  };
  return new Map([
    ...Object.entries(statusMap).map(([code, status]) => [code, status as CodeMeaning] as const),
    ...Object.entries(types).map(([code, type]) => [code, asStatus(type)] as const),
  ]);
}

/** A slot without a patient was no appointment: its reminders end, and nobody is told. */
function changeOf(owner: Owner, { reference }: UnclearRow, meaning: CodeMeaning): Change {
  const status = meaning === 'unchanged' ? null : meaning === 'ignore' ? 'entered-in-error' : meaning;
  const event = { ...silent(reference), status, unclear: 'settled' } as const;
  const request = { source: owner.source, elements: [], array: false, keys: [] };
  const envelope = { ...owner, request, position: 0, element: { kind: 'appointment', event } } as const;
  return { ...unaliased(event), derived: true, envelope };
}
