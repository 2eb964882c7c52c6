import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { answerFrame, type MllpDeps } from './answer.ts';
import { MllpConnection, type Patience } from './connection.ts';

/** Where HL7 v2 over TCP is listened for, and who may send. */
export interface MllpSettings {
  readonly host: string;
  readonly port: number;
  /**
   * The source that every connection speaks for; null: the common name of the client's certificate is the source's id.
   */
  readonly source: string | null;
  readonly tls: {
    /** PEM. */
    readonly key: string;
    /** PEM, with the certificates in between. */
    readonly cert: string;
    /** PEM: a client must show a certificate that one of these signed; null: none is asked for. */
    readonly ca: string | null;
  } | null;
  readonly maxConnections: number;
}

export interface MllpListener {
  /** The one that it got. */
  readonly port: number;
  /** No new connections; a message in hand is answered. Resolves when all are closed, within `stopMs`. */
  close(): Promise<void>;
}

const PATIENCE: Patience = { idleMs: 600_000, messageMs: 60_000, breakOffMs: 1_000, stopMs: 8_000 };
const HANDSHAKE_MS = 5_000;

/** Listens for HL7 v2 over MLLP, through TLS where there is a certificate. Rejects when it can't listen. */
export async function listenForMllp(
  deps: MllpDeps,
  settings: MllpSettings,
  patience: Patience = PATIENCE,
): Promise<MllpListener> {
  const { log, metrics } = deps;
  const sockets = new Set<Socket>();
  const connections = new Set<MllpConnection>();
  const begin = (socket: Socket | TLSSocket): void => {
    const source = settings.source ?? nameOf(socket);
    if (source === null) {
      metrics.mllpRefused.inc({ reason: 'certificate' });
      log.warn('a client of MLLP has a certificate without one common name: its connection is closed');
      socket.destroy();
      return;
    }
    const connection = new MllpConnection(socket, (frame) => answerFrame(deps, source, frame), patience);
    connections.add(connection);
    sockets.add(socket);
    metrics.mllpConnections.inc();
    log.debug({ source, peer: socket.remoteAddress }, 'a connection of MLLP began');
    socket.on('close', () => {
      connections.delete(connection);
      sockets.delete(socket);
      metrics.mllpConnections.dec();
    });
  };
  const server = createListening(settings, begin, (reason) => {
    metrics.mllpRefused.inc({ reason: 'tls' });
    log.warn({ reason }, 'a client of MLLP failed to agree on TLS');
  });
  // Counted by the server from the first packet on, handshakes too.
  server.maxConnections = settings.maxConnections;
  server.on('drop', () => {
    metrics.mllpRefused.inc({ reason: 'limit' });
    log.warn({ limit: settings.maxConnections }, 'more connections of MLLP than MLLP_MAX_CONNECTIONS: one was closed');
  });
  const port = await listen(server, settings);
  // Such as EMFILE for one connection: the others go on.
  server.on('error', (error) =>
    log.error({ code: Reflect.get(error, 'code') }, 'MLLP: a connection could not be accepted'),
  );
  return { port, close: () => closeAll(server, sockets, connections, patience) };
}

function createListening(
  { tls }: MllpSettings,
  begin: (socket: Socket) => void,
  failed: (reason: string | undefined) => void,
): Server {
  if (!tls) return createServer({ allowHalfOpen: true }, begin);
  const { key, cert, ca } = tls;
  const asked = ca === null ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  const options = {
    key,
    cert,
    ...asked,
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: HANDSHAKE_MS,
    allowHalfOpen: true,
  };
  const server = createTlsServer(options, begin);
  server.on('tlsClientError', (error, socket) => {
    failed(String(socket.authorizationError ?? Reflect.get(error, 'code') ?? error.name));
    socket.destroy();
  });
  return server;
}

/** The common name of the certificate that was proved to be the client's; null where there is none, or several. */
function nameOf(socket: Socket | TLSSocket): string | null {
  const name: unknown =
    'getPeerCertificate' in socket && socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
  return typeof name === 'string' && name !== '' ? name : null;
}

function listen(server: Server, { host, port }: MllpSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function closeAll(
  server: Server,
  sockets: ReadonlySet<Socket>,
  connections: ReadonlySet<MllpConnection>,
  { stopMs }: Patience,
): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
      resolve();
    }, stopMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    for (const connection of connections) connection.leave();
  });
}
