import '../src/utc.ts';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { z } from 'zod';
import { openDatabase } from '../src/database/connect.ts';
import { acceptParameters, filled, readPattern } from './pattern.ts';
import { createPeer, type Enqueue } from './peers.ts';
import { postFirst } from './rows.ts';
import { configFor, environmentFor, startBenchService } from './service.ts';

/**
 * The statement of the service with one appointment in it, for each request; nothing is gathered, and nothing is
 * checked or encrypted anew.
 */
async function createOneByOne(place: string): Promise<Enqueue> {
  await postFirst(environmentFor(place));
  const database = await openDatabase(place.startsWith('/') ? { dataDir: place } : { databaseUrl: place });
  const parameters = acceptParameters(await readPattern(database));
  let next = 0;
  return async () => {
    const nth = next++;
    const values = parameters.map((text) => sql`${filled(text, nth)}::json`);
    const { rows } = await sql<{ known: number[] | null }>`select accept_new(${sql.join(values)}) as known`.execute(
      database.db,
    );
    if (rows[0]?.known?.length !== 0) throw new Error('the statement wrote no appointment');
  };
}

/**
 * One of the servers that are compared, in a process of its own: `server.ts <kind> <url of its database, or a folder
 * for an embedded one> <url of its queue>`. It tells its address and token to whoever forked it.
 */
const [kind = '', database = '', queue = database] = process.argv.slice(2);

const patient = z.object({ phone: z.string() });
const location = z.object({ text: z.string() }).optional();
const version = z.number().default(1);
const event = z.object({
  type: z.string(),
  data: z.object({ id: z.string(), start: z.string(), version, patient, location }),
});

/**
 * The route as it would be around a job queue: the same framework, a bearer token, the schema checked, two jobs an
 * appointment.
 */
async function startAround(enqueue: Enqueue): Promise<{ url: string; token: string }> {
  const app = new Hono().post('/v1/webhooks/bench', async (c) => {
    if (!c.req.header('authorization')?.startsWith('Bearer ')) return c.body(null, 401);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { data } = event.parse(JSON.parse(new TextDecoder().decode(body)));
    await enqueue({
      ...{ id: data.id, start: new Date(data.start), version: data.version, phone: data.patient.phone },
      ...{ place: data.location?.text ?? null, idempotencyKey: c.req.header('idempotency-key') ?? null, body },
    });
    return c.json({ result: 'accepted', reference: data.id, reminders: 2, alreadyHandedOver: [] }, 202);
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => {
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'bench' });
    });
  });
}

async function start(): Promise<{ url: string; token: string }> {
  if (kind === 'service') {
    const { url, token } = await startBenchService(configFor(database));
    return { url, token };
  }
  if (kind === 'ceiling') return startAround(async () => {});
  return startAround(kind === 'one by one' ? await createOneByOne(database) : await createPeer(kind, queue, database));
}

process.on('disconnect', () => process.exit(0));
process.send?.(await start());
