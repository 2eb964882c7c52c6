import { randomBytes } from 'node:crypto';
import { inTransaction } from '../database/transaction.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import { actorNameOf } from '../domain/people/access.ts';
import { sha256 } from '../domain/sha256.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { type AuditEntry, writeAudit } from '../store/audit.ts';
import { forgetImportFilesOf } from '../store/import-files.ts';
import { clientName } from './refused-access.ts';
import {
  type Alive,
  deleteSession,
  deleteSessionsOf,
  findOwner,
  insertSession,
  markSeen,
  type SessionRow,
} from './sessions.sql.ts';

/** The time after the sign-in at which a session ends, whatever happens in it. */
const SESSION_MS = 8 * HOUR_MS;
/** The time without a request after which a session ends. */
export const IDLE_MS = 30 * MINUTE_MS;
/**
 * The time for which a session that has timed out is remembered, so that a form that is sent in it goes to the person
 * that it belongs to: over a weekend with a day off before or behind it.
 */
const ENDED_MS = 4 * DAY_MS;
/** The time after its sign-in for which a session is kept at most, alive or not. */
export const SESSION_KEPT_MS = SESSION_MS + ENDED_MS;
/** The use of a session is noted this often at most, so that a page does not cost a write. */
const NOTED_MS = 60_000;

/** Dependencies of sessions, which stand in the database: each process knows them, and a sign-out ends them at once. */
export interface SessionsDeps extends DatabaseAccess, KeyringAccess, CurrentTime {
  /** A new token of the administrator ends every session that it began. */
  readonly adminToken: string;
}

/** Somebody who signed in, and how. */
export type SignedInAs =
  | { readonly method: 'token' }
  /** `secondFactor`: a code was given beside the password. */
  | { readonly method: 'password'; readonly personId: string; readonly secondFactor: boolean }
  | { readonly method: 'provider'; readonly personId: string };

/** The hash by which the database knows a session. */
export function sessionHash(id: string): Buffer {
  return sha256(id);
}

/** The sessions that have neither ended nor timed out at a moment. */
export function aliveAt({ adminToken }: Pick<SessionsDeps, 'adminToken'>, now: Date): Alive {
  const before = (ms: number) => new Date(now.getTime() - ms);
  return { tokenHash: sha256(adminToken), startedAfter: before(SESSION_MS), seenAfter: before(IDLE_MS) };
}

/**
 * Begins a session of somebody who has proved who it is.
 * @param client that it happens from: its address, or the network that one customer has
 * @returns its id, of which the database has a hash alone
 */
export async function beginSession(deps: SessionsDeps, as: SignedInAs, client: string): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  const now = deps.now();
  const alive = aliveAt(deps, now);
  const row = {
    id_hash: sha256(id),
    token_hash: as.method === 'token' ? alive.tokenHash : null,
    person_id: as.method === 'token' ? null : as.personId,
    method: as.method,
    second_factor: as.method === 'password' && as.secondFactor,
  };
  await inTransaction(deps.db, async (trx) => {
    await insertSession(trx, row, alive, ENDED_MS, now);
    const how = { method: row.method, secondFactor: row.second_factor };
    await writeAudit(trx, entryOf(deps, 'session.sign-in', row.person_id, client, how), now);
  });
  return id;
}

/** Notes that a session is used. */
export async function noteUse({ db }: DatabaseAccess, session: SessionRow, now: Date): Promise<void> {
  if (now.getTime() - session.seen_at.getTime() >= NOTED_MS) await markSeen(db, session.id_hash, now);
}

/**
 * Finds whose session it is, alive or timed out.
 * @returns the id of the person; null for the administrator's token; undefined for one that is unknown, or was ended by
 * somebody
 */
export async function endedSessionOf(deps: SessionsDeps, id: string): Promise<string | null | undefined> {
  return (await findOwner(deps.db, sha256(id)))?.person_id;
}

/** Ends a session; nothing happens where there is none with this id. */
export async function endSession(deps: SessionsDeps, id: string, client: string): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const ended = await deleteSession(trx, sha256(id));
    if (!ended) return;
    await forgetImportFilesOf(trx, ended.person_id);
    await writeAudit(trx, entryOf(deps, 'session.sign-out', ended.person_id, client), deps.now());
  });
}

/** Ends every session of the one that this is a session of, on whatever machine it was begun. */
export async function endAllSessions(
  deps: SessionsDeps,
  { person_id: personId }: Pick<SessionRow, 'person_id'>,
  client: string,
): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const sessions = await deleteSessionsOf(trx, personId);
    await forgetImportFilesOf(trx, personId);
    if (sessions > 0) await writeAudit(trx, entryOf(deps, 'session.sign-out-everywhere', personId, client), deps.now());
  });
}

function entryOf(
  deps: SessionsDeps,
  action: string,
  personId: string | null,
  client: string,
  how: object = {},
): AuditEntry {
  const actor = actorNameOf(personId);
  return { actor, action, authorityId: null, target: actor, after: { client: clientName(deps, client), ...how } };
}
