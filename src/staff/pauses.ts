import { inTransaction } from '../database/transaction.ts';
import { inForce, type Pause } from '../domain/authority.ts';
import { changedMeanwhile, notFound, refusedRequest } from '../domain/errors.ts';
import type { DatabaseAccess } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { lockAuthority, setAuthorityPause } from '../store/authorities.ts';
import { lockSource, releaseWaiting, setSourcePause } from './sources/sources.sql.ts';

/** The authority, or one source of it, that is paused or resumed; `actor` is a name for the audit. */
interface PauseRequest {
  readonly authorityId: string;
  /** null: the whole authority. */
  readonly sourceId: string | null;
  readonly actor: string;
  /**
   * When the pause began that the sender saw, and that is to be replaced or lifted; null: there was none; left out: any
   * is.
   */
  readonly seen?: Date | null;
}

/**
 * Stops handing over at once: what was not started when this returns waits. Where `seen` is given, the same pause twice
 * is done already.
 * @throws Problem 404 for an unknown authority or source, 422 for a pause that ends by `now`, 409 `changed` where
 * another pause than that is in force, or somebody has lifted that one
 */
export async function pauseSending(
  deps: DatabaseAccess,
  request: PauseRequest & { readonly pause: Pause },
  now: Date,
): Promise<void> {
  if (!inForce(request.pause, now)) {
    throw refusedRequest([{ pointer: '/until', code: 'past', detail: 'A pause must end in the future.' }]);
  }
  await changePause(deps, request, request.pause, now);
}

/**
 * Lifts the pause of the authority, or of one source; a pause of the other kind stays in force. Reminders that waited
 * become due at once. Where `seen` is given, one that is over counts as lifted already.
 * @throws Problem 404 for an unknown authority or source; 409 `changed` where another pause than `seen` is in force
 */
export async function resumeSending(deps: DatabaseAccess, request: PauseRequest, now: Date): Promise<void> {
  if (!(await changePause(deps, request, null, now))) return;
  // After the commit, and in one of its own: reminders are locked before authorities, never after.
  await releaseWaiting(deps.db, request.authorityId, request.sourceId, now);
}

/** @returns false where it is so already */
async function changePause(
  deps: DatabaseAccess,
  { authorityId, sourceId, actor, seen }: PauseRequest,
  pause: Pause | null,
  now: Date,
): Promise<boolean> {
  return inTransaction(deps.db, async (trx) => {
    const before = sourceId === null ? await lockAuthority(trx, authorityId) : await lockSource(trx, sourceId);
    if (!before) throw notFound(sourceId === null ? 'authority' : 'source');
    if ('authorityId' in before && before.authorityId !== authorityId) throw notFound('source');
    if (seen !== undefined) {
      // A double click, or a form that is sent again after going back.
      if (isDone(before.paused, pause, now)) return false;
      if (isChanged(before.paused, seen, now))
        throw changedMeanwhile('Somebody else has paused or resumed it in the meantime: read it again.');
    }
    if (sourceId === null) await setAuthorityPause(trx, authorityId, pause, now);
    else await setSourcePause(trx, authorityId, sourceId, pause, now);
    const what = sourceId === null ? 'authority' : 'source';
    const entry = {
      actor,
      action: `${what}.${pause ? 'pause' : 'resume'}`,
      authorityId,
      target: sourceId ?? authorityId,
    };
    await writeAudit(trx, { ...entry, before: before.paused, after: pause }, now);
    return true;
  });
}

/** True where somebody has set, replaced or lifted a pause since `seen`. One that ended by itself is as it was. */
function isChanged(pause: Pause | null, seen: Date | null, now: Date): boolean {
  if (pause !== null && pause.at.getTime() === seen?.getTime()) return false;
  return seen !== null || inForce(pause, now);
}

/** True where a pause with this reason and end is in force already, or, for null, none is. */
function isDone(before: Pause | null, pause: Pause | null, now: Date): boolean {
  if (!before || !inForce(before, now)) return pause === null;
  return before.reason === pause?.reason && before.until?.getTime() === pause.until?.getTime();
}
