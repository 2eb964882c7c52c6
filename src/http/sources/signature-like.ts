import { RESERVED_HEADER } from '../schemas/source-auth.ts';

/** The end of the shortest signature that a source can use: 20 bytes (SHA-1) in base64 are 27 characters. */
const SIGNATURE_END = /^[A-Za-z0-9+/]{25,27}={0,2}$/;
const SIGNATURE_LENGTH = 27;
/** Proxies give requests ids such as these; a booking system that waits for a 401 would seem to guess. */
const TRACE_ID = /^[0-9a-f]{32}$/i;

/** True where any header looks like a signature: a source may name any header for its own. @param headers by name */
export function looksSigned(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(([name, value]) => !RESERVED_HEADER.test(name) && isSignatureLike(value));
}

/** Names of headers for signatures: `X-Acuity-Signature`, `X-Hub-Signature-256`, `X-Shop-Hmac-Sha256`, `X-Sign`. */
const SIGNATURE_NAME = /(?:signature|hmac|sign)(?:-?(?:sha-?)?\d{1,3})?$/i;
const LONGEST_NAME = 60;

/** The first header that is named as one for a signature is. @param headers by name */
export function signatureHeaderIn(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(headers).find((name) => name.length <= LONGEST_NAME && SIGNATURE_NAME.test(name));
}

function isSignatureLike(value: string): boolean {
  const end = value.slice(-SIGNATURE_LENGTH);
  return end.length === SIGNATURE_LENGTH && SIGNATURE_END.test(end) && !TRACE_ID.test(value);
}
