import { newId } from '../domain/ids.ts';
import { isOpen } from '../domain/sending-window.ts';
import type { Deps } from '../runtime/deps.ts';
import type { ClaimedReminder, ReleaseRow } from './claim.sql.ts';
import { dayStart, earlier, ended, type Ready, soon, waiting } from './prepare.ts';
import { type StartRow, startGroup, type Verdict } from './start.sql.ts';

/** One whose start is committed: it counts as handed over, and its call is to be made. */
export interface Started {
  readonly ready: Ready;
  readonly messageId: string;
  readonly attempts: number;
  readonly at: Date;
}

/**
 * What became of a group; `started` in its order. `lapsed`: the batch's lease has, and nothing of it may be started any
 * more.
 */
export interface StartedGroup {
  readonly started: readonly Started[];
  readonly releases: readonly ReleaseRow[];
  readonly lapsed: boolean;
}

/**
 * Starts a group under the batch's lease, which it prolongs to `leaseUntil`, and says what is to be given back of it.
 */
export async function startReady(
  deps: Pick<Deps, 'db' | 'keyring'>,
  options: { readonly batchId: string; readonly gateway: string; readonly now: Date; readonly leaseUntil: Date },
  group: readonly Ready[],
): Promise<StartedGroup> {
  const { now } = options;
  // The window once more, since the turn may have been long in coming: one that is closed now is left to the next
  // claim.
  const open = group.filter(({ owner: { authority } }) => isOpen(authority.sendingWindow, authority.timeZone, now));
  const releases = group
    .filter((ready) => !open.includes(ready))
    .map(({ claimed }) => waiting(claimed, claimed.next_at, null));
  const started: Started[] = [];
  const rows = open.map((ready, position) => startRow(deps, ready, position, now));
  const results = await startGroup(deps.db, options, rows);
  const byReminder = new Map(results.map((result) => [result.reminder_id, result]));
  for (const ready of open) {
    const result = byReminder.get(ready.claimed.id);
    if (!result || result.verdict === 'lost' || result.verdict === 'lapsed') continue;
    if (result.verdict !== 'start') releases.push(releaseFor(ready.claimed, result.verdict, now));
    else if (result.message_id !== null)
      started.push({ ready, messageId: result.message_id, attempts: result.attempts ?? 1, at: now });
  }
  return { started, releases, lapsed: results.some(({ verdict }) => verdict === 'lapsed') };
}

function startRow({ keyring: { cipher } }: Pick<Deps, 'keyring'>, ready: Ready, position: number, now: Date): StartRow {
  const { claimed, owner, to, text, encoding, segments, template } = ready;
  return {
    reminder_id: claimed.id,
    revision: claimed.revision,
    appointment_revision: claimed.appointment_revision,
    authority_version: owner.authority.version,
    source_version: owner.source.version,
    position,
    day_start: dayStart(owner.authority, now),
    message_id: newId(now),
    sender: owner.authority.sender,
    phone_ciphertext: cipher.encrypt(claimed.authority_id, 'message.phone', to),
    text_ciphertext: cipher.encrypt(claimed.authority_id, 'message_text.text', text),
    encoding,
    segments,
    template_version: template.version,
  };
}

function releaseFor(
  claimed: ClaimedReminder,
  verdict: Exclude<Verdict, 'start' | 'lost' | 'lapsed'>,
  now: Date,
): ReleaseRow {
  switch (verdict) {
    case 'changed':
      return waiting(claimed, claimed.next_at, null);
    case 'held':
      // Not until the deadline: staff may settle the reply before this claim is given back, and their release passes
      // over it.
      return waiting(claimed, earlier(soon(now), claimed.expires_at), 'reply_needs_a_person');
    case 'receipts_wait':
      return waiting(claimed, earlier(soon(now), claimed.expires_at), null);
    // Only of one to be sent again, which then stays uncertain: another gateway can't know the reference.
    case 'other_gateway':
    case 'too_late':
      return ended(claimed, 'expired', 'too_late');
    case 'opted_out':
    case 'too_many_today':
      return ended(claimed, 'suppressed', verdict);
  }
}
