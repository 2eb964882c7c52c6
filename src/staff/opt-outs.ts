import { actorNames } from '../accounts/people/names.ts';
import { auditNumbersSeen, auditPhoneAccess, type Reader, showNumber } from '../accounts/phone-access.ts';
import { inTransaction } from '../database/transaction.ts';
import { notFound, Problem } from '../domain/errors.ts';
import type { Keyring } from '../domain/keyring.ts';
import { UNDO_WITHIN_MS } from '../domain/replies/settle.ts';
import { liftWithin, recordOptOutWithin, replanOnceMore, suppressOnceMore } from '../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../runtime/opened-row.ts';
import { writeAudit } from '../store/audit.ts';
import { lockLiveOptOut } from '../store/opt-outs.ts';
import { readAuthority } from './authorities/authorities.ts';
import { findNumberOf } from './find/find.sql.ts';
import { listOptOuts, type OptOutFilter, type OptOutRow } from './opt-outs.sql.ts';

/** An opt-out as staff read it. */
export interface OptOutView extends MayBeUnreadable {
  readonly id: string;
  readonly scope: 'authority' | 'installation';
  /** E.164, masked for readers who may not see numbers; null where only its hash is kept. */
  readonly phone: string | null;
  readonly reason: string;
  readonly recordedBy: string;
  readonly recordedAt: Date;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
}

type OptOutDeps = DatabaseAccess & KeyringAccess;

/** The opt-outs of the authority and of the installation, newest first. Showing their numbers is audited. */
export async function readOptOuts(
  deps: OptOutDeps,
  reader: Reader,
  authorityId: string,
  filter: OptOutFilter,
  now: Date,
): Promise<OptOutView[]> {
  const rows = await listOptOuts(deps.db, authorityId, filter);
  const shown = rows.filter((row) => row.phone_ciphertext && showsNumber(reader, row)).map((row) => row.id);
  await auditNumbersSeen(deps.db, reader, { authorityId, target: 'opt-outs', kind: 'optOuts', ids: shown }, now);
  return viewOptOuts(deps, reader, authorityId, rows);
}

/** The most of one number: each time that it was opted out and in again leaves one. */
const MOST_OF_NUMBER = 50;

/** The opt-outs of one number (E.164), newest first. Every search is audited, also one that finds nothing. */
export async function searchOptOuts(
  deps: OptOutDeps,
  reader: Reader,
  search: { readonly authorityId: string; readonly phone: string },
  now: Date,
): Promise<OptOutView[]> {
  const { authorityId, phone } = search;
  const rows = await ofNumber(deps, reader, authorityId, deps.keyring.phoneHash(phone), now);
  // The number that was searched for is known to the reader: `held` has it shown in full.
  const known = rows.map((row) => ({ ...row, held: true }));
  return viewOptOuts(deps, reader, authorityId, known);
}

/**
 * The opt-outs of the number that an appointment has, without anybody naming the number. Audited as a search.
 * @throws Problem 404 for an appointment that is not the reader's
 */
export async function readOptOutsLike(
  deps: OptOutDeps,
  reader: Reader,
  { authorityId, id }: { readonly authorityId: string; readonly id: string },
  now: Date,
): Promise<OptOutView[]> {
  const phoneHash = await findNumberOf(deps.db, { authorityId, departments: reader.departments ?? null }, id);
  if (phoneHash === undefined) throw notFound('appointment');
  if (phoneHash === null) return [];
  return viewOptOuts(deps, reader, authorityId, await ofNumber(deps, reader, authorityId, phoneHash, now));
}

async function ofNumber(
  { db }: OptOutDeps,
  reader: Reader,
  authorityId: string,
  phoneHash: Buffer,
  now: Date,
): Promise<OptOutRow[]> {
  const rows = await listOptOuts(db, authorityId, { phoneHash, limit: MOST_OF_NUMBER });
  const after = { optOuts: rows.map((row) => row.id) };
  await auditPhoneAccess(db, reader, { authorityId, action: 'number.search', target: 'opt-outs', after }, now);
  return rows;
}

async function viewOptOuts(
  deps: OptOutDeps,
  reader: Reader,
  authorityId: string,
  rows: readonly OptOutRow[],
): Promise<OptOutView[]> {
  const actors = rows.flatMap((row) => [row.recorded_by, row.lifted_by]);
  const nameOf = await actorNames(deps, authorityId, actors);
  return rows.map((row) => {
    const view = viewOptOut(deps.keyring, reader, row);
    return { ...view, recordedBy: nameOf(view.recordedBy), liftedBy: nameOf(view.liftedBy) };
  });
}

