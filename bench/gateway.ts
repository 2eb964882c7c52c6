import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * A gateway in a process of its own, that tells its port to whoever forked it. It takes every request, after as many
 * milliseconds as the query says, and does as little as HTTP asks for: what is measured is who calls.
 */
const ANSWER =
  'HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\nContent-Length: 24\r\n\r\n0: Accepted for delivery';
const HEAD = /^\w+ (?:\S*delay=(\d+))?.*?\r\ncontent-length: (\d+)\r\n/is;

const server = createServer((socket) => {
  let text = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('data', (chunk: string) => {
    text += chunk;
    for (let body = text.indexOf('\r\n\r\n') + 4; body > 3; body = text.indexOf('\r\n\r\n') + 4) {
      const [, delay, length] = HEAD.exec(text.slice(0, body - 2)) ?? [];
      const end = body + Number(length);
      if (text.length < end) return;
      text = text.slice(end);
      answer(socket, Number(delay ?? 0));
    }
  });
});

function answer(socket: Socket, delayMs: number): void {
  if (delayMs === 0) socket.write(ANSWER);
  else setTimeout(() => socket.write(ANSWER), delayMs);
}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
