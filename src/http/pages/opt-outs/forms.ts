import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, Problem } from '../../../domain/errors.ts';
import { readAnyNumber } from '../../../domain/phone.ts';
import { liftOptOutByStaff, recordOptOutByStaff } from '../../../staff/opt-outs.ts';
import { hasRoleEverywhere } from '../../../staff/people/visitor.ts';
import type { Reader } from '../../../staff/phone-access.ts';
import type { HttpEnv } from '../../env.ts';
import { noteText } from '../../schemas/text.ts';
import type { Faults } from '../fields.tsx';
import { fieldOf } from '../forms.ts';
import { type PagesDeps, requireOnPage } from '../frame.tsx';
import { hrefOf } from '../navigation.ts';
import { optOutsPage, readPlace } from './opt-outs-page.tsx';
import { OPT_OUT_WORDS, type OptOutWords } from './words.ts';

const MOST_REASON = 500;
const reasonField = noteText(MOST_REASON);

/** `POST /admin/opt-outs`, from the form above the list. */
export async function addOptOutForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = OPT_OUT_WORDS[c.var.language];
  const form = await c.req.parseBody();
  const [authorityId, raw, why] = [fieldOf(form, 'authority'), fieldOf(form, 'phone'), fieldOf(form, 'reason')];
  const reader = requireWholeAuthority(requireOnPage(c, deps, authorityId, 'operator'));
  const phone = raw.length > 64 ? null : readAnyNumber(raw);
  const { reason, fault } = readReason(why, words);
  const faults: Faults = { ...(phone === null && { phone: words.faults.phone }), ...(fault && { reason: fault }) };
  if (phone === null || reason === null)
    return optOutsPage(c, deps, { authorityId, faults, typed: { phone: raw, reason: why }, lifting: null, place: {} });
  const { created } = await recordOptOutByStaff(deps, reader, { authorityId, phone, reason }, deps.now());
  return c.redirect(hrefOf('/admin/opt-outs', { id: authorityId }, { done: created ? 'added' : 'known' }), 303);
}

/** `POST /admin/opt-outs/{id}/lift`, from the form in the list. */
export async function liftOptOutForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = OPT_OUT_WORDS[c.var.language];
  const form = await c.req.parseBody();
  const [authorityId, why] = [fieldOf(form, 'authority'), fieldOf(form, 'reason')];
  const reader = requireWholeAuthority(requireOnPage(c, deps, authorityId, 'operator'));
  const id = z.uuid().safeParse(c.req.param('id')).data;
  if (id === undefined) throw notFound('opt-out');
  const place = readPlace(fieldOf(form, 'show'), fieldOf(form, 'before'));
  const { reason, fault } = readReason(why, words);
  if (reason === null) {
    const faults: Faults = { [`reason-${id}`]: fault ?? undefined };
    return optOutsPage(c, deps, { authorityId, faults, typed: { phone: '', reason: why }, lifting: id, place });
  }
  const installation = hasRoleEverywhere(c.var.visitor, 'administrator');
  await liftOptOutByStaff(deps, reader, { authorityId, id, reason, installation }, deps.now());
  return c.redirect(hrefOf('/admin/opt-outs', { id: authorityId }, { done: 'lifted', ...place }), 303);
}

/** @throws Problem 403 for somebody who is limited to departments: a number is opted out of the whole authority */
function requireWholeAuthority(reader: Reader): Reader {
  if (reader.departments) throw new Problem(403, 'forbidden', 'Opt-outs are for those who see the whole authority.');
  return reader;
}

function readReason(text: string, words: OptOutWords): { reason: string | null; fault: string | null } {
  const read = reasonField.safeParse(text);
  if (read.success) return { reason: read.data, fault: null };
  const [issue] = read.error.issues;
  const code = issue?.code === 'custom' ? issue.params?.code : issue?.code;
  const { too_big, holds_cpr, holds_number, unprintable, reason } = words.faults;
  const told: Readonly<Record<string, string>> = { too_big, holds_cpr, holds_number, unprintable };
  return { reason: null, fault: told[String(code)] ?? reason };
}
