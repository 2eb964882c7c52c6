import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Service, startService } from '../../src/service.ts';
import { ScriptedGateway } from '../support/gateway.ts';

const ADMIN = 'operations-test-token-0123456789';
const LEAD_MS = 2 * 3_600_000;
export const SENDER = '1204';

/** A reminder as the administration shows it. */
interface Seen {
  readonly status: string;
  readonly reason: string | null;
}

/** An authority's installation: its keys, its gateway, and one process after another. */
export class Site {
  readonly gateway: ScriptedGateway;
  readonly #keys = `test:${randomBytes(32).toString('base64')}`;
  readonly #services: Service[] = [];
  #sourceToken = '';

  constructor(gateway = new ScriptedGateway()) {
    this.gateway = gateway;
  }

  async start(databaseUrl: string, env: Record<string, string> = {}, clock: Clock = systemClock): Promise<Service> {
    const config = readConfig({
      DATABASE_URL: databaseUrl,
      PORT: '0',
      PUBLIC_URL: 'https://sms.example.org',
      EASYSMS_ADMIN_TOKEN: ADMIN,
      EASYSMS_ENCRYPTION_KEYS: this.#keys,
      EASYSMS_GATEWAYS: 'simulator',
      ...env,
    });
    const service = await startService({ config, gateways: [this.gateway], log: pino({ enabled: false }), clock });
    this.#services.push(service);
    return service;
  }

  async setUp(service: Service, settings: Record<string, unknown> = {}): Promise<void> {
    const rules = [{ id: 'before', template: 'reminder', lead: 'PT2H' }];
    const body = { name: 'Rigshospitalet', sender: SENDER, sendingWindow: null, rules, ...settings };
    await this.admin(service, 'PUT', '/v1/authorities/rh', body);
    const source = await this.admin<{ secrets: { token: string } }>(service, 'PUT', '/v1/authorities/rh/sources/epj', {
      name: 'EPJ',
    });
    this.#sourceToken = source.secrets.token;
  }

  /** Books an appointment whose reminder is due in `ms`. @returns the status of the answer */
  async book(service: Service, id: string, ms: number, phone: string): Promise<number> {
    const start = new Date(systemClock.now().getTime() + LEAD_MS + ms).toISOString();
    return this.post(service, { type: 'appointment.booked', data: { id, start, patient: { phone } } });
  }

  async post(service: Service, event: unknown, token = this.#sourceToken): Promise<number> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return (await fetch(`${service.url}/v1/webhooks/epj`, { method: 'POST', headers, body: JSON.stringify(event) }))
      .status;
  }

  async admin<T = Record<string, unknown>>(service: Service, method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
    const answer = await fetch(service.url + path, { method, headers, ...sent });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async reminder(service: Service, id: string): Promise<Seen | undefined> {
    const { reminders } = await this.admin<{ reminders: Seen[] }>(
      service,
      'GET',
      `/v1/authorities/rh/appointments/epj/${id}`,
    );
    return reminders[0];
  }

  /** A citizen writes. */
  async reply(service: Service, from: string, text: string): Promise<number> {
    const query = new URLSearchParams({ token: 'test-token', from, to: SENDER, text });
    return (await fetch(`${service.url}/v1/callbacks/scripted/inbound?${query}`)).status;
  }

  async stop(): Promise<void> {
    this.gateway.release();
    await Promise.all(this.#services.splice(0).map((service) => service.stop()));
  }
}

/** The figures of a process, as Prometheus reads them: `name{labels}` to value. */
export async function scrape(service: Service): Promise<Map<string, number>> {
  const answer = await fetch(`${service.url}/metrics`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}: ${text}`);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
