import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../src/http/client-address.ts';
import { parseNetwork } from '../../src/runtime/networks.ts';

const PROXIES = ['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.7'].flatMap((text) => parseNetwork(text) ?? []);
const of = (remote: string | undefined, forwardedFor?: string, forwarded?: string) =>
  clientAddress(remote, { forwardedFor, forwarded }, PROXIES);

describe('the address of a client', () => {
  it('is that of the socket, whatever a header says, unless a trusted proxy says it', () => {
    expect(of('203.0.113.5', '198.51.100.9', 'for=198.51.100.9')).toBe('203.0.113.5');
    expect(of('192.0.2.8', '198.51.100.9')).toBe('192.0.2.8');
    expect(clientAddress('10.0.0.1', { forwardedFor: '198.51.100.9', forwarded: undefined }, [])).toBe('10.0.0.1');
  });

  it('is the rightmost one that is no trusted proxy: what stands left of it was made up', () => {
    expect(of('10.0.0.1', '198.51.100.9')).toBe('198.51.100.9');
    expect(of('10.0.0.1', '1.1.1.1, 198.51.100.9, 10.2.3.4,192.0.2.7')).toBe('198.51.100.9');
    expect(of('::ffff:10.0.0.1', '1.1.1.1, ::ffff:198.51.100.9')).toBe('198.51.100.9');
    expect(of('2001:db8:1::5', '2001:db8:2::1, 2001:db8:1::6')).toBe('2001:db8:2::1');
    expect(of('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });

  it('is read with a port, and from Forwarded', () => {
    expect(of('10.0.0.1', '198.51.100.9:4711')).toBe('198.51.100.9');
    expect(of('10.0.0.1', '[2001:db8:2::1]:4711')).toBe('2001:db8:2::1');
    const found = of('10.0.0.1', undefined, 'for=1.1.1.1, For="[2001:db8:2::1]:4711";proto=https;by=10.0.0.1');
    expect(found).toBe('2001:db8:2::1');
    expect(of('10.0.0.1', undefined, 'proto=https;for=198.51.100.9')).toBe('198.51.100.9');
  });

  it('is that of the last proxy that is known, where the next one is no address', () => {
    expect(of('10.0.0.1', '198.51.100.9, unknown, 10.0.0.2')).toBe('10.0.0.2');
    expect(of('10.0.0.1', '198.51.100.9, _hidden')).toBe('10.0.0.1');
    expect(of('10.0.0.1', '')).toBe('10.0.0.1');
    expect(of('10.0.0.1', undefined, 'by=10.0.0.2')).toBe('10.0.0.1');
  });

  it('is that of the proxy, where the two headers disagree: the client wrote one of them', () => {
    expect(of('10.0.0.1', '198.51.100.9', 'for=1.1.1.1')).toBe('10.0.0.1');
    expect(of('10.0.0.1', '198.51.100.9', 'for=198.51.100.9')).toBe('198.51.100.9');
  });

  it('is unknown within the process', () => {
    expect(of(undefined, '198.51.100.9')).toBe('unknown');
  });
});

describe('a network', () => {
  it.each(['10.0.0.0/33', '10.0.0/8', '2001:db8::/129', 'example.org', '10.0.0.1/8/8', '10.0.0.1/', '127.1', '0x7f.1'])(
    'is not %s',
    (text) => expect(parseNetwork(text)).toBeNull(),
  );
});
