import { inTransaction } from '../../database/transaction.ts';
import { HOUR_MS } from '../../domain/duration.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { GATEWAY_TEST } from '../../domain/gateway-state.ts';
import { newId } from '../../domain/ids.ts';
import { MESSAGE_TEXT } from '../../domain/keyring.ts';
import { countSegments } from '../../domain/sms/segments.ts';
import { senderRuleFor } from '../../gateways/sender-rule.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { insertMessage, type MessageInsert } from '../../store/messages.ts';
import { findTest, type TestRow } from './test-sms.sql.ts';

const VALID_FOR_MS = HOUR_MS;

/** Wish for an SMS that tries a gateway. */
export interface TestRequest {
  readonly gateway: string;
  /** In E.164. */
  readonly phone: string;
  readonly sender: string;
  readonly actor: string;
}

/**
 * Has one SMS sent through a gateway, also one that reminders don't go through now; audited.
 * @returns its id
 * @throws Problem 404 for a gateway that is not configured, 422 for a sender that it doesn't take
 */
export async function testGateway(
  deps: DatabaseAccess & KeyringAccess & GatewayAccess,
  request: TestRequest,
  now: Date,
): Promise<string> {
  const { phone, sender, actor } = request;
  const gateway = gatewayNamed(deps, request.gateway);
  const rule = senderRuleFor(gateway, { from: sender, to: phone });
  if (rule !== null) {
    const faults = [{ pointer: '/sender', code: 'gateway_sender', detail: `A sender ${rule}.` }];
    throw new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
  }
  const id = newId(now);
  const { cipher } = deps.keyring;
  const text = `Prøve af EasySMS gennem ${gateway.id}. Svar gerne på denne SMS. / A test of EasySMS: please reply.`;
  const test: MessageInsert = {
    ...{ id, authorityId: null, inboundId: null, template: GATEWAY_TEST, language: 'da', gateway: gateway.id, sender },
    ...countSegments(text),
    phoneCiphertext: cipher.encrypt('', 'message.phone', id, phone),
    phoneHash: deps.keyring.phoneHash(phone),
    country: null,
    textCiphertext: cipher.encrypt('', MESSAGE_TEXT, id, text),
    validUntil: new Date(now.getTime() + VALID_FOR_MS),
  };
  await inTransaction(deps.db, async (trx) => {
    await insertMessage(trx, test, now);
    await writeAudit(trx, { actor, action: 'gateway.test', authorityId: null, target: gateway.id, after: { id } }, now);
  });
  return id;
}

/** Reads what has become of a test. @throws Problem 404 for a gateway that is not configured, or an unknown test */
export async function readGatewayTest(
  deps: DatabaseAccess & GatewayAccess,
  gateway: string,
  id: string,
): Promise<TestRow> {
  const test = await findTest(deps.db, gatewayNamed(deps, gateway).id, id);
  if (!test) throw notFound('test');
  return test;
}

function gatewayNamed({ gateways }: GatewayAccess, id: string) {
  const gateway = gateways.find((each) => each.id === id);
  if (!gateway) throw notFound('gateway');
  return gateway;
}
