import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { type DatabaseKind, openTestDatabase } from '../support/database.ts';
import { type Delivering, endpointOf, startDelivering } from '../support/delivering.ts';
import { faultsOfFhir } from '../support/fhir-schema.ts';
import { allowServer } from '../support/own-servers.ts';
import { useOpened } from '../support/scenario.ts';
import { HOUR, later } from '../support/sending.ts';

interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly identifier?: readonly { readonly system: string; readonly value: string }[];
}

/** A FHIR server that creates as HAPI does: authorized, conditional, by the schema, with referential integrity. */
class FhirStore {
  readonly resources: Resource[] = [];
  readonly appointments = new Set<string>();
  readonly requests: string[] = [];
  available = true;
  readonly #server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      this.requests.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
      const { status, body } = this.#answer(request.headers, text);
      response.writeHead(status, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(body));
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/fhir`;
  }

  #answer(headers: NodeJS.Dict<string | string[]>, text: string): { status: number; body: object } {
    const refused = (status: number, diagnostics: unknown) => ({
      status,
      body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid', diagnostics }] },
    });
    if (!this.available) return refused(503, 'starting');
    if (headers.authorization !== 'Bearer fhir-token') return refused(401, 'token');
    const resource = JSON.parse(text) as Resource & { appointment: { reference?: string } };
    const faults = faultsOfFhir(resource);
    if (faults.length > 0) return refused(400, faults);
    const { reference } = resource.appointment;
    if (reference !== undefined && !this.appointments.has(reference)) return refused(400, `unknown ${reference}`);
    const condition = /^identifier=([^|]+)\|(.+)$/.exec(String(headers['if-none-exist'] ?? ''));
    const known = this.resources.find(({ identifier = [] }) =>
      identifier.some(({ system, value }) => system === condition?.[1] && value === condition[2]),
    );
    if (known) return { status: 200, body: known };
    const created = { ...resource, id: String(this.resources.length + 1) };
    this.resources.push(created);
    return { status: 201, body: created };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.closeAllConnections();
      this.#server.close(() => resolve());
    });
  }
}

describe.each<DatabaseKind>(['embedded', 'postgres'])('answers of citizens (%s)', (kind) => {
  let site: Delivering;
  let fhir: FhirStore;

  const database = useOpened(() => openTestDatabase(kind), { each: true });
  beforeEach(async () => {
    site = startDelivering(database);
    fhir = await new FhirStore().start();
    await site.rows.authority('rh');
    allowServer(fhir.url);
    await putSource(
      site.deps,
      {
        ...{ authorityId: 'rh', id: 'rh', actor: 'test' },
        settings: { ...SOURCE_DEFAULTS, name: 'EPJ', fhirBaseUrl: fhir.url, appointmentResponses: true },
        secrets: { hmac: undefined, fhirAuthorization: 'Bearer fhir-token' },
      },
      site.clock.now,
    );
  });
  afterEach(async () => {
    await fhir.close();
    await site.close();
  });

  it('go to the FHIR server as AppointmentResponse, valid by HL7’s schema, and nothing else does', async () => {
    fhir.appointments.add('Appointment/4711');
    const appointment = await site.appointment('rh', '4711');
    const types = [
      'citizen.confirmed',
      'citizen.replied',
      'slot.freed',
      'citizen.cancelled',
      'reminder.failed',
    ] as const;
    for (const type of types) await site.tell(appointment, type);
    await site.deliver();
    expect(fhir.requests).toEqual(Array(2).fill('POST /fhir/AppointmentResponse application/fhir+json'));
    expect(fhir.resources).toMatchObject([
      { appointment: { reference: 'Appointment/4711' }, participantStatus: 'accepted' },
      { appointment: { reference: 'Appointment/4711' }, participantStatus: 'declined' },
    ]);
  });

  it('name the patient of a group appointment, and an id that is none of FHIR as an identifier', async () => {
    fhir.appointments.add('Appointment/group');
    await site.tell(await site.appointment('rh', 'group~P-1'), 'citizen.cancelled');
    await site.tell(await site.appointment('rh', 'group~_0123456789ab'), 'citizen.cancelled');
    await site.tell(await site.appointment('rh', 'EPJ:47/11'), 'citizen.cancelled');
    await site.deliver();
    expect(fhir.resources).toMatchObject([
      { appointment: { reference: 'Appointment/group' }, actor: { reference: 'Patient/P-1' } },
      { appointment: { reference: 'Appointment/group' }, participantType: [{ coding: [{ code: 'PART' }] }] },
      { appointment: { identifier: { value: 'EPJ:47/11' } }, participantType: [{ coding: [{ code: 'PART' }] }] },
    ]);
  });

  it('are created once, however often they come', async () => {
    fhir.appointments.add('Appointment/4711');
    await site.tell(await site.appointment('rh', '4711'), 'citizen.confirmed');
    await site.deliver();
    await site.db.updateTable('delivery').set({ status: 'pending', next_at: site.clock.now }).execute();
    await site.deliver();
    expect([fhir.requests.length, fhir.resources.length]).toEqual([2, 1]);
  });

  it('wait for a server that is away, and for an authorization that it refuses', async () => {
    fhir.appointments.add('Appointment/4711');
    fhir.available = false;
    await site.tell(await site.appointment('rh', '4711'), 'citizen.cancelled');
    await site.deliver();
    expect(await endpointOf(site, 'rh')).toMatchObject({ channel: 'fhir', lastResult: 'HTTP 503', pending: 1 });
    fhir.available = true;
    site.clock.now = later(HOUR, site.clock.now);
    await site.deliver();
    expect(fhir.resources).toHaveLength(1);
    expect(site.logged.join()).not.toContain('fhir-token');
  });
});
