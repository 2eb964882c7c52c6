import { SESSION_KEPT_MS } from '../accounts/sessions.ts';
import type { Db } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { DAY_MS } from '../domain/duration.ts';
import type { DatabaseAccess, Logging } from '../runtime/deps.ts';
import { purgeFeeds } from '../sources/fhir/feeds.sql.ts';
import { purgeAudit, writeAudit } from '../store/audit.ts';
import { forgetUnread } from '../store/callbacks.ts';
import { forgetReaders } from '../store/event-readers.ts';
import { purgeKept, purgePatients } from '../store/known-patients.ts';
import { purgeRefusals } from '../store/refusals.ts';
import { purgeUnmapped } from '../store/unmapped.ts';
import {
  correctFutureReceivedAt,
  correctFutureUpdates,
  type PurgedPart,
  purgeAnswers,
  purgeAppointments,
  purgeCallbacks,
  purgeEvents,
  purgeIdempotencyKeys,
  purgeInbound,
  purgeInboundOfAuthority,
  purgeLiftedOptOuts,
  purgePeople,
  purgeSightings,
  readRetentions,
} from './purge.sql.ts';

const CHUNK = 1_000;
const KEY_DAYS = 7;
const FEED_DAYS = 30;
const EVENT_DAYS = 30;
/** A department that is seen on a patient more rarely is not counted by name. */
const SEEN_DAYS = 30;
/** An invitation that nobody accepted is forgotten, with the e-mail and the name in it. */
const INVITATION_DAYS = 30;
/** Five years: the time for which the audit shows the name of somebody whose last account was removed. */
const NAME_DAYS = 1_826;
/**
 * Data that belongs to no authority is deleted after this long, or the shortest retention of any: it may hold anybody's
 * numbers.
 */
const UNOWNED_DAYS = 90;
/**
 * A person may examine a callback of which nothing came for so long. Whatever an erasure could not find in it is gone
 * within the month that GDPR article 12(3) allows.
 */
const UNREAD_DAYS = 14;

/**
 * Erases what is past retention: numbers, texts, raw callbacks, old idempotency keys. The counts stay in the
 * statistics, and opt-outs that are in force. In small transactions, so that it may be stopped anywhere and run again.
 */
export async function purge(
  deps: DatabaseAccess & Logging,
  { auditRetentionDays }: { readonly auditRetentionDays: number },
  now: Date,
): Promise<{ appointments: number }> {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  let appointments = 0;
  let unowned = UNOWNED_DAYS;
  for (const table of ['inbound_message', 'callback'] as const)
    await untilDone((limit) => correctFutureReceivedAt(deps.db, table, now, limit));
  for (const { authorityId, days } of await readRetentions(deps.db)) {
    unowned = Math.min(unowned, days);
    await untilDone((limit) => correctFutureUpdates(deps.db, authorityId, now, limit));
    appointments += await purgeAllAppointments(deps.db, authorityId, before(days));
    await untilDone((limit) => inTransaction(deps.db, (trx) => purgeAnswers(trx, authorityId, before(days), limit)));
    await purgeInboundOfAuthority(deps.db, authorityId, before(days), now);
    await purgeUnmapped(deps.db, authorityId, before(days));
    await purgeRefusals(deps.db, authorityId, before(days));
    await purgePatients(deps.db, authorityId, before(days));
    await purgeKept(deps.db, authorityId, now);
  }
  await untilDone((limit) => inTransaction(deps.db, (trx) => purgeAnswers(trx, null, before(unowned), limit)));
  await untilDone((limit) => purgeInbound(deps.db, before(unowned), limit));
  await untilDone((limit) => forgetUnread(deps.db, before(Math.min(unowned, UNREAD_DAYS)), limit));
  await untilDone((limit) => purgeCallbacks(deps.db, before(unowned), limit));
  await untilDone((limit) => purgeIdempotencyKeys(deps.db, before(KEY_DAYS), limit));
  await untilDone((limit) => inTransaction(deps.db, (trx) => purgeEvents(trx, before(EVENT_DAYS), limit, now)));
  await inTransaction(deps.db, (trx) => forgetReaders(trx, now));
  await purgeFeeds(deps.db, before(FEED_DAYS));
  await purgeSightings(deps.db, before(SEEN_DAYS));
  await purgeLiftedOptOuts(deps.db, before(unowned));
  const sessions = new Date(now.getTime() - SESSION_KEPT_MS);
  const people = { sessions, failures: before(1), invitations: before(INVITATION_DAYS), names: before(NAME_DAYS) };
  await purgePeople(deps.db, people, now);
  const auditEntries = await untilDone((limit) => purgeAudit(deps.db, before(auditRetentionDays), limit));
  if (appointments > 0 || auditEntries > 0) {
    deps.log.info({ appointments, auditEntries }, 'erased what is past retention');
    const entry = { actor: 'retention', action: 'retention.erase', authorityId: null, target: 'installation' };
    await writeAudit(deps.db, { ...entry, after: { appointments, auditEntries } }, now);
  }
  return { appointments };
}

/**
 * Deletes an authority's appointments that are past retention, but for those that another transaction holds or that a
 * gateway is being called for: the next run finds them. @returns how many
 */
async function purgeAllAppointments(db: Db, authorityId: string, before: Date): Promise<number> {
  let total = 0;
  let behind: PurgedPart['next'] = null;
  do {
    const past = { authorityId, before, behind };
    const part: PurgedPart = await inTransaction(db, (trx) => purgeAppointments(trx, past, CHUNK));
    total += part.deleted;
    behind = part.next;
  } while (behind);
  return total;
}

async function untilDone(chunk: (limit: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const done = await chunk(CHUNK);
    total += done;
    if (done < CHUNK) return total;
  }
}
