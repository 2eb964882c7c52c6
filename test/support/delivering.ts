import { systemClock } from '../../src/clock.ts';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import type { EventSettings, EventType } from '../../src/domain/event-types.ts';
import { Deliverer } from '../../src/events/deliverer.ts';
import type { DrainDeps } from '../../src/events/endpoint-drain.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { OutgoingHttp } from '../../src/runtime/outgoing/http.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { readEndpoints } from '../../src/store/event-endpoints.ts';
import { recordEvents } from '../../src/store/events.ts';
import type { TestDatabase } from './database.ts';
import { allowServer, ownServers } from './own-servers.ts';
import { PHONE, type Sending, startSending } from './sending.ts';

export const PUBLIC_URL = 'https://sms.example.org';

/** Everything that sends events, above a database, with calls over real connections of this machine. */
export interface Delivering extends Sending {
  readonly deps: Sending['deps'] & DrainDeps;
  /** Sets the endpoint of a source of `authority`, with the id of it. @returns the secret where one was made */
  endpoint(authority: string, url: string, settings?: Partial<EventSettings>): Promise<string>;
  /** Records an event about an appointment, and numbers it. */
  tell(appointmentId: string, type?: EventType, reason?: string | null): Promise<void>;
  appointment(authority: string, reference?: string): Promise<string>;
  /** Another process. */
  deliverer(): Deliverer;
  /** Sends what is due, and waits until nothing is under way. */
  deliver(deliverer?: Deliverer): Promise<void>;
  close(): Promise<void>;
}

/** Its clock stands still, at the present time: receivers refuse signatures that are five minutes off. */
export function startDelivering(database: TestDatabase): Delivering {
  const sending = startSending(database, { clock: { now: systemClock.now() } });
  const outgoing = new OutgoingHttp(ownServers, 128);
  const deps = { ...sending.deps, outgoing, publicUrl: PUBLIC_URL };
  const made: Deliverer[] = [];
  const deliverer = () => {
    const one = new Deliverer(deps);
    made.push(one);
    return one;
  };
  const first = deliverer();
  return Object.assign(sending, {
    deps,
    deliverer,
    async endpoint(authority: string, url: string, settings: Partial<EventSettings> = {}) {
      allowServer(url);
      const events = { url, types: null, includePhone: false, format: 'json', ...settings } as const;
      const request = { authorityId: authority, id: authority, actor: 'test' };
      const { secrets } = await putSource(
        deps,
        { ...request, settings: { ...SOURCE_DEFAULTS, name: authority, events } },
        sending.clock.now,
      );
      return secrets.events?.secret ?? '';
    },
    async tell(appointmentId: string, type: EventType = 'citizen.confirmed', reason: string | null = null) {
      await recordEvents(database.db, [{ type, appointmentId, inboundId: null, reason }], sending.clock.now);
      await numberRecordedEvents(deps, sending.clock.now);
    },
    appointment(authority: string, reference?: string) {
      return sending.rows.appointment(authority, PHONE, reference === undefined ? {} : { reference });
    },
    async deliver(by: Deliverer = first) {
      await by.deliver();
      await by.idle();
    },
    async close() {
      await Promise.all(made.map((each) => each.stop()));
      await outgoing.close();
    },
  } satisfies Omit<Delivering, keyof Sending> & Pick<Delivering, 'deps'>);
}

/** How the endpoint of a source fares. */
export async function endpointOf({ db }: Pick<Delivering, 'db'>, source: string) {
  const [endpoint] = await readEndpoints(db, source, source);
  if (!endpoint) throw new Error(`${source} has no endpoint`);
  return endpoint;
}
