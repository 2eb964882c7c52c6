import { DAY_MS, MINUTE_MS } from '../domain/duration.ts';
import { firstId } from '../domain/ids.ts';
import { MESSAGE_TEXT, messageRow } from '../domain/keyring.ts';
import type { DeliveryEvent, OpenMessage, RecoveredReceipts, SmsGateway } from '../gateways/gateway.ts';
import type {
  CurrentTime,
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  Logging,
  Metering,
  Waiting,
} from '../runtime/deps.ts';
import { applyGroup } from './apply.ts';
import { askAgain, askAt, findOpen, findTaken, type OpenRow, putOffRepeats } from './recover-receipts.sql.ts';
import { SupplierFailures } from './supplier-faults.ts';

/** Callbacks have had their time by then. */
const ACCEPTED_AFTER_MS = 900_000;
/** Longer than a call may take to arrive at the supplier. */
const UNCERTAIN_AFTER_MS = 60_000;
/** Suppliers end a message within two days at the latest. */
const ASK_FOR_MS = 3 * DAY_MS;
const ASK_MS = 30_000;
/** The next try for what could not be asked about: the one after the next round, so that others have a turn between. */
const SOON_MS = 120_000;
/** While a supplier can't be asked, repeats by policy are put off by so much, each time anew. */
const PUT_OFF_MS = 300_000;
/** The time before a reminder's deadline that is left to a repeat which has waited in vain. */
const LAST_MS = 120_000;

type RecoverDeps = DatabaseAccess & KeyringAccess & CurrentTime & Logging & Metering & GatewayAccess & Waiting;
type Recovering = SmsGateway & Required<Pick<SmsGateway, 'recover' | 'recoverAtOnce'>>;

/**
 * Asks suppliers what became of messages whose receipts did not come: a quarter of an hour after their hand-over, and
 * then whenever as much time has passed again, for three days. What a supplier doesn't find stays as it is. What it
 * could not be asked about is asked soon, and is not repeated by policy before, unless its deadline comes.
 */
export async function recoverReceipts(deps: RecoverDeps, failed = new SupplierFailures()): Promise<void> {
  for (const gateway of deps.gateways) if (isRecovering(gateway)) await recoverFrom(deps, gateway, failed);
}

function isRecovering(gateway: SmsGateway): gateway is Recovering {
  return gateway.recover !== undefined && gateway.recoverAtOnce !== undefined;
}

async function recoverFrom(deps: RecoverDeps, gateway: Recovering, failed: SupplierFailures): Promise<void> {
  const now = deps.now();
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const rows = await findOpen(deps.db, gateway.id, {
    now,
    fromId: firstId(ago(ASK_FOR_MS)),
    untilId: firstId(ago(ACCEPTED_AFTER_MS)),
    uncertainBefore: ago(UNCERTAIN_AFTER_MS),
    handedOverAfter: ago(ASK_FOR_MS),
    limit: gateway.recoverAtOnce,
  });
  if (rows.length === 0) return;
  // Noted before the call: after a crash during it other messages are asked about first.
  const ids = rows.map(({ id }) => id);
  await askAgain(deps.db, ids, now);
  const recovered = await ask(deps, gateway, rows);
  if (recovered.failedWith !== null) failed.note(deps, gateway, 'recover', recovered.failedWith);
  const notAsked = ids.filter((id) => !recovered.asked.includes(id));
  const after = (ms: number) => new Date(now.getTime() + ms);
  await askAt(deps.db, notAsked, after(SOON_MS));
  await putOffRepeats(deps.db, gateway.id, notAsked, { now, until: after(PUT_OFF_MS), lastMs: LAST_MS });
  const news = await ownNews(deps, rows, recovered.events);
  if (news.length === 0) return;
  await applyGroup(deps, [{ id: null, gateway, events: news }]);
  deps.log.info({ gateway: gateway.id, asked: rows.length, found: news.length }, 'lost receipts were fetched');
}

async function ask(deps: RecoverDeps, gateway: Recovering, rows: readonly OpenRow[]): Promise<RecoveredReceipts> {
  const controller = new AbortController();
  const callOff = deps.timers.after(ASK_MS, () => controller.abort());
  try {
    const opened = rows.flatMap((row) => open(deps, row) ?? []);
    // Another message is the first each minute: one for which the request fails must not keep the others from their
    // turn.
    const first = Math.floor(deps.now().getTime() / MINUTE_MS) % Math.max(1, opened.length);
    const messages = [...opened.slice(first), ...opened.slice(0, first)];
    const nothing = { events: [], asked: [], failedWith: null };
    const recovered = messages.length === 0 ? nothing : await gateway.recover(messages, { signal: controller.signal });
    // Messages that can't be decrypted count as asked about: to come back to them soon would change nothing.
    const sealed = rows.filter(({ id }) => !opened.some(({ reference }) => reference === id)).map(({ id }) => id);
    return { ...recovered, asked: [...recovered.asked, ...sealed] };
  } catch {
    // An adapter must not throw; one that does has found nothing, and would throw again if it were asked soon.
    return { events: [], asked: rows.map(({ id }) => id), failedWith: 'adapter_failed' };
  } finally {
    callOff();
  }
}

/** @returns null for one that can't be decrypted: it must not keep the others from being asked about */
function open({ keyring: { cipher }, log }: KeyringAccess & Logging, row: OpenRow): OpenMessage | null {
  const { id, authorityId, gatewayMessageId, handedOverAt } = row;
  const bound = messageRow({ id, reminder_id: row.reminderId, gateway: row.gateway });
  try {
    const to = cipher.decrypt(authorityId, 'message.phone', bound, row.phoneCiphertext);
    const text = cipher.decrypt(authorityId, MESSAGE_TEXT, bound, row.textCiphertext);
    return { reference: id, gatewayMessageId, to, text, handedOverAt };
  } catch {
    log.error({ messageId: id, gateway: row.gateway }, 'a message can not be decrypted; its supplier is not asked');
    return null;
  }
}

/** Keeps the reports that say more than is known, without those whose gateway id belongs to another message. */
async function ownNews(
  deps: RecoverDeps,
  rows: readonly OpenRow[],
  events: readonly DeliveryEvent[],
): Promise<DeliveryEvent[]> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found = events.flatMap((event) => {
    const row = byId.get(event.reference ?? '');
    const isNews = event.state !== 'unknown' && (row?.uncertain || event.state !== 'accepted');
    return row && isNews ? [{ row, event }] : [];
  });
  const matched = found.flatMap(({ row, event: { gatewayMessageId } }) =>
    row.gatewayMessageId === null && gatewayMessageId !== null ? [{ ...row, gatewayMessageId }] : [],
  );
  const taken = await findTaken(deps.db, matched);
  return found.flatMap(({ row, event }) =>
    row.gatewayMessageId === null && taken.has(event.gatewayMessageId ?? '') ? [] : [event],
  );
}
