import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../domain/errors.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { noteText } from '../../http/schemas/text.ts';
import { liftOptOutByStaff, recordOptOutByStaff, searchOptOuts } from '../../staff/opt-outs.ts';
import type { Faults } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { doneHref } from '../kit/navigation.ts';
import { readNextEntry } from '../replies/done-in-place.tsx';
import type { OptOutFault } from './opt-out-row.tsx';
import { optOutsPage, readOptOutPlace } from './opt-outs-page.tsx';
import { OPT_OUT_WORDS, type OptOutWords } from './words.ts';

/** Characters of a number as it is typed. */
const MOST_NUMBER = 64;
const MOST_REASON = 500;
const reasonField = noteText(MOST_REASON);

/** `POST /admin/opt-outs`, from the form above the list. */
export async function addOptOutForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = OPT_OUT_WORDS[c.var.language];
  const form = await c.req.parseBody();
  const [authorityId, raw, why] = [fieldOf(form, 'authority'), fieldOf(form, 'phone'), fieldOf(form, 'reason')];
  const reader = requireRight(c, deps, 'whole-operator', authorityId);
  const refused = (fault: OptOutFault) => optOutsPage(c, deps, { fault });
  const phone = raw.length > MOST_NUMBER ? null : readAnyNumber(raw);
  const { reason, fault } = readReason(why, words);
  const faults: Faults = { ...(phone === null && { phone: words.faults.phone }), ...(fault && { reason: fault }) };
  if (phone === null || reason === null)
    return refused({ authorityId, faults, typed: { phone: raw, reason: why }, lifting: null, place: {} });
  const { created } = await recordOptOutByStaff(deps, reader, { authorityId, phone, reason }, deps.now());
  return c.redirect(doneHref('/admin/opt-outs', { id: authorityId }, { done: created ? 'added' : 'known' }), 303);
}

/** `POST /admin/opt-outs/{id}/lift`, from the form in the list. */
export async function liftOptOutForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = OPT_OUT_WORDS[c.var.language];
  const form = await c.req.parseBody();
  const [authorityId, why] = [fieldOf(form, 'authority'), fieldOf(form, 'reason')];
  const reader = requireRight(c, deps, 'whole-operator', authorityId);
  const id = z.uuid().safeParse(c.req.param('id')).data;
  if (id === undefined) throw notFound('opt-out');
  const refused = (fault: OptOutFault) => optOutsPage(c, deps, { fault });
  const place = readOptOutPlace((name) => fieldOf(form, name));
  const { reason, fault } = readReason(why, words);
  if (reason === null) {
    const faults: Faults = { [`reason-${id}`]: fault ?? undefined };
    return refused({ authorityId, faults, typed: { phone: '', reason: why }, lifting: id, place });
  }
  await liftOptOutByStaff(deps, reader, { authorityId, id, reason, installation: reader.installation }, deps.now());
  const next = readNextEntry(fieldOf(form, 'next'));
  const query = { done: 'lifted', ...place, opt: id, next };
  return c.redirect(doneHref('/admin/opt-outs', { id: authorityId }, query), 303);
}

/** `POST /admin/opt-outs-of-number`: the opt-outs of one number, which has no place in an address. */
export async function searchOptOutsForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const [authorityId, typed] = [fieldOf(form, 'authority'), fieldOf(form, 'number').trim()];
  const reader = requireRight(c, deps, 'whole-operator', authorityId);
  const phone = typed.length > MOST_NUMBER ? null : readAnyNumber(typed);
  if (phone === null) {
    const faults = { number: OPT_OUT_WORDS[c.var.language].faults.phone };
    return optOutsPage(c, deps, { search: { authorityId, typed, faults, found: null } });
  }
  const found = await searchOptOuts(deps, reader, { authorityId, phone }, deps.now());
  return optOutsPage(c, deps, { search: { authorityId, typed, found } });
}

function readReason(text: string, words: OptOutWords): { reason: string | null; fault: string | null } {
  const read = reasonField.safeParse(text);
  if (read.success) return { reason: read.data, fault: null };
  const [issue] = read.error.issues;
  const code = issue?.code === 'custom' ? issue.params?.code : issue?.code;
  const { too_big, holds_cpr, holds_number, unprintable, reason } = words.faults;
  const texts: Readonly<Record<string, string>> = { too_big, holds_cpr, holds_number, unprintable };
  return { reason: null, fault: texts[String(code)] ?? reason };
}
