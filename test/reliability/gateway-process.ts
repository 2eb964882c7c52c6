import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FsyncedBook, readBook } from './fsynced-book.ts';
import {
  type Acceptance,
  type AcknowledgedReceipt,
  type CallFaults,
  type GatewayBehaviour,
  type GatewayCounts,
  type GatewayKind,
  WELL_BEHAVED,
} from './gateway-protocol.ts';
import { ReceiptSender } from './gateway-receipts.ts';
import { seeded } from './random.ts';

/**
 * A supplier in a process of its own. An SMS stands in its book, on the disk, before anybody is told that it was taken.
 */
const [, , folder = '', kind = 'echoed', seed = '1'] = process.argv;
const known = new Set((await readBook<Acceptance>(join(folder, 'accepted'))).map(({ reference }) => reference));
const accepted = await FsyncedBook.open<Acceptance>(join(folder, 'accepted'));
const random = seeded(Number(seed));
let behaviour: GatewayBehaviour = WELL_BEHAVED;
const changes = new EventEmitter().setMaxListeners(0);
const counts = { calls: 0, open: 0, accepted: known.size, repeated: 0, lookUps: 0 };
const receiptBook = await FsyncedBook.open<AcknowledgedReceipt>(join(folder, 'receipts'));
const receipts = new ReceiptSender(receiptBook, () => behaviour, random, (kind as GatewayKind) !== 'none');

type Sms = Pick<Acceptance, 'reference' | 'to' | 'from' | 'text'>;

const now = () => Date.now() + behaviour.offsetMs;

async function take(sms: Sms, askedAt: number): Promise<'taken' | 'repeated'> {
  if (known.has(sms.reference)) {
    counts.repeated++;
    if (kind === 'deduplicates') return 'repeated';
  }
  known.add(sms.reference);
  counts.accepted++;
  await accepted.append({ reference: sms.reference, to: sms.to, from: sms.from, text: sms.text, askedAt, at: now() });
  return 'taken';
}

function drawFault(faults: CallFaults): keyof CallFaults | null {
  let drawn = random();
  const { omit: _, ...ofCalls } = faults;
  for (const [name, share] of Object.entries(ofCalls) as [keyof typeof ofCalls, number][]) {
    if (drawn < share) return name;
    drawn -= share;
  }
  return null;
}

/** A call for one SMS, or for many, whose faults are those of the call: none of them has one of its own. */
async function send(sms: Sms | readonly Sms[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const askedAt = now();
  counts.calls++;
  const { answer, faults, delayMs, lateMs, silent } = behaviour;
  if (silent) return;
  if (answer) return void response.writeHead(answer.status, answer.headers).end(Buffer.from(answer.body, 'base64'));
  const fault = drawFault(faults);
  if (fault === 'refuse') return end(response, 400, { error: 'refused' });
  if (fault === 'throttle') return throttle(response, delayMs * random());
  if (fault === 'fail') return end(response, 500, { error: 'failed' });
  if (fault === 'cutBefore') return void request.socket.destroy();
  await sleep(fault === 'late' ? lateMs : delayMs * random());
  const ids: string[] = [];
  let repeated = false;
  for (const each of Array.isArray(sms) ? (sms as readonly Sms[]) : [sms as Sms]) {
    const taken = await take(each, askedAt);
    if (taken === 'taken') await receipts.report(each.reference);
    else repeated = true;
    ids.push(`g-${each.reference}`);
  }
  while (behaviour.holdsAnswers) await once(changes, 'behaviour');
  if (fault === 'cutAfter') return void request.socket.destroy();
  if (fault === 'cutBody') return cutBody(response);
  if (fault === 'stall') return void response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
  if (fault === 'babble') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>OK?</html>');
  await sleep(delayMs * random());
  // A response to many leaves some out that were taken all the same.
  const named = ids.filter(() => random() >= faults.omit);
  end(response, 200, Array.isArray(sms) ? { ids: named } : { id: ids[0], repeated });
}

function cutBody(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
  response.write('{"id":"g-', () => response.socket?.end());
}

async function throttle(response: ServerResponse, afterMs: number): Promise<void> {
  await sleep(afterMs);
  response.writeHead(429, { 'Retry-After': '1' }).end();
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as unknown) : null;
  if (request.url === '/send' || request.url === '/send-many') {
    counts.open++;
    return await send(body as Sms | readonly Sms[], request, response).finally(() => void counts.open--);
  }
  if (request.url === '/look-up') {
    counts.lookUps++;
    return end(response, 200, { found: known.has((body as { reference: string }).reference) });
  }
  if (request.url === '/behave') {
    behaviour = { ...behaviour, ...(body as Partial<GatewayBehaviour>) };
    changes.emit('behaviour');
  }
  const all: GatewayCounts = {
    ...counts,
    receiptsAcknowledged: receipts.acknowledged,
    receiptsWaiting: receipts.waiting,
  };
  end(response, 200, all);
}

const server = createServer((request, response) => {
  // Whoever asked may be gone in the middle of it.
  handle(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
