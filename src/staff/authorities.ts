import { inTransaction } from '../database/transaction.ts';
import type { Authority, AuthoritySettings, Pause } from '../domain/authority.ts';
import { notFound } from '../domain/errors.ts';
import type { Deps } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { insertAuthority, lockAuthority, setAuthorityPause, updateAuthority } from '../store/authorities.ts';
import { lockSource, releaseWaiting, setSourcePause } from './sources.sql.ts';

type ManageDeps = Pick<Deps, 'db'>;

/** Creates the authority or replaces all its settings. Its pause stays. */
export async function putAuthority(
  deps: ManageDeps,
  request: { readonly id: string; readonly settings: AuthoritySettings; readonly actor: string },
  now: Date,
): Promise<{ created: boolean; authority: Authority }> {
  const { id, settings, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    const made = await insertAuthority(trx, id, settings, now);
    const before = made ? undefined : await lockAuthority(trx, id);
    const authority = made ?? (await updateAuthority(trx, id, settings, now));
    const action = made ? 'authority.create' : 'authority.replace';
    await writeAudit(
      trx,
      { actor, action, authorityId: id, target: id, before: before && settingsOf(before), after: settings },
      now,
    );
    return { created: made !== undefined, authority };
  });
}

function settingsOf({ id: _id, version: _version, paused: _paused, ...settings }: Authority): AuthoritySettings {
  return settings;
}

export interface PauseRequest {
  readonly authorityId: string;
  /** null: the whole authority. */
  readonly sourceId: string | null;
  readonly actor: string;
}

/**
 * Stops handing over at once: what was not started when this returns waits.
 * @throws Problem 404 for a source that the authority hasn't
 */
export async function pauseSending(
  deps: ManageDeps,
  request: PauseRequest & { readonly pause: Pause },
  now: Date,
): Promise<void> {
  await changePause(deps, request, request.pause, now);
}

/**
 * Lifts the pause of the authority, or of one source; a pause of the other kind holds on. What waited is looked at at
 * once.
 * @throws Problem 404 for a source that the authority hasn't
 */
export async function resumeSending(deps: ManageDeps, request: PauseRequest, now: Date): Promise<void> {
  await changePause(deps, request, null, now);
  // After the commit, and in one of its own: reminders are locked before authorities, never after.
  await releaseWaiting(deps.db, request.authorityId, request.sourceId, now);
}

async function changePause(
  deps: ManageDeps,
  { authorityId, sourceId, actor }: PauseRequest,
  pause: Pause | null,
  now: Date,
): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const before = sourceId === null ? await lockAuthority(trx, authorityId) : await lockSource(trx, sourceId);
    if (!before) throw notFound(sourceId === null ? 'authority' : 'source');
    if ('authorityId' in before && before.authorityId !== authorityId) throw notFound('source');
    if (sourceId === null) await setAuthorityPause(trx, authorityId, pause, now);
    else await setSourcePause(trx, authorityId, sourceId, pause, now);
    const what = sourceId === null ? 'authority' : 'source';
    const action = `${what}.${pause ? 'pause' : 'resume'}`;
    await writeAudit(
      trx,
      { actor, action, authorityId, target: sourceId ?? authorityId, before: before.paused, after: pause },
      now,
    );
  });
}
