import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { FsyncedBook } from './fsynced-book.ts';
import { type SystemBehaviour, type SystemCounts, type TakenEvent, WELL_BEHAVED_SYSTEM } from './outgoing-events.ts';
import { seeded } from './random.ts';

/**
 * A booking system in a process of its own. An event stands in its book, on the disk, before it is answered 2xx. Its
 * clock is not the world's, so a signature is compared with the one that it makes itself for the time of the call.
 */
const [, , folder = '', seed = '1'] = process.argv;
const book = await FsyncedBook.open<TakenEvent>(join(folder, 'events'));
const random = seeded(Number(seed));
let behaviour: SystemBehaviour = WELL_BEHAVED_SYSTEM;
const counts = { calls: 0, taken: 0, refused: 0, wrongSignatures: 0 };

function isSigned({ headers }: IncomingMessage, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = headers;
  const own = new Webhook(behaviour.secret).sign(String(id), new Date(Number(at) * 1000), body);
  return String(given).split(' ').includes(own);
}

async function take(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
  counts.calls++;
  if (!isSigned(request, body)) counts.wrongSignatures++;
  const { down, fail, throttle, cutBefore, cutAfter, delayMs } = behaviour;
  const drawn = random();
  if (down || drawn < fail) return refuse(response, 503);
  if (drawn < fail + throttle) return refuse(response, 429, { 'Retry-After': '1' });
  if (drawn < fail + throttle + cutBefore) return void request.socket.destroy();
  await sleep(delayMs * random());
  const { id, sequence, type, data } = JSON.parse(body) as TakenEvent & { data: Record<string, string> };
  const { reference = '', reminder = null, status = null } = data;
  await book.append({ id, sequence, type, reference, reminder, status });
  counts.taken++;
  if (drawn < fail + throttle + cutBefore + cutAfter) return void request.socket.destroy();
  response.writeHead(204).end();
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  counts.refused++;
  response.writeHead(status, headers).end();
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  if (request.url === '/events') return take(request, body, response);
  behaviour = { ...behaviour, ...(JSON.parse(body) as Partial<SystemBehaviour>) };
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(counts satisfies SystemCounts));
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
