import type { Db } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { DAY_MS } from '../domain/duration.ts';
import { Problem } from '../domain/errors.ts';
import {
  CLOCKS_APART_MS,
  type DatabaseAccess,
  isSendingHeld,
  type SendingHeld,
  type SendingPermission,
} from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { adoptInstallation, bindRestored, findPublicUrl, readBinding } from '../store/installation.ts';
import {
  forgetProcesses,
  lastMigration,
  listSenders,
  quarantineAnswers,
  quarantineReminders,
  type SenderProcess,
  skipSequences,
} from './installation.sql.ts';

interface InstallationView {
  /** The PUBLIC_URL that the database is bound to; null before the first start. */
  readonly boundUrl: string | null;
  /** The database was restored from a dump, and nobody has confirmed yet that it may send. */
  readonly restored: boolean;
  /** `clock_off`: the clocks of this process and of the database are too far apart. */
  readonly heldReason: SendingHeld | 'clock_off' | null;
}

/** Reads whether this installation may hand over, and what its database is bound to. */
export async function readInstallation(deps: DatabaseAccess & SendingPermission): Promise<InstallationView> {
  const heldReason = deps.sending.heldReason() ?? (isSendingHeld(deps) ? 'clock_off' : null);
  const { publicUrl: boundUrl, restored } = await readBinding(deps.db);
  return { boundUrl, restored, heldReason };
}

/**
 * A process whose last heartbeat is older is shown as gone: later than `GONE_MS` (45 s), after which other processes
 * settle what it left and take its row away. So only one that nobody has noticed is shown.
 */
const SHOWN_AS_GONE_MS = 60_000;
/** How long staff are shown a process that is gone and that no other one has recovered. */
const SHOWN_MS = 7 * DAY_MS;

/** A process that hands reminders over, as the database knows it. */
export interface SenderView extends SenderProcess {
  /** Its last heartbeat is of the last minute. */
  readonly alive: boolean;
  /** Its clock is so far from the database's that it hands nothing over. */
  readonly clocksApart: boolean;
}

/**
 * The processes that hand reminders over, and those of the last week that ended without saying so.
 * @param now the database's time, by which they write their heartbeats
 */
export async function readSenders(deps: DatabaseAccess, now: Date): Promise<SenderView[]> {
  const senders = await listSenders(deps.db, new Date(now.getTime() - SHOWN_MS));
  const gone = new Date(now.getTime() - SHOWN_AS_GONE_MS);
  return senders.map((sender) => ({
    ...sender,
    alive: sender.heartbeatAt > gone,
    clocksApart: Math.abs(sender.clockAheadMs ?? 0) > CLOCKS_APART_MS,
  }));
}

/** The name of the last migration that the schema was made by. */
export async function readSchemaVersion(deps: DatabaseAccess): Promise<string> {
  return (await lastMigration(deps.db)) ?? '–';
}

/** The dependencies of the two changes that let an installation send again. */
export interface BindDeps extends DatabaseAccess {
  readonly publicUrl: string;
  /** Reads again from the database whether it belongs to this installation. */
  readonly refreshBinding: () => Promise<void>;
}

const OF_INSTALLATION = { authorityId: null, target: 'installation' };

/** Binds the database to this process's PUBLIC_URL, and audits who did it and what it was bound to. */
export async function adoptPublicUrl(deps: BindDeps, actor: string, now: Date): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const before = { publicUrl: await findPublicUrl(trx) };
    await adoptInstallation(trx, deps.publicUrl, now);
    const after = { publicUrl: deps.publicUrl };
    await writeAudit(trx, { ...OF_INSTALLATION, actor, action: 'installation.adopt', before, after }, now);
  });
  await deps.refreshBinding();
}

/** How many reminders and answers of a backup are not sent, since nobody knows whether they were. */
export interface Recovered {
  readonly uncertainReminders: number;
  readonly uncertainAnswers: number;
}

/** True for a time at which a backup may have been made: `recoverInstallation` refuses one that is still to come. */
export function mayBeOfBackup(at: Date, now: Date): boolean {
  return at <= now;
}

/**
 * Lets a database that was restored from a backup send again, without the messages that may have been sent since.
 * It works in small transactions and binds the database last, so that it may be interrupted anywhere and repeated.
 * @throws Problem 422 when the time of the backup lies in the future
 */
export async function recoverInstallation(
  deps: BindDeps,
  actor: string,
  backupAt: Date,
  now: Date,
): Promise<Recovered> {
  if (!mayBeOfBackup(backupAt, now)) throw new Problem(422, 'invalid', 'backupAt lies in the future.');
  const uncertainReminders = await quarantineAll(deps.db, backupAt, now);
  const uncertainAnswers = await inTransaction(deps.db, (trx) => quarantineAnswers(trx, now));
  await inTransaction(deps.db, async (trx) => {
    await forgetProcesses(trx);
    await skipSequences(trx, now);
    const before = { publicUrl: await findPublicUrl(trx) };
    await bindRestored(trx, deps.publicUrl, now);
    const after = { publicUrl: deps.publicUrl, backupAt: backupAt.toISOString(), uncertainReminders, uncertainAnswers };
    await writeAudit(trx, { ...OF_INSTALLATION, actor, action: 'installation.recovered', before, after }, now);
  });
  await deps.refreshBinding();
  return { uncertainReminders, uncertainAnswers };
}

async function quarantineAll(db: Db, backupAt: Date, now: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await inTransaction(db, (trx) => quarantineReminders(trx, backupAt, now));
    if (count === 0) return total;
    total += count;
  }
}
