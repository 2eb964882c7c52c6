import { firstId } from '../domain/ids.ts';
import { MESSAGE_TEXT, messageRow } from '../domain/keyring.ts';
import type { DeliveryEvent, OpenMessage, SmsGateway } from '../gateways/gateway.ts';
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
import { askAgain, findOpen, findTaken, type OpenRow } from './recover-receipts.sql.ts';

/** Callbacks have had their time by then. */
const ACCEPTED_AFTER_MS = 900_000;
/** Longer than a call may take to arrive at the supplier. */
const UNCERTAIN_AFTER_MS = 60_000;
/** Suppliers end a message within two days at the latest. */
const ASK_FOR_MS = 3 * 86_400_000;
const ASK_MS = 30_000;

type RecoverDeps = DatabaseAccess & KeyringAccess & CurrentTime & Logging & Metering & GatewayAccess & Waiting;
type Recovering = SmsGateway & Required<Pick<SmsGateway, 'recover' | 'recoverAtOnce'>>;

/**
 * Asks suppliers what became of messages whose receipts did not come: a quarter of an hour after their hand-over, and
 * then whenever as much time has passed again, for three days. What a supplier doesn't find stays as it is.
 */
export async function recoverReceipts(deps: RecoverDeps): Promise<void> {
  for (const gateway of deps.gateways) if (isRecovering(gateway)) await recoverFrom(deps, gateway);
}

function isRecovering(gateway: SmsGateway): gateway is Recovering {
  return gateway.recover !== undefined && gateway.recoverAtOnce !== undefined;
}

async function recoverFrom(deps: RecoverDeps, gateway: Recovering): Promise<void> {
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
  // Before the call: what can't be asked about must not keep the others from their turn.
  const ids = rows.map(({ id }) => id);
  await askAgain(deps.db, ids, now);
  const events = await ask(deps, gateway, rows);
  const news = await ownNews(deps, rows, events);
  if (news.length === 0) return;
  await applyGroup(deps, [{ id: null, gateway, events: news }]);
  deps.log.info({ gateway: gateway.id, asked: rows.length, found: news.length }, 'lost receipts were fetched');
}

async function ask(
  deps: RecoverDeps,
  gateway: Recovering,
  rows: readonly OpenRow[],
): Promise<readonly DeliveryEvent[]> {
  const controller = new AbortController();
  const callOff = deps.timers.after(ASK_MS, () => controller.abort());
  try {
    const messages = rows.flatMap((row) => open(deps, row) ?? []);
    return messages.length === 0 ? [] : await gateway.recover(messages, { signal: controller.signal });
  } catch {
    // An adapter never throws; one that does all the same has told nothing.
    return [];
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

/** Keeps the reports that say more than is known, and belong to no other message of ours. */
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
