import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { type Service, startService } from '../../src/service.ts';
import { startChild } from '../support/child.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { booking, MllpClient } from './client.ts';

const ADMIN = 'mllp-service-test-token-0123456789';

let folder: string;
let logged: string[];
const services: Service[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'easysms-mllp-'));
  logged = [];
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  rmSync(folder, { recursive: true });
});

const start = async (env: Readonly<Record<string, string>>): Promise<Service> => {
  const config = readConfig({ DATA_DIR: folder, PORT: '0', EASYSMS_ADMIN_TOKEN: ADMIN, ...env });
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const service = await startService({ config, gateways: [new ScriptedGateway()], log });
  services.push(service);
  return service;
};
const put = async ({ url }: Pick<Service, 'url'>, path: string, body: object): Promise<void> => {
  const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
};

it('the service listens for MLLP where it is asked to, and stops listening when it stops', {
  timeout: 60_000,
}, async () => {
  const service = await start({ MLLP_PORT: '0', MLLP_SOURCE: 'rh-epj' });
  await put(service, '/v1/authorities/rh', { name: 'Rigshospitalet', sender: 'Sundhed' });
  await put(service, '/v1/authorities/rh/sources/rh-epj', { name: 'EPJ' });
  const client = new MllpClient(service.mllpPort ?? 0);
  client.send(booking('M-1', 'V-1', { start: '209912010900' }));
  expect(await client.verdict()).toBe('AA M-1');
  const answer = await fetch(`${service.url}/v1/authorities/rh/appointments/rh-epj/V-1`, {
    headers: { Authorization: `Bearer ${ADMIN}` },
  });
  expect(answer.status).toBe(200);
  expect(logged.filter((line) => line.includes('listening for HL7 v2 over MLLP'))).toHaveLength(1);
  expect(logged.filter((line) => line.includes('MLLP without TLS'))).toEqual([]);
  await service.stop();
  await client.closed;
  expect(await new MllpClient(service.mllpPort ?? 0).closed).toMatchObject({ code: 'ECONNREFUSED' });
});

it('the service warns of an MLLP_SOURCE that is not there, once it starts', { timeout: 60_000 }, async () => {
  const warnings = () => logged.filter((line) => line.includes('MLLP_SOURCE names a source that is not there'));
  const first = await start({ MLLP_PORT: '0', MLLP_SOURCE: 'rh-epj' });
  expect(warnings()).toHaveLength(1);
  await put(first, '/v1/authorities/rh', { name: 'Rigshospitalet', sender: 'Sundhed' });
  await put(first, '/v1/authorities/rh/sources/rh-epj', { name: 'EPJ' });
  await first.stop();
  await start({ MLLP_PORT: '0', MLLP_SOURCE: 'rh-epj' });
  expect(warnings()).toHaveLength(1);
});

it('the service warns of MLLP without TLS on an address that others may reach', { timeout: 60_000 }, async () => {
  const service = await start({ MLLP_PORT: '0', MLLP_SOURCE: 'rh-epj', MLLP_HOST: '0.0.0.0' });
  expect(service.mllpPort).toBeGreaterThan(0);
  expect(logged.filter((line) => line.includes('MLLP without TLS'))).toHaveLength(1);
});

it('a worker, and a service without MLLP_PORT, do not listen for MLLP', { timeout: 60_000 }, async () => {
  const worker = await start({ MLLP_PORT: '0', MLLP_SOURCE: 'rh-epj', EASYSMS_ROLE: 'worker' });
  expect(worker.mllpPort).toBeNull();
  await worker.stop();
  expect((await start({})).mllpPort).toBeNull();
});

it('a port that somebody else has is told in one sentence, and nothing stays behind', { timeout: 60_000 }, async () => {
  const first = await start({ MLLP_PORT: '0', MLLP_SOURCE: 'rh-epj' });
  const other = mkdtempSync(join(tmpdir(), 'easysms-mllp-'));
  const env = { DATA_DIR: other, PORT: '0', MLLP_PORT: String(first.mllpPort), MLLP_SOURCE: 'rh-epj' };
  const child = startChild('../../src/main.ts', [], env);
  expect(await child.exit).toBe(1);
  expect(child.errors()).toMatch(/^EasySMS could not start: .*EADDRINUSE/);
  rmSync(other, { recursive: true });
});
