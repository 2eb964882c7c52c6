import { createHash, randomBytes } from 'node:crypto';
import { MIMEType } from 'node:util';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { Problem } from '../../domain/errors.ts';
import { equalInConstantTime } from '../../domain/text/constant-time.ts';
import { hasMoreFields, standsMoreOften } from '../../domain/text/form-fields.ts';
import type { HttpEnv } from '../../http/env.ts';
import { tooLarge } from '../../http/problem.ts';
import { cookieOptions, prefixOf } from './cookies/cookies.ts';
import { forgetKept } from './cookies/kept-cookie.ts';
import { sessionIdOf } from './cookies/session-cookie.ts';

/** The name of the field that proves that a form is one of ours. */
export const FORM_FIELD = 'form';
/** The name of the field by which a form tells that it was kept while somebody signed in again. */
export const KEPT_FIELD = 'kept';
/**
 * The name of the field by which a form tells what it is about where its address has an id alone: whoever signs in
 * again to send it is shown that.
 */
export const SUBJECT_FIELD = 'subject';
const COOKIE = 'easysms-form';
const SECRET = /^[\w-]{43}$/;
/** Bytes of a form of somebody who has not signed in: a stranger may send it, and it is parsed before its proof is. */
const LONGEST_OF_STRANGERS = 16 * 1024;
/** Far more fields than any page has, of forms that are parsed within milliseconds; files take longer. */
const MOST_FIELDS = 5_000;
const MOST_PARTS = 500;

interface Address {
  readonly publicUrl: string;
}

/** The proof that belongs to a secret which the browser alone has: the id of its session, or a cookie before that. */
export function proofOfSecret(secret: string): string {
  return createHash('sha256').update(`form\n${secret}`).digest('base64url');
}

function secretOf(c: Context<HttpEnv>, deps: Address): string | undefined {
  const cookie = getCookie(c, COOKIE, prefixOf(deps));
  return sessionIdOf(c, deps) ?? (cookie !== undefined && SECRET.test(cookie) ? cookie : undefined);
}

/** The value of `FORM_FIELD` for the forms of this response; a browser without a session gets a cookie for it. */
export function formProof(c: Context<HttpEnv>, deps: Address): string {
  const known = secretOf(c, deps) ?? c.var.formSecret;
  if (known !== undefined) return proofOfSecret(known);
  const secret = randomBytes(32).toString('base64url');
  c.set('formSecret', secret);
  setCookie(c, COOKIE, secret, cookieOptions(deps));
  return proofOfSecret(secret);
}

/**
 * Refuses a form that none of our pages made for this browser (CSRF); the check of its origin comes before. A page of
 * another site can't read the proof, and one that was planted belongs to no session.
 */
export function ownForm(deps: Address, longest = Number.POSITIVE_INFINITY): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const said = Number(c.req.header('Content-Length') ?? 0);
    if (said > longest || (await c.req.arrayBuffer()).byteLength > longest)
      throw tooLarge('This form may be 16 KiB at most.');
    const form = await readableForm(c);
    if (!isProven(c, deps, form[FORM_FIELD]))
      throw new Problem(403, 'form-expired', 'This form was made for another session: open the page again.');
    if (form[KEPT_FIELD] !== undefined) forgetKept(c, deps);
    await next();
  };
}

/** The same for a form that is open to people who have not signed in, which 16 KiB hold. */
export const strangersForm = (deps: Address): MiddlewareHandler<HttpEnv> => ownForm(deps, LONGEST_OF_STRANGERS);

/**
 * The fields of a form, those that come several times as lists.
 * @throws Problem 400 for a body that is no form, such as a multipart without its boundary; 413 for one with thousands
 * of fields, which no page of ours has
 */
export async function readableForm(c: Context<HttpEnv>): Promise<Record<string, unknown>> {
  const body = Buffer.from(await c.req.arrayBuffer());
  const boundary = boundaryOf(c.req.header('Content-Type') ?? '');
  if (boundary === null ? hasMoreFields(body, MOST_FIELDS) : standsMoreOften(body, `--${boundary}`, MOST_PARTS))
    throw tooLarge('A form may not have so many fields.');
  try {
    return await c.req.parseBody({ all: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(400, 'malformed-form', 'The form could not be read.');
  }
}

/** The text between the parts of a multipart form; null for another form, whatever parameters its type has. */
function boundaryOf(type: string): string | null {
  try {
    const { essence, params } = new MIMEType(type);
    return essence === 'multipart/form-data' ? params.get('boundary') : null;
  } catch {
    return null;
  }
}

/** True for the proof that the pages gave to this browser, be its session alive or not. */
export function isProven(c: Context<HttpEnv>, deps: Address, given: unknown): boolean {
  const secret = secretOf(c, deps);
  return secret !== undefined && typeof given === 'string' && equalInConstantTime(given, proofOfSecret(secret));
}

/** The text of a form's field; empty where it is missing or a file. */
export function fieldOf(form: Record<string, unknown>, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}