/** A number that refused the whole installation is masked for an authority that never had it. */
function showsNumber(reader: Reader, { held }: OptOutRow): boolean {
  return reader.seesNumbers && (held || reader.installation === true);
}

/** Turns a stored opt-out into what staff read. */
export function viewOptOut(keyring: Keyring, reader: Reader, row: OptOutRow): OptOutView {
  const opened = new OpenedRow(keyring);
  const phone = opened.open(row.authority_id ?? '', 'opt_out.phone', row.id, row.phone_ciphertext);
  return {
    id: row.id,
    scope: row.authority_id === null ? 'installation' : 'authority',
    phone: showNumber({ seesNumbers: showsNumber(reader, row) }, phone),
    reason: row.reason,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at,
    liftedAt: row.lifted_at,
    liftedBy: row.lifted_by,
    liftReason: row.lift_reason,
    ...opened.mark,
  };
}

/**
 * Records a citizen's refusal: after it returns, nothing more is handed over to the number for the authority.
 * @param request.phone E.164
 * @returns the opt-out in force; `created` is false when it was recorded before
 * @throws Problem 404 for an unknown authority
 */
export async function recordOptOutByStaff(
  deps: OptOutDeps,
  reader: Reader,
  request: { readonly authorityId: string; readonly phone: string; readonly reason: string },
  now: Date,
): Promise<{ optOut: OptOutView; created: boolean }> {
  const { authorityId, phone, reason } = request;
  await readAuthority(deps, authorityId);
  const recorded = await inTransaction(deps.db, async (trx) => {
    const result = await recordOptOutWithin(deps, trx, { authorityId, phone, reason, recordedBy: reader.name }, now);
    const { id: target, created } = result;
    const entry = { actor: reader.name, action: 'opt-out.record', authorityId, target, after: { created } };
    await writeAudit(trx, entry, now);
    return result;
  });
  await suppressOnceMore(deps, authorityId, deps.keyring.phoneHash(phone), now);
  const [row] = await listOptOuts(deps.db, authorityId, { id: recorded.id, limit: 1 });
  if (!row) throw notFound('opt-out');
  return { optOut: viewOptOut(deps.keyring, reader, row), created: recorded.created };
}

const OF_INSTALLATION =
  "This opt-out holds for the whole installation: lifting it needs the installation's administrator token.";

/**
 * Lifts an opt-out, and plans the reminders anew that are still ahead.
 * @param request.installation whether an opt-out of the whole installation may be lifted too
 * @throws Problem 404 for an unknown or a lifted one, 403 for one of the installation
 */
export async function liftOptOutByStaff(
  deps: OptOutDeps,
  reader: Reader,
  request: {
    readonly authorityId: string;
    readonly id: string;
    readonly reason: string | null;
    readonly installation: boolean;
  },
  now: Date,
): Promise<void> {
  const { authorityId, id, reason, installation } = request;
  const lifted = await inTransaction(deps.db, async (trx) => {
    const optOut = await lockLiveOptOut(trx, authorityId, id);
    if (!optOut) throw notFound('opt-out');
    if (optOut.authorityId === null && !installation) throw new Problem(403, 'forbidden', OF_INSTALLATION);
    await liftWithin(deps, trx, [optOut], reader.name, reason, now);
    await writeAudit(trx, { actor: reader.name, action: 'opt-out.lift', authorityId, target: id }, now);
    return optOut;
  });
  await replanOnceMore(deps, [lifted], now);
}

/** True for an opt-out that can be taken back: it holds, and staff recorded it within the last ten minutes. */
export function canUndoOptOut(
  { recordedAt, recordedBy, liftedAt }: Pick<OptOutView, 'recordedAt' | 'recordedBy' | 'liftedAt'>,
  now: Date,
): boolean {
  const isByStaff = recordedBy !== 'citizen' && !recordedBy.startsWith('gateway:');
  return liftedAt === null && isByStaff && now.getTime() - recordedAt.getTime() <= UNDO_WITHIN_MS;
}

/**
 * Takes back an opt-out that staff have just recorded: it is lifted, and nobody has to say why.
 * @throws Problem 409 for any that can't be taken back, 403 for one of the installation
 */
export async function undoOptOutByStaff(
  deps: OptOutDeps,
  reader: Reader,
  request: { readonly authorityId: string; readonly id: string; readonly installation: boolean },
  now: Date,
): Promise<void> {
  const [row] = await listOptOuts(deps.db, request.authorityId, { id: request.id, limit: 1 });
  if (!row || !canUndoOptOut(viewOptOut(deps.keyring, reader, row), now))
    throw new Problem(409, 'not-undoable', 'Only what staff recorded within the last ten minutes can be taken back.');
  await liftOptOutByStaff(deps, reader, { ...request, reason: 'undone' }, now);
}
