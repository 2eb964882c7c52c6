import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, Problem } from '../../../domain/errors.ts';
import { settleReply } from '../../../staff/settle-reply.ts';
import { undoSettle } from '../../../staff/undo-settle.ts';
import type { HttpEnv } from '../../env.ts';
import { fieldOf } from '../forms.ts';
import { type PagesDeps, requireOnPage } from '../frame.tsx';
import { hrefOf } from '../navigation.ts';
import { placeText, readPlace } from './replies-page.tsx';
import { ACTIONS } from './reply-card.tsx';

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

/** `POST /admin/replies/{id}/settle`, from the form below a reply; leads back to the list. */
export async function settleReplyForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const action = ACTIONS.find((candidate) => candidate === form.action);
  if (!action || authorityId === '') throw new Problem(422, 'invalid', 'There is no such action.');
  const reader = requireOnPage(c, deps, authorityId, 'operator');
  const id = idOf(c);
  const request = { authorityId, id, action, appointment: appointmentOf(fieldOf(form, 'appointment')) };
  return backAfter(c, form, { done: action, conflict: 'already', undo: id }, () =>
    settleReply(deps, reader, request, deps.now()),
  );
}

/** `POST /admin/replies/{id}/undo`, from the form below a settled reply; leads back to the list. */
export async function undoSettleForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  if (authorityId === '') throw new Problem(422, 'invalid', 'There is no such authority.');
  const reader = requireOnPage(c, deps, authorityId, 'operator');
  const key = { authorityId, id: idOf(c) };
  return backAfter(c, form, { done: 'undone', conflict: 'late' }, () => undoSettle(deps, reader, key, deps.now()));
}

/** The id in the path. @throws Problem 404 for what can't be one */
function idOf(c: Context<HttpEnv>): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw notFound('inbound message');
  return id.data;
}

function isWithoutAppointment(error: unknown): boolean {
  return error instanceof Problem && error.faults.some(({ code }) => code === 'required');
}

/** @param words.undo the reply whose settling the next page can take back */
async function backAfter(
  c: Context<HttpEnv>,
  form: Record<string, unknown>,
  words: { readonly done: string; readonly conflict: string; readonly undo?: string },
  act: () => Promise<unknown>,
): Promise<Response> {
  const show = fieldOf(form, 'show') === 'settled' ? 'settled' : undefined;
  const meaning = /^[a-z_]{1,20}$/.exec(fieldOf(form, 'meaning'))?.[0];
  const place = readPlace(fieldOf(form, 'before'));
  const before = place ? placeText(place) : undefined;
  const back = (query: Record<string, string | undefined>) => {
    const href = hrefOf('/admin/replies', { id: fieldOf(form, 'authority') }, { show, meaning, before, ...query });
    return c.redirect(query.choose === undefined ? href : `${href}#svar-${query.choose}`, 303);
  };
  try {
    await act();
    return back({ done: words.done, reply: words.undo });
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back({ done: words.conflict });
    if (words.undo && isWithoutAppointment(error)) return back({ choose: words.undo });
    throw error;
  }
}
