import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * A supplier in a process of its own, which tells its port to whoever forked it: `supplier-process.ts <ms>` responds to
 * each call after so long. It speaks as Kannel does, one SMS a call, and below `/v4` as inMobile does, many a call, and
 * does as little as HTTP asks for: what is measured is who calls. It keeps a book of the SMS that it was given.
 */
const delayMs = Number(process.argv[2] ?? 0);

/** What a supplier was given since it last forgot. */
export interface Taken {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly calls: number;
}

interface Entry {
  readonly reference: string;
  readonly at: number;
  /** The address that its receipt is to come to. */
  readonly receipt: string;
}

let book: Entry[] = [];
let calls = 0;
let awaited: number | null = null;

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i;
const RECEIPT = /\r\nx-kannel-dlr-url: (\S+)/i;
const KANNEL = responseOf(202, 'text/plain', '0: Accepted for delivery');

const server = createServer((socket) => {
  let text = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('data', (chunk: string) => {
    text += chunk;
    for (let body = text.indexOf('\r\n\r\n') + 4; body > 3; body = text.indexOf('\r\n\r\n') + 4) {
      const head = text.slice(0, body - 2);
      const end = body + Number(LENGTH.exec(head)?.[1]);
      if (text.length < end) return;
      respond(socket, take(head, text.slice(body, end)));
      text = text.slice(end);
    }
  });
});

function respond(socket: Socket, response: string): void {
  if (delayMs === 0) socket.write(response);
  else setTimeout(() => socket.write(response), delayMs);
}

function take(head: string, body: string): string {
  const at = Date.now();
  calls++;
  const isBatch = head.startsWith('POST /v4/');
  if (isBatch) {
    const { messages } = JSON.parse(body) as { messages: { messageId: string; statusCallbackUrl: string }[] };
    for (const { messageId, statusCallbackUrl } of messages)
      book.push({ reference: messageId, at, receipt: statusCallbackUrl });
    tell();
    const results = messages.map(({ messageId }) => ({
      messageId,
      smsCount: 1,
      numberDetails: { isValidMsisdn: true },
    }));
    return responseOf(200, 'application/json', JSON.stringify({ results }));
  }
  const receipt = RECEIPT.exec(head)?.[1] ?? '';
  book.push({ reference: /reference=([0-9a-f-]+)/.exec(receipt)?.[1] ?? '', at, receipt });
  tell();
  return KANNEL;
}

function responseOf(status: number, type: string, body: string): string {
  return `HTTP/1.1 ${status} OK\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function tell(): void {
  if (awaited === null || book.length < awaited) return;
  awaited = null;
  process.send?.({ firstAt: book[0]?.at ?? 0, lastAt: book.at(-1)?.at ?? 0, calls } satisfies Taken);
}

process.on('message', (message: { taken: number } | 'book' | 'forget') => {
  if (typeof message === 'object') {
    awaited = message.taken;
    return tell();
  }
  process.send?.(message === 'book' ? book.map(({ reference, at, receipt }) => [reference, at, receipt]) : {});
  if (message === 'book') return;
  book = [];
  calls = 0;
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
