import { connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  /** Like the one given, by way of the proxy. */
  readonly url: string;
  /** Ends what is open and refuses what comes, until `restore`. */
  cut(): void;
  restore(): void;
  /** What the server answers is lost from now on, until `restore`. */
  mute(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server that `url` names, so that a test can take the server away. */
export async function openProxy(url: string): Promise<FaultProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let away = false;
  let muted = false;
  const server = createServer((client) => {
    if (away) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes) => void upstream.write(bytes));
    upstream.on('data', (bytes) => {
      if (!muted) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(address.port);
  return {
    url: through.href,
    cut() {
      away = true;
      for (const socket of sockets) socket.destroy();
    },
    restore() {
      away = false;
      muted = false;
    },
    mute() {
      muted = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
