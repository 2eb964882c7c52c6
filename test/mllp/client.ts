import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** The booking system's end of a connection, without any code under test. */
export class MllpClient {
  readonly socket: Socket;
  /** Resolves when the connection has ended, with its error if there is one. */
  readonly closed: Promise<Error | undefined>;
  #read = '';
  #gone = false;
  #wake: () => void = () => {};

  constructor(port: number, tls?: ConnectionOptions) {
    this.socket = tls ? connectTls({ host: '127.0.0.1', port, ...tls }) : connect({ host: '127.0.0.1', port });
    let failure: Error | undefined;
    this.socket.setEncoding('utf8');
    this.socket.on('error', (error) => {
      failure = error;
    });
    this.socket.on('data', (text: string) => {
      this.#read += text;
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.#gone = true;
        this.#wake();
        resolve(failure);
      });
    });
  }

  get isClosed(): boolean {
    return this.#gone;
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Frames and sends. */
  send(message: string): void {
    this.write(`\x0b${message}\x1c\r`);
  }

  /** The segments of the next ACK; null when the connection ended without one. */
  async ack(): Promise<string[] | null> {
    for (;;) {
      const end = this.#read.indexOf('\x1c\r');
      if (end >= 0 && this.#read.startsWith('\x0b')) {
        const message = this.#read.slice(1, end);
        this.#read = this.#read.slice(end + 2);
        return message.split('\r').filter((line) => line !== '');
      }
      if (this.#gone) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Code and control id of the next ACK, such as `AA A-1`. */
  async verdict(): Promise<string | null> {
    const segments = await this.ack();
    if (!segments) return null;
    const [, code, id] = segments.find((line) => line.startsWith('MSA'))?.split('|') ?? [];
    return `${code} ${id}`;
  }

  /** Received bytes that no ACK consumed. */
  get unread(): string {
    return this.#read;
  }
}

interface Booking {
  readonly event?: string;
  readonly start?: string;
  readonly phone?: string;
}

/** An SIU message that books the appointment `id`, with `controlId`. */
export function booking(
  controlId: string,
  id: string,
  { event = 'S12', start = '202612010900', phone = '20123456' }: Booking = {},
): string {
  return [
    `MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124120000||SIU^${event}^SIU_S12|${controlId}|P|2.5|||||DNK|UNICODE UTF-8`,
    `SCH||${id}^EPJ|||||||||^^^${start}|||||||||||||||BOOKED`,
    `PID|1||P-100^^^RH^MR||Æble^Åse||19700101|F||||DK|${phone}`,
    'AIL|1||AMB4^^^RH',
    '',
  ].join('\r');
}
