import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, Problem } from '../../domain/errors.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { APPOINTMENT_MISSING, settleReply } from '../../staff/replies/settle-reply.ts';
import { undoSettle } from '../../staff/replies/undo-settle.ts';
import { fieldOf } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import type { PageForm } from '../kit/page.ts';
import { placeText, readReplyPlace } from '../states/replies.ts';
import { actionIn, choiceId } from './decisions.tsx';
import { readNextEntry } from './done-in-place.tsx';
import { type RepliesFilter, SHOWN } from './words.ts';

/** The address of the list of replies. */
export const PATH = '/admin/replies';

/** The start page, to which forms of the replies there lead back: the value of their field `from`. */
export const FROM_START = 'start';

const appointmentField = z.tuple([z.string(), z.string()]);

/** The appointment that the form names, where there is a choice. @throws Problem 422 for one that no form holds */
function appointmentOf(field: string): { source: string; reference: string } | undefined {
  if (field === '') return undefined;
  try {
    const [source, reference] = appointmentField.parse(JSON.parse(field));
    return { source, reference };
  } catch {
    throw new Problem(422, 'invalid', 'There is no such appointment.');
  }
}

/** The form below a reply. */
export const SETTLE: PageForm<PagesDeps> = { path: `${PATH}/:id/settle`, right: 'operator', send: settle };

async function settle(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const action = actionIn(form.action);
  if (!action || authorityId === '') throw new Problem(422, 'invalid', 'There is no such action.');
  const reader = requireRight(c, deps, 'operator', authorityId);
  const id = idOf(c);
  const request = { authorityId, id, action, appointment: appointmentOf(fieldOf(form, 'appointment')) };
  const words = { done: action, conflict: 'already', reply: id };
  return backAfter(c, form, words, () => settleReply(deps, reader, request, deps.now()));
}

/** The form below a settled reply. */
export const UNDO: PageForm<PagesDeps> = { path: `${PATH}/:id/undo`, right: 'operator', send: undo };

async function undo(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  if (authorityId === '') throw new Problem(422, 'invalid', 'There is no such authority.');
  const reader = requireRight(c, deps, 'operator', authorityId);
  const key = { authorityId, id: idOf(c) };
  const words = { done: 'undone', conflict: 'late', reply: key.id };
  return backAfter(c, form, words, () => undoSettle(deps, reader, key, deps.now()));
}

/** The id in the path. @throws Problem 404 for what can't be one */
function idOf(c: Context<HttpEnv>): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw notFound('inbound message');
  return id.data;
}

function isWithoutAppointment(error: unknown): boolean {
  return error instanceof Problem && error.faults.some(({ code }) => code === APPOINTMENT_MISSING);
}

/** The part of the list that an address or a form names. @returns undefined for the first one, which has no name */
export function showIn(text: string | undefined): RepliesFilter | undefined {
  return SHOWN.find((each) => each === text && each !== 'open');
}

/** Leads back to the list that the form stood in, to where the reply stands or stood. */
async function backAfter(
  c: Context<HttpEnv>,
  form: Record<string, unknown>,
  { done, conflict, reply }: { readonly done: string; readonly conflict: string; readonly reply: string },
  act: () => Promise<unknown>,
): Promise<Response> {
  const authority = { id: fieldOf(form, 'authority') };
  const meaning = /^[a-z_]{1,20}$/.exec(fieldOf(form, 'meaning'))?.[0];
  const place = readReplyPlace(fieldOf(form, 'before'));
  const before = place ? placeText(place) : undefined;
  const list = form.from === FROM_START ? '/admin' : PATH;
  const kept = { show: showIn(fieldOf(form, 'show')), meaning, before };
  const next = readNextEntry(fieldOf(form, 'next'));
  const back = (word: string) => c.redirect(doneHref(list, authority, { ...kept, done: word, reply, next }), 303);
  try {
    await act();
    return back(done);
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back(conflict);
    if (!isWithoutAppointment(error)) throw error;
    return c.redirect(`${hrefOf(PATH, authority, { ...kept, choose: reply })}#${choiceId(reply)}`, 303);
  }
}
