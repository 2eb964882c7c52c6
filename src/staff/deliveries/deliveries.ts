import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { FHIR_EVENT_TYPES } from '../../domain/event-types.ts';
import type { CurrentTime, DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { type EndpointView, orderDeliveries, readEndpoints, resumeEndpoint } from '../../store/event-endpoints.ts';
import { addReader, type ReaderDeps, startReading } from '../../store/event-readers.ts';
import { lockOwn, type OwnSource } from '../sources/source-secrets.ts';
import { findSource } from '../sources/sources.sql.ts';
import {
  type DeliveryFilter,
  type DeliveryPlace,
  type DeliveryRow,
  findReplayed,
  listDeliveries,
  lockEndpoints,
  type ReplayedEvents,
  replayDeliveries,
} from './deliveries.sql.ts';

export type { DeliveryPlace, DeliveryRow, ReplayedEvents } from './deliveries.sql.ts';

/** Events of one replay at most. */
const MOST_REPLAYED = 10_000;

/**
 * Lists a source's events with what became of each, the newest first.
 * @throws Problem 404 for an unknown source
 */
export async function readDeliveries(
  { db }: DatabaseAccess,
  filter: DeliveryFilter,
  page: { readonly after: DeliveryPlace | null; readonly limit: number },
): Promise<DeliveryRow[]> {
  if (!(await findSource(db, filter.authorityId, filter.sourceId))) throw notFound('source');
  return listDeliveries(db, filter, page.after, page.limit);
}

/**
 * Sends events again, under their ids, whether or not they were taken; in order with what is not taken yet. Those that
 * the source's `types` leave out stay out.
 * @returns how many will be sent
 * @throws Problem 404 for an unknown source; 409 without an endpoint; 422 for more than 10,000
 */
export async function replayEvents(
  { db, now }: DatabaseAccess & CurrentTime,
  request: OwnSource,
  meant: ReplayedEvents,
): Promise<number> {
  const { authorityId, id: sourceId, actor } = request;
  return inTransaction(db, async (trx) => {
    const source = await lockOwn(trx, request, 'share');
    const channels = await lockEndpoints(trx, authorityId, sourceId);
    if (channels.length === 0) throw noEndpoint();
    const events = await findReplayed(trx, sourceId, meant, MOST_REPLAYED);
    if (events.length > MOST_REPLAYED) throw tooMany();
    const sequences = events.map(({ sequence }) => sequence);
    const appointments = [...new Set(events.map(({ appointmentId }) => appointmentId))];
    let count = 0;
    for (const channel of channels) {
      const types = channel === 'fhir' ? FHIR_EVENT_TYPES : (source.events?.types ?? null);
      count += await replayDeliveries(trx, { authorityId, sourceId, channel }, sequences, types);
      await orderDeliveries(trx, { sourceId, channel }, appointments, now());
    }
    const after = { events: count, ...('ids' in meant ? {} : { from: meant.from, to: meant.to }) };
    await writeAudit(trx, { actor, authorityId, target: sourceId, action: 'source.replay-events', after }, now());
    return count;
  });
}

/**
 * Makes the endpoints of a source live again, whatever became of them; everything that they have not taken is sent in
 * order.
 * @throws Problem 404 for an unknown source; 409 without an endpoint
 */
export async function resumeDeliveries(deps: ReaderDeps, request: OwnSource): Promise<readonly EndpointView[]> {
  const { db, now } = deps;
  const { authorityId, id, actor } = request;
  const endpoints = await inTransaction(db, async (trx) => {
    await lockOwn(trx, request, 'share');
    const before = await readEndpoints(trx, authorityId, id);
    if (before.length === 0) throw noEndpoint();
    for (const { channel } of before) await resumeEndpoint(trx, id, channel, now());
    await addReader(trx, request);
    const states = before.map(({ channel, state }) => ({ channel, state }));
    await writeAudit(trx, { actor, authorityId, target: id, action: 'source.resume-events', before: states }, now());
    return readEndpoints(trx, authorityId, id);
  });
  await startReading(deps, request);
  return endpoints;
}

/** 409 for what needs an endpoint. */
export function noEndpoint(): Problem {
  return new Problem(409, 'no-event-endpoint', 'This source has no endpoint for events: set `events` first.');
}

function tooMany(): Problem {
  const detail = `These are more than ${MOST_REPLAYED} events: choose a shorter time.`;
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: '/to', code: 'too_many', detail }] });
}
