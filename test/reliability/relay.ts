import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Ends every connection that leads to one of the ports; without ports, every one. */
  cut(...ports: readonly number[]): void;
  close(): Promise<void>;
}

/** How many ports are tried for a connection before it is refused. */
const TRIES = 5;

/**
 * Leads each new connection to the port that `choose` names at that moment, as a TCP balancer does; null: to none, it
 * is refused. Where nobody listens, another choice is made. What is open stays where it is until it is cut.
 * @param port to listen at, 0: any
 */
export async function openRelay(choose: () => number | null, port = 0): Promise<Relay> {
  const open = new Map<Socket, number>();
  const server = createServer({ noDelay: true, pauseOnConnect: true }, async (client) => {
    client.on('error', () => {});
    const upstream = await reach(choose);
    if (!upstream?.remotePort || client.destroyed) {
      upstream?.destroy();
      client.resetAndDestroy();
      return;
    }
    open.set(client, upstream.remotePort);
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the relay has no port');
  const cut = (...ports: readonly number[]) => {
    for (const [client, leadsTo] of open) if (ports.length === 0 || ports.includes(leadsTo)) client.destroy();
  };
  const close = async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: address.port, cut, close };
}

async function reach(choose: () => number | null): Promise<Socket | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = choose();
    if (port === null) return null;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.on('error', () => {});
    if (connected) return socket;
  }
  return null;
}
