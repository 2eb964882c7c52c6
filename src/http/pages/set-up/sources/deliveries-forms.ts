import type { Context } from 'hono';
import { Problem } from '../../../../domain/errors.ts';
import { testEndpoint } from '../../../../events/test-endpoint.ts';
import { replayEvents, resumeDeliveries } from '../../../../staff/deliveries/deliveries.ts';
import { readSource } from '../../../../staff/sources/sources.ts';
import type { HttpEnv } from '../../../env.ts';
import { fieldOf } from '../../forms.ts';
import { hrefOf } from '../../navigation.ts';
import { requireSetUp, setUpPath } from '../frame.tsx';
import { readLocalMoment } from '../moments.ts';
import { type DeliveriesOutcome, deliveriesPage } from './deliveries-page.tsx';
import type { SourcePagesDeps } from './deps.ts';
import { EVENT_WORDS } from './event-words.ts';

const EVENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function meantBy(c: Context<HttpEnv>, deps: SourcePagesDeps) {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const { name: actor } = requireSetUp(c, deps, authorityId, 'operator');
  const source = await readSource(deps, authorityId, c.req.param('source') ?? '');
  return { form, source, authorityId, request: { authorityId, id: source.id, actor } };
}

const backTo = (c: Context<HttpEnv>, { id, authorityId }: { id: string; authorityId: string }, done: string) =>
  c.redirect(hrefOf(`${setUpPath('sources')}/${id}/deliveries`, { id: authorityId }, { done }), 303);

/** The sentence where there is no endpoint, or too much was meant. @throws the error itself, whatever else it is */
function refusalOf(c: Context<HttpEnv>, error: unknown): string {
  const words = EVENT_WORDS[c.var.language];
  const code = error instanceof Problem ? error.code : undefined;
  if (code === 'no-event-endpoint') return words.noEndpoint;
  if (code === 'invalid') return words.tooMany;
  throw error;
}

/** `POST …/deliveries/test`. */
export async function testForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const { source, request, authorityId } = await meantBy(c, deps);
  const words = EVENT_WORDS[c.var.language];
  const tested = await testEndpoint(deps, { ...source, fhirAuthorization: null }, request.actor);
  if (!tested) return deliveriesPage(c, deps, { fault: words.noEndpoint }, authorityId);
  const sentence = words.tested(tested.delivered, tested.result);
  return deliveriesPage(c, deps, tested.delivered ? { done: sentence } : { fault: sentence }, authorityId);
}

/** `POST …/deliveries/resume`. */
export async function resumeEventsForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const { request, authorityId } = await meantBy(c, deps);
  try {
    await resumeDeliveries(deps, request);
  } catch (error) {
    return deliveriesPage(c, deps, { fault: refusalOf(c, error) }, authorityId);
  }
  return backTo(c, request, 'resumed');
}

/** `POST …/deliveries/replay`: one event by its id, or those of a period. */
export async function replayForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const { form, request, authorityId } = await meantBy(c, deps);
  const id = fieldOf(form, 'id');
  const period = { from: fieldOf(form, 'from'), to: fieldOf(form, 'to') };
  const refused = (outcome: DeliveriesOutcome) => deliveriesPage(c, deps, outcome, authorityId);
  const from = await readLocalMoment(deps, authorityId, period.from);
  const to = await readLocalMoment(deps, authorityId, period.to);
  const meant = EVENT_ID.test(id) ? { ids: [id] } : from && to && from < to ? { from, to } : null;
  if (!meant) return refused({ fault: EVENT_WORDS[c.var.language].periodWrong, period });
  try {
    return backTo(c, request, `replayed-${await replayEvents(deps, request, meant)}`);
  } catch (error) {
    return refused({ fault: refusalOf(c, error), period });
  }
}
