import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { allowedLookup, isAllowedAddress, literalAddress } from '../../../src/sources/fhir/allowed-address.ts';
import { FhirServer } from '../../../src/sources/fhir/server.ts';
import { startFhirServer } from '../../support/fhir-server.ts';

describe('an address that an authority may have asked', () => {
  it.each([
    ...[
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      'fe80::1',
      'febf::1',
      '0.0.0.0',
      '0.1.2.3',
      '::',
    ],
    ...['224.0.0.1', '239.1.1.1', '255.255.255.255', 'ff02::1', '::ffff:0.0.0.0', 'nonsense', ''],
  ])('is never %s', (address) => {
    expect([isAllowedAddress(address, true), isAllowedAddress(address, false)]).toEqual([false, false]);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'is %s only where this machine may be asked',
    (address) => {
      expect([isAllowedAddress(address, true), isAllowedAddress(address, false)]).toEqual([true, false]);
    },
  );

  it.each(['10.0.0.1', '172.16.3.4', '192.168.1.1', '100.64.0.1', 'fd12::1', '80.1.2.3', '::ffff:10.0.0.1', '2a00::1'])(
    'is %s',
    (address) => {
      expect(isAllowedAddress(address, false)).toBe(true);
    },
  );

  it('is found in a URL however it is written', () => {
    const of = (host: string) => literalAddress(new URL(`http://${host}:8080/fhir`));
    expect(['2130706433', '0x7f.1', '127.1', '[::1]', 'localhost'].map(of)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      '127.0.0.1',
      '::1',
      undefined,
    ]);
  });

  it('is judged when a name is looked up', async () => {
    await expect(promisify(allowedLookup(false))('localhost', {})).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
  });

  it('and a server at another one is not asked, by its name or its address', async () => {
    const server = await startFhirServer();
    server.answers.set('/Patient/1', { resourceType: 'Patient', id: '1' });
    const { port } = new URL(server.url);
    const ask = (host: string, loopback: boolean) =>
      new FhirServer(loopback).get(new URL(`http://${host}:${port}/Patient/1`), null, AbortSignal.timeout(10_000));
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])
      expect((await ask(host, false)).kind).toBe('unusable');
    expect(server.asked).toEqual([]);
    expect((await ask('127.0.0.1', true)).kind).toBe('read');
    expect((await ask('localhost', true)).kind).toBe('read');
    await server.close();
  });
});
