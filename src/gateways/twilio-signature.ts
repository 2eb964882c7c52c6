import { createHash, createHmac } from 'node:crypto';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import { hasMoreFields } from '../domain/text/form-fields.ts';
import type { RawCallback } from './gateway.ts';

/**
 * Forms of Twilio have some forty fields, and a text of 1,600 characters at most. Larger ones are not looked at: a
 * stranger may send one, and it is parsed and sorted before its signature can be compared.
 */
const MOST_FIELDS = 200;
const LONGEST_FORM = 64 * 1024;

/**
 * True when Twilio has signed the callback (twilio.com/docs/usage/security): HMAC-SHA1 over the URL as Twilio knows it
 * and the sorted fields of the form, or over a URL that holds the SHA-256 of another body. Twilio signs the URL with
 * its port or without.
 * @param url the public URL of the callback, with its query
 */
export function isSignedByTwilio(callback: RawCallback, url: string, authToken: string): boolean {
  const { headers, body, query } = callback;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  if (!isForm && body.length > 0) {
    const digest = createHash('sha256').update(body).digest('hex');
    if (!equalInConstantTime((query.bodySHA256 ?? '').toLowerCase(), digest)) return false;
  }
  if (isForm && (body.length > LONGEST_FORM || hasMoreFields(body, MOST_FIELDS))) return false;
  const fields = isForm ? sortedFields(body) : '';
  const given = headers['x-twilio-signature'] ?? '';
  // All are compared, so that the time doesn't tell which one fits.
  const fits = spellingsOf(url).map((spelling) =>
    equalInConstantTime(
      given,
      createHmac('sha1', authToken)
        .update(spelling + fields)
        .digest('base64'),
    ),
  );
  return fits.includes(true);
}

/** Names and values, by name; a name that comes twice has its different values in order. */
function sortedFields(body: Uint8Array): string {
  const pairs = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(Buffer.from(body).toString('utf8')))
    pairs.set(name, (pairs.get(name) ?? new Set()).add(value));
  return [...pairs.keys()]
    .sort()
    .map((name) =>
      [...(pairs.get(name) ?? [])]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('');
}

function spellingsOf(url: string): string[] {
  const [, scheme = '', host = '', port = '', rest = ''] = /^(https?):\/\/([^/?:]+)(:\d+)?(.*)$/s.exec(url) ?? [];
  const usual = scheme === 'https' ? ':443' : ':80';
  return [url, `${scheme}://${host}${port === '' ? usual : ''}${rest}`];
}
