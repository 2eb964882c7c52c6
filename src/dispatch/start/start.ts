import { newId } from '../../domain/ids.ts';
import { MESSAGE_TEXT } from '../../domain/keyring.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import type { Prepared, Ready } from './prepare.ts';
import { type StartOptions, type StartRow, startGroup } from './start.sql.ts';
import type { StartVerdict } from './start-check.sql.ts';

/** A reminder whose start is committed: it counts as handed over, and its call is to be made. */
export interface Started {
  readonly ready: Ready;
  readonly messageId: string;
  readonly attempts: number;
  readonly at: Date;
}

/** The result of a start; `started` in the order of the group. */
export interface StartedGroup {
  readonly started: readonly Started[];
  /** This process counts as gone: nothing was started. */
  readonly lapsed: boolean;
  /** Another process, or a receipt, came first with some. */
  readonly lost: boolean;
  /** The gateway's state is not what was known of it: nothing was started. */
  readonly gatewayChanged: boolean;
}

/** Starts what is ready of a group, and writes what ends or waits, in one commit. */
export async function startPrepared(
  deps: DatabaseAccess & KeyringAccess,
  options: StartOptions,
  group: readonly Prepared[],
): Promise<StartedGroup> {
  const { now } = options;
  const rows = group.map((prepared, position) => rowOf(deps, prepared, position, options));
  const results = new Map((await startGroup(deps.db, options, rows)).map((result) => [result.reminder_id, result]));
  const started = group.flatMap((prepared): Started[] => {
    const result = results.get(prepared.due.id);
    if (prepared.action !== 'start' || result?.verdict !== 'start' || result.message_id === null) return [];
    return [{ ready: prepared, messageId: result.message_id, attempts: result.attempts ?? 1, at: now }];
  });
  const has = (wanted: StartVerdict) => [...results.values()].some(({ verdict }) => verdict === wanted);
  return { started, lapsed: has('lapsed'), lost: has('lost'), gatewayChanged: has('gateway_changed') };
}

function rowOf(
  { keyring: { cipher } }: KeyringAccess,
  prepared: Prepared,
  position: number,
  options: StartOptions,
): StartRow {
  const { now, gateway } = options;
  const { due, owner } = prepared;
  const goes = prepared.action === 'start' ? prepared : null;
  const text = prepared.action === 'start' ? prepared : prepared.shadow;
  const label = goes ? MESSAGE_TEXT : 'reminder.text';
  const message = `${due.id} ${gateway}`;
  return {
    reminder_id: due.id,
    action: prepared.action,
    repeat: due.repeat,
    revision: due.revision,
    appointment_revision: due.appointment_revision,
    authority_version: owner?.authority.version ?? null,
    source_version: owner?.source.version ?? null,
    position,
    day_start: goes?.dayStart ?? null,
    status: prepared.action === 'start' ? null : prepared.status,
    reason: prepared.action === 'start' ? null : prepared.reason,
    next_at: prepared.action === 'start' ? null : prepared.nextAt,
    held_reason: prepared.action === 'start' ? null : prepared.heldReason,
    message_id: goes && newId(now),
    sender: goes?.sender ?? null,
    country: goes?.country ?? null,
    phone_ciphertext: goes && cipher.encrypt(due.authority_id, 'message.phone', message, goes.to),
    text_ciphertext: text && cipher.encrypt(due.authority_id, label, goes ? message : due.id, text.text),
    encoding: text?.encoding ?? null,
    segments: text?.segments ?? null,
    template_version: text?.template.version ?? null,
  };
}
