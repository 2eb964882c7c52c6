import { createHmac } from 'node:crypto';
import { CALLBACK, SIGNING, SUPPLIERS } from '../fuzz/service-process.ts';
import { filled, MIB, upTo } from './filled.ts';
import type { LargeRequest } from './large-requests.ts';

const KINDS = ['receipts', 'inbound'] as const;
const FORM = 'application/x-www-form-urlencoded';

/** Callbacks of each supplier, proven and not, with more parts than any sends. */
export function largeCallbacks(): readonly LargeRequest[] {
  return SUPPLIERS.flatMap((gateway) =>
    KINDS.flatMap((kind) =>
      Object.entries(bodies()).flatMap(([what, [type, body]]) =>
        (type === FORM ? [true, false] : [true]).map((proven) => {
          const { search, headers } = proven ? proofOf(gateway, kind, body) : { search: '', headers: SIGNATURES };
          const name = `${gateway} ${kind}, ${what}${proven ? '' : ', unproven'}`;
          return { name, path: `/v1/callbacks/${gateway}/${kind}${search}`, type, body, headers };
        }),
      ),
    ),
  );
}

/** Wrong ones, for which a body is read. */
const SIGNATURES = { Signature: 'v1=00', 'X-Twilio-Signature': 'AAAA' };

function bodies(): Readonly<Record<string, readonly [type: string, body: string]>> {
  const report = (nth: number) => ({ messageId: `m-${nth}`, deliveryInfo: { stateCode: 1, errorCode: 0 } });
  const reply = (nth: number) => {
    const from = { countryCode: '45', phoneNumber: `20${100_000 + nth}`, isValidMsisdn: true };
    return { from, to: { msisdn: '451204' }, text: 'a\u0301\u0323STOP', receivedAt: '2026-11-24T08:00:00Z' };
  };
  const all = { reports: upTo(report, 1_000, MIB / 2), messages: upTo(reply, 1_000, MIB / 2) };
  const fields: string[] = [];
  for (let size = 100; size < MIB; size += (fields.at(-1)?.length ?? 0) + 1) fields.push(`k${fields.length}=`);
  return {
    'reports and replies': ['application/json', JSON.stringify(all)],
    'objects of one key each': ['application/json', JSON.stringify(upTo((nth) => ({ [nth.toString(36)]: 0 }), 99_999))],
    'fields of one name': [FORM, filled('a&', MIB)],
    'different fields': [FORM, fields.slice(0, -1).join('&')],
    'a long text': [FORM, `Body=${filled('a%CC%81%CC%A3', MIB - 100)}`],
  };
}

function proofOf(
  gateway: string,
  kind: string,
  body: string,
): Required<Pick<LargeRequest, 'headers'>> & { search: string } {
  const hmac = (text: string) => createHmac('sha256', CALLBACK).update(text);
  if (gateway === 'gatewayapi') {
    const signature = createHmac('sha256', SIGNING).update(body).digest('hex');
    return { search: '', headers: { Signature: `v1=${signature}` } };
  }
  // The signature of a form of this size is never right: what it costs to find that out is what counts.
  if (gateway === 'twilio') return { search: '', headers: { 'X-Twilio-Signature': 'A'.repeat(27) } };
  if (gateway === 'kannel') return { search: `?token=${CALLBACK}`, headers: {} };
  if (gateway === 'inmobile' && kind === 'receipts')
    return { search: `?reference=m-1&signature=${hmac('receipt m-1').digest('base64url')}`, headers: {} };
  return { search: `?token=${hmac(`${gateway} ${kind}`).digest('hex')}`, headers: {} };
}
