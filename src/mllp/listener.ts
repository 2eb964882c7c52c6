import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { MllpConnection, type Timeouts } from './connection.ts';
import { handleFrame, type MllpDeps, noteUnproven } from './handle-frame.ts';

/** Settings of the MLLP listener. */
export interface MllpSettings {
  readonly host: string;
  readonly port: number;
  /** Source of all connections; null when the common name of the client's certificate is the source's id. */
  readonly source: string | null;
  readonly tls: {
    /** In PEM. */
    readonly key: string;
    /** In PEM, including intermediate certificates. */
    readonly cert: string;
    /** In PEM: clients must present a certificate signed by one of these; null when none is required. */
    readonly ca: string | null;
  } | null;
  readonly maxConnections: number;
}

/** Running listener. */
export interface MllpListener {
  /** The port in use. */
  readonly port: number;
  /** Accepts no new connections and finishes messages in progress. Resolves when all are closed, within `stopMs`. */
  close(): Promise<void>;
}

const TIMEOUTS: Timeouts = { idleMs: 600_000, messageMs: 60_000, breakOffMs: 1_000, stopMs: 8_000 };
const HANDSHAKE_MS = 5_000;
/** Connections without a certificate have this part of the memory for messages together. */
const SHARE_WITHOUT_CERTIFICATES = 1 / 2;

/** Listens for HL7 v2 over MLLP, with TLS when certificates are configured. Rejects when it can't listen. */
export async function listenForMllp(
  deps: MllpDeps,
  settings: MllpSettings,
  timeouts: Timeouts = TIMEOUTS,
): Promise<MllpListener> {
  const { log, metrics } = deps;
  const withoutCertificates = deps.bodies.part(SHARE_WITHOUT_CERTIFICATES);
  const sockets = new Set<Socket>();
  const connections = new Set<MllpConnection>();
  const accept = (socket: Socket | TLSSocket): void => {
    const source = settings.source ?? nameOf(socket);
    if (source === null) {
      metrics.mllpRefused.inc({ reason: 'certificate' });
      noteUnproven(deps, socket.remoteAddress);
      log.warn('an MLLP client has no certificate with one common name: the connection was closed');
      socket.destroy();
      return;
    }
    const client = { source, address: socket.remoteAddress };
    const isProven = 'authorized' in socket && socket.authorized;
    const room = isProven ? deps.bodies.roomFor({ proven: true, to: source, client: '' }) : withoutCertificates;
    const connection = new MllpConnection(socket, (frame) => handleFrame(deps, client, frame), timeouts, room);
    connections.add(connection);
    sockets.add(socket);
    metrics.mllpConnections.inc();
    log.debug({ source, peer: socket.remoteAddress }, 'an MLLP connection was opened');
    socket.on('close', () => {
      connections.delete(connection);
      sockets.delete(socket);
      metrics.mllpConnections.dec();
    });
  };
  const server = createNetServer(settings, accept, (reason, address) => {
    metrics.mllpRefused.inc({ reason: 'tls' });
    noteUnproven(deps, address);
    log.warn({ reason }, 'a TLS handshake with an MLLP client failed');
  });
  // The server counts connections from the first packet on, including handshakes.
  server.maxConnections = settings.maxConnections;
  server.on('drop', () => {
    metrics.mllpRefused.inc({ reason: 'limit' });
    log.warn(
      { limit: settings.maxConnections },
      'the limit MLLP_MAX_CONNECTIONS was reached: an MLLP connection was refused',
    );
  });
  const port = await listen(server, settings);
  // Errors of one connection, such as EMFILE, don't affect the others.
  server.on('error', (error) =>
    log.error({ code: Reflect.get(error, 'code') }, 'an MLLP connection could not be accepted'),
  );
  return { port, close: () => closeAll(server, sockets, connections, timeouts) };
}

function createNetServer(
  { tls }: MllpSettings,
  accept: (socket: Socket) => void,
  failed: (reason: string, address: string | undefined) => void,
): Server {
  if (!tls) return createServer({ allowHalfOpen: true }, accept);
  const { key, cert, ca } = tls;
  const clientCertificates = ca === null ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  const options = {
    key,
    cert,
    ...clientCertificates,
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: HANDSHAKE_MS,
    allowHalfOpen: true,
  };
  const server = createTlsServer(options, accept);
  server.on('tlsClientError', (error, socket) => {
    failed(String(socket.authorizationError ?? Reflect.get(error, 'code') ?? error.name), socket.remoteAddress);
    socket.destroy();
  });
  return server;
}

/** Common name of the verified client certificate; null when there is none, or several. */
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
  { stopMs }: Timeouts,
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
    for (const connection of connections) connection.close();
  });
}
