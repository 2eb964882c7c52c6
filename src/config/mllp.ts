import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { MllpSettings } from '../mllp/listener.ts';
import type { EnvironmentReader } from './environment.ts';

/**
 * Reads the settings of MLLP; faults are added to the reader.
 * @returns null without MLLP_PORT, whatever else is set
 */
export function readMllpSettings(reader: EnvironmentReader, httpHost: string): MllpSettings | null {
  const enabled = reader.text('MLLP_PORT') !== null;
  const settings = {
    port: reader.integer('MLLP_PORT', 0, 0, 65_535),
    host: reader.text('MLLP_HOST') ?? httpHost,
    source: reader.text('MLLP_SOURCE'),
    maxConnections: reader.integer('MLLP_MAX_CONNECTIONS', 20, 1, 10_000),
  };
  const tls = readTls(reader, enabled);
  if (enabled && settings.source === null && reader.text('MLLP_TLS_CA') === null) {
    reader.addFault(
      'MLLP_SOURCE',
      'is required, unless MLLP_TLS_CA is set and clients identify themselves by certificates',
      null,
    );
  }
  return enabled ? { ...settings, tls } : null;
}

/** The files are read only when MLLP is on. */
function readTls(reader: EnvironmentReader, enabled: boolean): MllpSettings['tls'] {
  const required = ['MLLP_TLS_KEY', 'MLLP_TLS_CERT'] as const;
  const given = [...required, 'MLLP_TLS_CA'].filter((name) => reader.text(name) !== null);
  if (!enabled || given.length === 0) return null;
  for (const name of required) if (!given.includes(name)) reader.addFault(name, 'is required for TLS', null);
  const [key, cert, ca] = [reader.file('MLLP_TLS_KEY'), reader.file('MLLP_TLS_CERT'), reader.file('MLLP_TLS_CA')];
  if (ca !== null && !succeeds(() => new X509Certificate(ca)))
    reader.addFault('MLLP_TLS_CA', 'must hold certificates in PEM', null);
  if (key === null || cert === null) return null;
  if (!succeeds(() => createSecureContext({ key, cert }))) {
    reader.addFault(
      'MLLP_TLS_KEY',
      'and MLLP_TLS_CERT must be a key without a passphrase and its certificate, in PEM',
      null,
    );
  }
  return { key, cert, ca };
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
