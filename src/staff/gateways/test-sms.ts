import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { PhoneReason } from '../../domain/appointment.ts';
import { DAY_MS, HOUR_MS } from '../../domain/duration.ts';
import { type Fault, notFound, Problem, refusedRequest } from '../../domain/errors.ts';
import { GATEWAY_TEST } from '../../domain/gateway-state.ts';
import { newId } from '../../domain/ids.ts';
import { MESSAGE_TEXT } from '../../domain/keyring.ts';
import { choosePhone } from '../../domain/phone.ts';
import { countSegments } from '../../domain/sms/segments.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import { senderRuleFor } from '../../gateways/results.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { listAllowedCountries } from '../../store/authorities.ts';
import { insertMessage, type MessageInsert } from '../../store/messages.ts';
import { findTest, firstOfMost, lockTests, type TestRow } from './gateways.sql.ts';
import { protectedSenderFault } from './rules.ts';

const VALID_FOR_MS = HOUR_MS;

/** The most tests that are sent, and how many to one number. */
const LIMITS = [
  {
    most: 10,
    withinMs: DAY_MS,
    ofNumber: true,
    detail: 'This number has had ten test SMS within a day: see Retry-After.',
  },
  {
    most: 50,
    withinMs: HOUR_MS,
    ofNumber: false,
    detail: 'Fifty test SMS were sent within an hour: see Retry-After.',
  },
] as const;

/** Why no SMS goes to a number. */
const UNUSED: Readonly<Record<PhoneReason, string>> = {
  no_phone: 'A phone number is required.',
  invalid_number: 'This is not a phone number.',
  country_not_allowed: 'No authority allows the country of this number (allowedCountries).',
  not_mobile: 'This number cannot receive an SMS, or costs more than one.',
};

/** Wish for an SMS that tries a gateway. */
export interface TestRequest {
  readonly gateway: string;
  /** In E.164. */
  readonly phone: string;
  readonly sender: string;
  readonly actor: string;
}

/** What decides whether an SMS may try a gateway. */
interface TestDeps extends DatabaseAccess, KeyringAccess, GatewayAccess {
  /** EASYSMS_ALLOWED_SENDERS. */
  readonly allowedSenders: readonly string[];
}

/**
 * Has one SMS sent through a gateway, also one that reminders don't go through now. It obeys what all SMS obey, and
 * limits of its own, so that the administrator's token is no way to send at will. Audited, refused or not.
 * @returns its id
 * @throws Problem 404 for a gateway that is not configured; 422 for a number or a sender that nothing is sent to or
 * from; 429 for one too many
 */
export async function testGateway(deps: TestDeps, request: TestRequest, now: Date): Promise<string> {
  const { actor } = request;
  const gateway = gatewayNamed(deps, request.gateway);
  const entry = { actor, authorityId: null, target: gateway.id };
  const done = await inTransaction(deps.db, async (trx) => {
    await lockTests(trx);
    const refused = (await faultOf(trx, deps, request, gateway)) ?? (await tooMany(trx, deps, request, now));
    if (refused) {
      const after = { reason: refused.faults[0]?.code ?? refused.code };
      await writeAudit(trx, { ...entry, action: 'gateway.test-refused', after }, now);
      return refused;
    }
    const test = testOf(deps, request, now);
    await insertMessage(trx, test, now);
    await writeAudit(trx, { ...entry, action: 'gateway.test', after: { id: test.id } }, now);
    return test.id;
  });
  if (done instanceof Problem) throw done;
  return done;
}

async function faultOf(
  trx: Trx,
  { allowedSenders }: TestDeps,
  { phone, sender }: TestRequest,
  gateway: SmsGateway,
): Promise<Problem | null> {
  const allowedCountries = await listAllowedCountries(trx);
  const { reason } = choosePhone(phone, { defaultRegion: 'DK', allowedCountries });
  const rule = senderRuleFor(gateway, { from: sender, to: phone });
  const ofPhone = reason && { pointer: '/phone', code: reason, detail: UNUSED[reason] };
  const ofGateway = rule && { pointer: '/sender', code: 'gateway_sender', detail: `A sender ${rule}.` };
  const all = [ofPhone, protectedSenderFault('/sender', sender, allowedSenders), ofGateway];
  const faults = all.filter((each): each is Fault => each !== null);
  if (faults.length === 0) return null;
  return refusedRequest(faults);
}

async function tooMany(trx: Trx, { keyring }: TestDeps, { phone }: TestRequest, now: Date): Promise<Problem | null> {
  for (const { most, withinMs, ofNumber, detail } of LIMITS) {
    const phoneHash = ofNumber ? keyring.phoneHash(phone) : null;
    const first = await firstOfMost(trx, { phoneHash, most, since: new Date(now.getTime() - withinMs) });
    if (first === null) continue;
    const retryAfterSeconds = Math.ceil((first.getTime() + withinMs - now.getTime()) / 1_000);
    return new Problem(429, 'too-many-tests', detail, { retryAfterSeconds });
  }
  return null;
}

function testOf({ keyring }: KeyringAccess, { gateway, phone, sender }: TestRequest, now: Date): MessageInsert {
  const id = newId(now);
  const text = `Prøve af EasySMS gennem ${gateway}. Svar gerne på denne SMS. / A test of EasySMS: please reply.`;
  return {
    id,
    authorityId: null,
    inboundId: null,
    template: GATEWAY_TEST,
    language: 'da',
    gateway,
    sender,
    ...countSegments(text),
    phoneCiphertext: keyring.cipher.encrypt('', 'message.phone', id, phone),
    phoneHash: keyring.phoneHash(phone),
    country: null,
    textCiphertext: keyring.cipher.encrypt('', MESSAGE_TEXT, id, text),
    validUntil: new Date(now.getTime() + VALID_FOR_MS),
  };
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
