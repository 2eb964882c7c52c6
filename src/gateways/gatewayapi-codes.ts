import type { DeliveryCause, SendResult } from './gateway.ts';
import { codeOf } from './reading.ts';
import { notTaken, refused, unclear } from './results.ts';

/** GatewayAPI's tables of errors, by the last hex digits of the code (docs/errors.rst of its documentation). */
const CAUSES: readonly (readonly [cause: DeliveryCause, codes: string])[] = [
  ['invalid_number', '1010 1020 1040 1048 1049 1051 1052 1060 1061 1062 1084'],
  ['handset', '1018'],
  ['network', '1013 1015 1019 101a 101b 1021 1022 1023 1027 102a 1042 1047 104a 106a 1080 1091'],
  ['barred', '1011 1034 103c 1093'],
  ['content', '1035 1903 1904'],
  ['sender', '1033 1065 1905'],
  ['opted_out', '0215'],
];
const BY_CODE = new Map(CAUSES.flatMap(([cause, codes]) => codes.split(' ').map((code) => [`0x${code}`, cause])));

const BY_STATUS: ReadonlyMap<string, DeliveryCause> = new Map([
  ['EXPIRED', 'expired'],
  ['UNDELIVERABLE', 'network'],
]);

/** Why a message was not delivered: by its code where that is known, else by its status. @param code in lower case */
export function causeOf(status: string, code: string | null): DeliveryCause {
  return BY_CODE.get(code ?? '') ?? BY_STATUS.get(status) ?? 'rejected';
}

const ACCOUNT = '0210 0211 0212 0213 0223 0224 0225 0226 0227 0228 0229 022a';
const RESULTS: ReadonlyMap<string, SendResult> = new Map([
  ...ACCOUNT.split(' ').map((code) => [`0x${code}`, notTaken('auth', `0x${code}`, true)] as const),
  ['0x0214', notTaken('temporary', '0x0214')],
  ['0x0215', refused('opted_out', '0x0215')],
  ['0x0216', notTaken('credit', '0x0216', true)],
  ['0x0312', refused('content', '0x0312')],
  ...[...BY_CODE].flatMap(([code, cause]) => {
    if (cause === 'invalid_number' || cause === 'content' || cause === 'sender') {
      return [[code, refused(cause, code)] as const];
    }
    return cause === 'barred' ? [[code, refused('permanent', code)] as const] : [];
  }),
]);

/** GatewayAPI's code, in lower case; null for anything that is none. */
export function errorCodeOf(value: unknown): string | null {
  const code = codeOf(value)?.toLowerCase() ?? '';
  return /^0x[0-9a-f]{2,8}$/.test(code) ? code : null;
}

/**
 * Result of a response with an error code, whatever its HTTP status below 500 is; null for a code that the tables don't
 * have. Codes of the network and of the phone prove that nothing was sent only where the request was refused.
 * @param taken the HTTP status says that the message was taken
 */
export function resultOfCode(code: string | null, taken: boolean): SendResult | null {
  if (code === null) return null;
  // Codes that end in 09 stand for "try again".
  if (/^0x[0-9a-f]{2}09$/.test(code)) return notTaken('temporary', code);
  const cause = BY_CODE.get(code);
  if (cause === 'network' || cause === 'handset') return taken ? unclear(code) : notTaken('temporary', code);
  return RESULTS.get(code) ?? null;
}
