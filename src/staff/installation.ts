import { inTransaction } from '../database/transaction.ts';
import { Problem } from '../domain/errors.ts';
import type { Deps } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { adoptInstallation, bindRestored, findPublicUrl } from '../store/installation.ts';
import { quarantineAnswers, quarantineReminders } from './installation.sql.ts';

export interface BindDeps extends Pick<Deps, 'db'> {
  readonly publicUrl: string;
  /** Reads anew whether the database is this installation's own. */
  readonly lookAgain: () => Promise<void>;
}

/** Binds the database to this process's PUBLIC_URL, and writes down who did it and what it was bound to. */
export async function adoptPublicUrl(deps: BindDeps, actor: string, now: Date): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const before = { publicUrl: await findPublicUrl(trx) };
    await adoptInstallation(trx, deps.publicUrl, now);
    const after = { publicUrl: deps.publicUrl };
    await writeAudit(
      trx,
      { actor, action: 'installation.adopt', authorityId: null, target: 'installation', before, after },
      now,
    );
  });
  await deps.lookAgain();
}

/** How much of what a backup holds is not sent, since nobody knows whether it was. */
export interface Recovered {
  readonly uncertainReminders: number;
  readonly uncertainAnswers: number;
}

/**
 * Lets a database that was restored from a backup send again, without what may have been sent since. In small
 * transactions, and the release last, so that it may be stopped anywhere and asked for again.
 * @throws Problem when the backup is said to be of a time to come
 */
export async function recoverInstallation(
  deps: BindDeps,
  actor: string,
  backupAt: Date,
  now: Date,
): Promise<Recovered> {
  if (backupAt > now) throw new Problem(422, 'invalid', 'backupAt lies in the future.');
  const uncertainReminders = await quarantineAll(deps.db, backupAt, now);
  const uncertainAnswers = await inTransaction(deps.db, (trx) => quarantineAnswers(trx, now));
  await inTransaction(deps.db, async (trx) => {
    const before = { publicUrl: await findPublicUrl(trx) };
    await bindRestored(trx, deps.publicUrl, now);
    const after = { publicUrl: deps.publicUrl, backupAt: backupAt.toISOString(), uncertainReminders, uncertainAnswers };
    await writeAudit(
      trx,
      { actor, action: 'installation.recovered', authorityId: null, target: 'installation', before, after },
      now,
    );
  });
  await deps.lookAgain();
  return { uncertainReminders, uncertainAnswers };
}

async function quarantineAll(db: Deps['db'], backupAt: Date, now: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await inTransaction(db, (trx) => quarantineReminders(trx, backupAt, now));
    if (count === 0) return total;
    total += count;
  }
}
