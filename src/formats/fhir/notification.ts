import { asText, countOf, type Json, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import type { FhirFeed } from './reading.ts';

/** Topic notification: SubscriptionStatus (R4B, R5) or the Parameters of the R4 backport. */
export interface Notification {
  /** True for handshake, heartbeat and responses to a status query, which carry no event. */
  readonly isEmpty: boolean;
  /** References to the resources of the events. */
  readonly foci: readonly string[];
  readonly feed: FhirFeed | undefined;
}

const NOTHING_HAPPENED = new Set(['handshake', 'heartbeat', 'query-status']);
const MAX_EVENTS = 1000;

/**
 * Reads the first resource of a Bundle as a notification.
 * @returns undefined when it is not one
 */
export function readNotification(bundleType: string, first: Json | undefined): Notification | undefined {
  if (textOf(first, 'resourceType') === 'SubscriptionStatus') return fromStatus(first as Json);
  const mayBe = bundleType === 'history' || bundleType === 'subscription-notification';
  if (!mayBe || textOf(first, 'resourceType') !== 'Parameters') return undefined;
  const parameters = namedIn(first as Json, 'parameter');
  return parameters.has('type') ? fromParameters(parameters) : undefined;
}

function fromStatus(status: Json): Notification {
  const events = objectsOf(status, 'notificationEvent').slice(0, MAX_EVENTS);
  const subscription = propertyOf(status, 'subscription');
  return build(
    textOf(status, 'type'),
    textOf(subscription, 'reference') ?? asText(subscription),
    countOf(status, 'eventsSinceSubscriptionStart'),
    events.map((event) => ({
      number: countOf(event, 'eventNumber'),
      focus: textOf(objectOf(event, 'focus'), 'reference'),
    })),
  );
}

function fromParameters(parameters: ReadonlyMap<string, readonly Json[]>): Notification {
  const events = (parameters.get('notificationevent') ?? [])
    .slice(0, MAX_EVENTS)
    .map((event) => namedIn(event, 'part'));
  return build(
    textIn(parameters, 'type'),
    textIn(parameters, 'subscription'),
    countOf({ count: textIn(parameters, 'eventssincesubscriptionstart') }, 'count'),
    events.map((parts) => ({
      number: countOf({ count: textIn(parts, 'eventnumber') }, 'count'),
      focus: textIn(parts, 'focus'),
    })),
  );
}

interface Event {
  readonly number: number | undefined;
  readonly focus: string | undefined;
}

function build(
  type: string | undefined,
  subscription: string | undefined,
  sinceStart: number | undefined,
  events: readonly Event[],
): Notification {
  const isEmpty = NOTHING_HAPPENED.has(type?.toLowerCase() ?? '');
  const eventNumbers = isEmpty ? [] : events.flatMap(({ number }) => number ?? []);
  return {
    isEmpty,
    foci: events.flatMap(({ focus }) => focus ?? []),
    feed: subscription === undefined ? undefined : { subscription, eventNumbers, sinceStart: sinceStart ?? null },
  };
}

/** Parameters by their names in lower case without dashes, since versions of the guide differ in both. */
function namedIn(holder: Json, key: 'parameter' | 'part'): Map<string, Json[]> {
  const named = new Map<string, Json[]>();
  for (const each of objectsOf(holder, key)) {
    const name = textOf(each, 'name')?.replaceAll('-', '').toLowerCase();
    if (name === undefined) continue;
    const known = named.get(name);
    if (known) known.push(each);
    else named.set(name, [each]);
  }
  return named;
}

/** Value of any type: senders write a subscription's reference as a string, and a 64-bit number as an unsignedInt. */
function textIn(parameters: ReadonlyMap<string, readonly Json[]>, name: string): string | undefined {
  const [parameter] = parameters.get(name) ?? [];
  const value = Object.entries(parameter ?? {}).find(([key]) => key.startsWith('value'))?.[1];
  return textOf(value, 'reference') ?? asText(value);
}
