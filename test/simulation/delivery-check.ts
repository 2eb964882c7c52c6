import { Webhook } from 'standardwebhooks';
import type { SharedDatabase } from './database.ts';
import type { EventEndpoint } from './event-endpoint.ts';
import { type FeedEvent, SHOWN_REMINDERS, type ShownReminder, STATES } from './feed-check.ts';
import type { Judge } from './judge.ts';
import { MINUTE } from './settings.ts';

/** The body of an event, as the endpoint reads it. */
interface Body {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: {
    readonly source: string;
    readonly reference: string;
    readonly reminder?: string;
    readonly status?: string;
  };
}

/** An endpoint that refused an event once is sent it again within this time. */
const RETRIED_MS = 15 * MINUTE;

/**
 * Compares what an endpoint was sent with what the feed of its source showed: each event at least once, those of an
 * appointment in order, each signed, nothing else; and its view of the reminders with the API's.
 * @param now events that are new by then may still be on their way
 */
export function checkDeliveries(
  judge: Judge,
  database: SharedDatabase,
  { source, endpoint, secret }: { readonly source: string; readonly endpoint: EventEndpoint; readonly secret: string },
  events: readonly FeedEvent[],
  now: number,
): void {
  const shown = new Map(events.filter(({ source_id }) => source_id === source).map((event) => [event.id, event]));
  const first = new Map<string, number>();
  const views = new Map<string, string>();
  const webhook = new Webhook(secret);
  endpoint.taken.forEach(({ body: text, headers }, nth) => {
    const body = JSON.parse(text) as Body;
    const event = shown.get(body.id);
    if (!event) {
      judge.violation(`the endpoint was sent ${body.type} ${body.id}, which the feed never showed`);
      return;
    }
    const isSame = body.type === event.type && body.sequence === Number(event.sequence) && body.data.source === source;
    if (!isSame || body.data.reference !== event.reference)
      judge.violation(`the endpoint was sent ${text} for ${JSON.stringify(event)}`);
    const stamp = new Date(Number(headers['webhook-timestamp']) * 1000);
    if (headers['webhook-signature'] !== webhook.sign(body.id, stamp, text) || headers['webhook-id'] !== body.id)
      judge.violation(`the endpoint was sent ${body.id} with another signature`);
    if (first.has(body.id)) return;
    first.set(body.id, nth);
    const { reminder, status } = body.data;
    if (body.type.startsWith('reminder.') && reminder && status) views.set(reminder, status);
  });
  const isNew = ({ at }: FeedEvent) => at.getTime() > now - RETRIED_MS;
  checkOrder(judge, [...shown.values()], first, isNew);
  for (const { id, status } of database.committed<ShownReminder>(SHOWN_REMINDERS) ?? []) {
    const told = [...shown.values()].filter(({ reminder_id }) => reminder_id === id);
    if (told.length > 0 && !told.some(isNew) && STATES.includes(status) && views.get(id) !== status)
      judge.violation(`${id} stands as ${status}, and its booking system saw ${views.get(id)} last`);
  }
}

function checkOrder(
  judge: Judge,
  events: readonly FeedEvent[],
  first: ReadonlyMap<string, number>,
  isNew: (event: FeedEvent) => boolean,
): void {
  const last = new Map<string, number>();
  for (const event of events) {
    const { id, type, appointment_id: appointment, reference, sequence } = event;
    const at = first.get(id);
    if (at === undefined) {
      if (reference !== null && !isNew(event))
        judge.violation(`the endpoint was never sent ${type} ${id} (${sequence})`);
      continue;
    }
    const before = last.get(appointment) ?? -1;
    if (at < before) judge.violation(`the endpoint was sent ${type} ${id} before what came before it`);
    last.set(appointment, Math.max(at, before));
  }
}
