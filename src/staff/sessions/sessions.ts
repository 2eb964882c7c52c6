import { createHash, randomBytes } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type AuditEntry, writeAudit } from '../../store/audit.ts';
import { clientName } from '../refused-access.ts';
import { type Alive, deleteSessions, findSession, insertSession, markSeen } from './sessions.sql.ts';

/** A session ends so long after the sign-in, whatever happens in it. */
export const SESSION_MS = 8 * 3_600_000;
/** A session ends when nothing was asked for in it for so long. */
export const IDLE_MS = 30 * 60_000;
/** The use of a session is noted this often at most, so that a page does not cost a write. */
const NOTED_MS = 60_000;

/** Dependencies of sessions, which stand in the database: each process knows them, and a sign-out ends them at once. */
export interface SessionsDeps extends DatabaseAccess, KeyringAccess, CurrentTime {
  /** A new token of the administrator ends every session. */
  readonly adminToken: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

function aliveAt({ adminToken }: SessionsDeps, now: Date): Alive {
  const before = (ms: number) => new Date(now.getTime() - ms);
  return { tokenHash: sha256(adminToken), startedAfter: before(SESSION_MS), seenAfter: before(IDLE_MS) };
}

/** Whoever signs in or out, for the audit. */
export interface SessionOwner {
  /** As the audit names actors. */
  readonly actor: string;
  /** The client that it happens from: its address, or the network that one customer has. */
  readonly client: string;
}

/** Begins a session of somebody who has proved who it is. @returns its id, of which the database has a hash alone */
export async function beginSession(deps: SessionsDeps, owner: SessionOwner): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  const now = deps.now();
  await inTransaction(deps.db, async (trx) => {
    await insertSession(trx, sha256(id), aliveAt(deps, now), now);
    await writeAudit(trx, entryOf(deps, 'session.sign-in', owner), now);
  });
  return id;
}

/** True for a session that has begun, was not ended, and has not timed out; this counts as a use of it. */
export async function useSession(deps: SessionsDeps, id: string): Promise<boolean> {
  const now = deps.now();
  const session = await findSession(deps.db, sha256(id), aliveAt(deps, now));
  if (!session) return false;
  if (now.getTime() - session.seen_at.getTime() >= NOTED_MS) await markSeen(deps.db, sha256(id), now);
  return true;
}

/** Ends a session; nothing happens where there is none with this id. */
export async function endSession(deps: SessionsDeps, id: string, owner: SessionOwner): Promise<void> {
  await end(deps, sha256(id), entryOf(deps, 'session.sign-out', owner));
}

/** Ends every session, on whatever machine it was begun. */
export async function endAllSessions(deps: SessionsDeps, owner: SessionOwner): Promise<void> {
  await end(deps, null, entryOf(deps, 'session.sign-out-everywhere', owner));
}

async function end(deps: SessionsDeps, idHash: Buffer | null, entry: AuditEntry): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const sessions = await deleteSessions(trx, idHash);
    if (sessions > 0) await writeAudit(trx, entry, deps.now());
  });
}

function entryOf(deps: SessionsDeps, action: string, { actor, client }: SessionOwner): AuditEntry {
  return { actor, action, authorityId: null, target: actor, after: { client: clientName(deps, client) } };
}
