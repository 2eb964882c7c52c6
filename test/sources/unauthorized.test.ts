import { expect, it } from 'vitest';
import { type Credentials, notAuthenticated } from '../../src/sources/credentials.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const NOTHING: Credentials = {
  authorization: undefined,
  webhookId: undefined,
  webhookTimestamp: undefined,
  webhookSignature: undefined,
  body: new Uint8Array(),
};
const signed = (webhookTimestamp: string | undefined, webhookId: string | undefined = 'msg-1') => ({
  webhookId,
  webhookTimestamp,
  webhookSignature: 'v1,c2VjcmV0',
});
const header = (name: string) => ({ signatureHeader: () => name });

it.each<[string, Partial<Credentials>, string, RegExp]>([
  ['no credentials', {}, 'Authorization no_credentials', /^No credentials were sent/],
  ['a wrong token', { authorization: 'Bearer abc' }, 'Authorization wrong_token', /the token is not one of its own/],
  ['a scheme that is not read', { authorization: 'Digest abc' }, 'Authorization unreadable', /Bearer <token>/],
  ['a token without a scheme', { authorization: 'abc' }, 'Authorization unreadable', /Bearer <token>/],
  ['a wrong signature', signed(String(SECONDS)), 'webhook-signature wrong_signature', /the signature is not/],
  ['another scheme’s wrong signature', header('x-signature'), 'x-signature wrong_signature', /the signature is not/],
  ['a slow clock', signed(String(SECONDS - 3612)), 'webhook-timestamp timestamp_off', /is 3612 seconds behind/],
  ['a fast clock', signed(String(SECONDS + 301)), 'webhook-timestamp timestamp_off', /is 301 seconds ahead of/],
  ['milliseconds', signed(String(SECONDS * 1000)), 'webhook-timestamp timestamp_off', /is in milliseconds/],
  ['a date', signed('2026-11-24'), 'webhook-timestamp timestamp_off', /is not a number/],
  ['no timestamp', signed(undefined), 'webhook-timestamp required', /needs webhook-timestamp/],
  ['no id', signed(String(SECONDS), ''), 'webhook-id required', /needs webhook-id/],
])('a 401 tells %s by name', (_name, credentials, fault, detail) => {
  const problem = notAuthenticated({ ...NOTHING, ...credentials }, NOW);
  expect([problem.status, problem.code]).toEqual([401, 'unauthorized']);
  expect(problem.faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([fault]);
  expect(problem.message).toMatch(detail);
  expect(problem.message).not.toMatch(/c2VjcmV0|abcdef|abc\b/);
});
