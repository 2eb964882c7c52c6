import { afterAll, beforeAll } from 'vitest';
import { openTestApp, type TestApp, type TestRequest, toInit } from './app.ts';

export type Resource = Record<string, unknown> & { readonly resourceType: string };

export interface Outcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly {
    readonly severity: string;
    readonly code: string;
    readonly details: { readonly coding: readonly [{ readonly code: string }]; readonly text: string };
    readonly diagnostics?: string;
    readonly expression?: readonly string[];
  }[];
}

export interface ResponseBundle {
  readonly resourceType: 'Bundle';
  readonly type: string;
  readonly entry?: readonly { readonly response: { readonly status: string; readonly outcome: Outcome } }[];
}

export const START = '2026-12-08T09:00:00+01:00';

/** A Patient with a number, as a server has it. */
export function patient(id: string, phone: string | null = '20 12 34 56', more: object = {}): Resource {
  const telecom = phone === null ? {} : { telecom: [{ system: 'phone', value: phone }] };
  return { resourceType: 'Patient', id, ...telecom, ...more };
}

/** A booked Appointment two weeks ahead, whose patient is contained and has a number. */
export function appointment(id: string | null, more: object = {}): Resource {
  return {
    resourceType: 'Appointment',
    ...(id !== null && { id }),
    status: 'booked',
    start: START,
    contained: [patient('p')],
    participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
    ...more,
  };
}

/** The same of a patient who stands elsewhere. */
export function appointmentOf(id: string, patientId: string, more: object = {}): Resource {
  return appointment(id, {
    contained: undefined,
    participant: [{ actor: { reference: `Patient/${patientId}` } }],
    ...more,
  });
}

export function bundle(type: string, entries: readonly object[], more: object = {}): Resource {
  return { resourceType: 'Bundle', type, entry: entries, ...more };
}

export function message(entries: readonly object[], header: object = {}): Resource {
  const resource = {
    resourceType: 'MessageHeader',
    id: 'a1b2',
    eventCoding: { system: 'https://example.org/events', code: 'booking-request' },
    source: { endpoint: 'https://epj.example.org/fhir' },
    ...header,
  };
  return bundle('message', [{ fullUrl: 'urn:uuid:0b4c1c5e-5e8c-4a1f-8f3e-0b7a4f6f4b11', resource }, ...entries]);
}

/**
 * R4B and R5: what a topic subscription sends. `events`: event number and, unless the payload is empty, what it is
 * about.
 */
export function notification(
  type: string,
  events: readonly (readonly [number: number, focus?: string])[],
  more: object = {},
): Resource {
  const status = {
    resourceType: 'SubscriptionStatus',
    type,
    subscription: { reference: 'https://epj.example.org/fhir/Subscription/s1' },
    eventsSinceSubscriptionStart: String(Math.max(0, ...events.map(([number]) => number))),
    notificationEvent: events.map(([number, focus]) => ({
      eventNumber: String(number),
      ...(focus !== undefined && { focus: { reference: focus } }),
    })),
    ...more,
  };
  return bundle('subscription-notification', [{ resource: status }]);
}

export interface FhirClient {
  send(path: string, request?: TestRequest): Promise<Response>;
  /** The answer must have this status and be FHIR. */
  post<Answer = Outcome>(
    status: number,
    body: unknown,
    path?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  put<Answer = Outcome>(
    status: number,
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** As staff see it; undefined where there is none. */
  stored(reference: string): Promise<Stored | undefined>;
}

export interface Stored {
  readonly status: string;
  readonly version: number | null;
  readonly start: string | null;
  readonly phone: string | null;
  readonly reminders: readonly { readonly id: string; readonly status: string; readonly reason: string | null }[];
}

/** The same installation behind another application. */
export function overApp(app: TestApp['app']): Pick<TestApp, 'request'> {
  return { request: async (path, request = {}) => app.request(path, toInit(request)) };
}

/**
 * Opens an application with the source `epj` of the authority `rh` for the tests of a file, and closes it behind them.
 * @param use gets it, the token of the source and its client before the first test
 */
export function openFhirSource(
  use: (opened: { readonly test: TestApp; readonly token: string; readonly fhir: FhirClient }) => void,
): void {
  let test: TestApp;
  beforeAll(async () => {
    test = await openTestApp();
    await test.makeAuthority('rh');
    const { token } = await test.makeSource('rh', 'epj');
    use({ test, token, fhir: fhirClient(test, token, 'epj') });
  });
  afterAll(() => test.close());
}

/** Sends as the source `source` of the authority `authority`. */
export function fhirClient(
  test: Pick<TestApp, 'request'>,
  token: string,
  source: string,
  authority = 'rh',
): FhirClient {
  const send = (path: string, request: TestRequest = {}) => {
    const headers = { 'Content-Type': 'application/fhir+json;charset=UTF-8', ...request.headers };
    return test.request(`/v1/fhir/${source}${path}`, { token, ...request, headers });
  };
  const read = async <Answer>(status: number, response: Response): Promise<Answer> => {
    const text = await response.text();
    const type = response.headers.get('content-type');
    if (response.status !== status || type !== 'application/fhir+json; charset=utf-8') {
      throw new Error(`answered ${response.status} (${type}) instead of ${status}: ${text}`);
    }
    return JSON.parse(text) as Answer;
  };
  return {
    send,
    post: async (status, body, path = '', headers = {}) =>
      read(status, await send(path, { method: 'POST', body, headers })),
    put: async (status, path, body, headers = {}) => read(status, await send(path, { method: 'PUT', body, headers })),
    async stored(reference) {
      const response = await test.request(
        `/v1/authorities/${authority}/appointments/${source}/${encodeURIComponent(reference)}`,
      );
      return response.status === 404 ? undefined : ((await response.json()) as Stored);
    },
  };
}

/** What the reminders of an appointment have come to. */
export function statesOf(stored: Stored | undefined): readonly string[] {
  return (stored?.reminders ?? []).map(({ status, reason }) => (reason === null ? status : `${status}: ${reason}`));
}
