import type { Context } from 'hono';
import { Problem } from '../../../domain/errors.ts';
import { may } from '../../../domain/people/access.ts';
import { testEndpoint } from '../../../events/send.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { replayEvents, resumeDeliveries } from '../../../staff/deliveries/deliveries.ts';
import type { Faults } from '../../kit/fields.tsx';
import { fieldOf } from '../../kit/forms.ts';
import { readLocalMoment } from '../moments.ts';
import { type DeliveriesOutcome, deliveriesPage } from './deliveries-page.tsx';
import { EVENT_WORDS } from './event-words.ts';
import { resultText } from './result-words.ts';
import type { SourcePagesDeps } from './source-frame.tsx';
import { backToSource, readSourceForm } from './source-frame.tsx';

const EVENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The sentence where there is no endpoint, for those who may set one up or not. */
function noEndpoint(c: Context<HttpEnv>, authorityId: string): string {
  return EVENT_WORDS[c.var.language].noEndpoint(may(c.var.visitor, 'whole-administrator', authorityId));
}

/** The sentence where there is no endpoint, or too much was meant. @throws the error itself, whatever else it is */
function refusalOf(c: Context<HttpEnv>, authorityId: string, error: unknown): string {
  const code = error instanceof Problem ? error.code : undefined;
  if (code === 'no-event-endpoint') return noEndpoint(c, authorityId);
  if (code === 'invalid') return EVENT_WORDS[c.var.language].tooMany;
  throw error;
}

/** `POST …/deliveries/test`: sends a test event to the endpoint and shows what it responded. */
export async function testForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const { source, authorityId, actor } = await readSourceForm(c, deps, 'operator');
  const tested = await testEndpoint(deps, { ...source, fhirAuthorization: null }, actor);
  if (!tested) return deliveriesPage(c, deps, { fault: noEndpoint(c, authorityId) }, authorityId);
  const sentence = EVENT_WORDS[c.var.language].tested(tested.delivered, resultText(tested.result, c.var.language));
  return deliveriesPage(c, deps, tested.delivered ? { done: sentence } : { fault: sentence }, authorityId);
}

/** `POST …/deliveries/resume`: sends again to an endpoint that was paused or has ended. */
export async function resumeEventsForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps, 'operator');
  const { source, authorityId, actor } = sent;
  try {
    await resumeDeliveries(deps, { authorityId, id: source.id, actor });
  } catch (error) {
    return deliveriesPage(c, deps, { fault: refusalOf(c, authorityId, error) }, authorityId);
  }
  return backToSource(c, sent, 'resumed', '/deliveries');
}

/** `POST …/deliveries/replay`: one event by its id, or those of a period. */
export async function replayForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps, 'operator');
  const { form, source, authorityId, actor } = sent;
  const id = fieldOf(form, 'id');
  const period = { from: fieldOf(form, 'from'), to: fieldOf(form, 'to') };
  const refused = (outcome: DeliveriesOutcome) => deliveriesPage(c, deps, outcome, authorityId);
  const from = await readLocalMoment(deps, authorityId, period.from);
  const to = await readLocalMoment(deps, authorityId, period.to);
  const meant = EVENT_ID.test(id) ? { ids: [id] } : from && to && from < to ? { from, to } : null;
  if (!meant) return refused({ faults: periodFaults(c, from, to), period });
  try {
    const events = await replayEvents(deps, { authorityId, id: source.id, actor }, meant);
    return backToSource(c, sent, `replayed-${events}`, '/deliveries');
  } catch (error) {
    const sentence = refusalOf(c, authorityId, error);
    const isPeriod = error instanceof Problem && error.code === 'invalid';
    return refused(isPeriod ? { faults: { to: sentence }, period } : { fault: sentence, period });
  }
}

/** The faults of a period, whose ends are undefined where they can't be read. */
function periodFaults(c: Context<HttpEnv>, from: Date | undefined, to: Date | undefined): Faults {
  const { momentWrong, periodWrong } = EVENT_WORDS[c.var.language];
  if (from && to) return { to: periodWrong };
  return { ...(!from && { from: momentWrong }), ...(!to && { to: momentWrong }) };
}
