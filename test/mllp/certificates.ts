import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** In PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface TestCa {
  /** In PEM. */
  readonly cert: string;
  /** A certificate for these common names, valid for client and server on 127.0.0.1. */
  issue(...commonNames: readonly string[]): Identity;
}

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
};
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const VALIDITY = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')));
const nameOf = (commonNames: readonly string[]) =>
  sequence(...commonNames.map((name) => der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name))))));

const CRITICAL = der(0x01, Buffer.of(0xff));
const IS_CA = sequence(oid('551d13'), CRITICAL, der(0x04, sequence(CRITICAL)));
const ON_LOOPBACK = sequence(oid('551d11'), der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, 1)))));

function certificate(
  issuer: { name: Buffer; key: KeyObject },
  subject: Buffer,
  publicKey: KeyObject,
  extension: Buffer,
): string {
  const facts = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer.name,
    VALIDITY,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', facts, issuer.key));
  const lines = sequence(facts, ECDSA_WITH_SHA256, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** A certificate authority (X.509 v3, RFC 5280 §4.1), so that tests need no tool of the machine. */
export function makeCa(commonName = 'A test CA'): TestCa {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: nameOf([commonName]), key: privateKey };
  return {
    cert: certificate(issuer, issuer.name, publicKey, IS_CA),
    issue(...commonNames) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return { key, cert: certificate(issuer, nameOf(commonNames), pair.publicKey, ON_LOOPBACK) };
    },
  };
}
