import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A supplier that speaks as Kannel does, in a process of its own: `supplier-process.ts <ms>` answers each SMS after so
 * long. It keeps a book of the references that it was given and when, and tells of it to whoever forked it.
 */
const delayMs = Number(process.argv[2] ?? 0);
let book: (readonly [reference: string, at: number])[] = [];
let receipts: string[] = [];
let awaited: { readonly count: number } | null = null;

export interface Taken {
  readonly firstAt: number;
  readonly lastAt: number;
}

function tell(): void {
  if (!awaited || book.length < awaited.count) return;
  awaited = null;
  process.send?.({ firstAt: book[0]?.[1] ?? 0, lastAt: book.at(-1)?.[1] ?? 0 } satisfies Taken);
}

const server = createServer((request, response) => {
  const receipt = String(request.headers['x-kannel-dlr-url']);
  const reference = /reference=([0-9a-f-]+)/.exec(receipt)?.[1] ?? '';
  const answer = () => void response.writeHead(202).end('0: Accepted for delivery');
  request.resume().on('end', () => {
    book.push([reference, Date.now()]);
    receipts.push(receipt);
    tell();
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send` }),
);
process.on('message', (message: { taken: number } | 'book' | 'receipts' | 'forget') => {
  if (typeof message === 'object') {
    awaited = { count: message.taken };
    return tell();
  }
  process.send?.({ book: message === 'book' ? book : [], receipts: message === 'receipts' ? receipts : [] });
  if (message === 'forget') {
    book = [];
    receipts = [];
  }
});
process.on('disconnect', () => process.exit(0));
