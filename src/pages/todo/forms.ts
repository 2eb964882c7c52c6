import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, Problem } from '../../domain/errors.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { handleAppointment, takeRefusalsOff, undoHandled } from '../../staff/to-do/tick-off.ts';
import { fieldOf } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { doneHref } from '../kit/navigation.ts';
import { LISTS } from './citizens.tsx';

/** `POST /admin/to-do/{id}/handle`, from the button at an appointment; leads back to its list. */
export async function handleForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const reader = requireRight(c, deps, 'operator', authorityId);
  await handleAppointment(deps, reader, { authorityId, appointmentId: idOf(c) }, deps.now());
  const list = LISTS.find((name) => name === form.list);
  return c.redirect(doneHref('/admin', { id: authorityId }, { done: 'handled', list }), 303);
}

/** `POST /admin/to-do/{id}/undo`, from the button at an appointment that was ticked off. */
export async function undoHandledForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const authorityId = fieldOf(await c.req.parseBody(), 'authority');
  const reader = requireRight(c, deps, 'operator', authorityId);
  const back = (done: string) => c.redirect(doneHref('/admin', { id: authorityId }, { done }), 303);
  try {
    await undoHandled(deps, reader, { authorityId, appointmentId: idOf(c) }, deps.now());
    return back('undone');
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back('late');
    throw error;
  }
}

/** `POST /admin/to-do/{source}/seen`, from the button at a source whose messages were refused. */
export async function refusalsSeenForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const reader = requireRight(c, deps, 'whole-operator', authorityId);
  const until = z.iso.datetime().safeParse(fieldOf(form, 'until'));
  if (!until.success) throw notFound('refusal');
  const seen = { authorityId, sourceId: c.req.param('source') ?? '', until: new Date(until.data) };
  await takeRefusalsOff(deps, reader, seen, deps.now());
  return c.redirect(doneHref('/admin', { id: authorityId }, { done: 'seen' }), 303);
}

/** The id in the path. @throws Problem 404 for what can't be one */
function idOf(c: Context<HttpEnv>): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw notFound('appointment');
  return id.data;
}
