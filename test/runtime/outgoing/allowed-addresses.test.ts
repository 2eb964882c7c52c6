import { describe, expect, it } from 'vitest';
import { AddressRules, parseAllowedAddress } from '../../../src/runtime/outgoing/allowed-addresses.ts';

const rulesOf = (...texts: readonly string[]) =>
  new AddressRules(texts.flatMap((text) => parseAllowedAddress(text) ?? []));
const allows = (rules: AddressRules, address: string, url: string) =>
  rules.allows(address, rules.destinationOf(new URL(url)));
const HTTPS = 'https://any.example.org/x';

/** IPv4 addresses in every form of IPv6 that comes out as them, wherever packets go that way. */
const formsOf = (ipv4: string): string[] => {
  const bytes = ipv4.split('.').map(Number);
  const hex = (mask: number) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.map((byte) => byte ^ mask);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  };
  return [
    ...[ipv4, `::ffff:${ipv4}`, `::ffff:${hex(0)}`, `::${ipv4}`, `::ffff:0:${ipv4}`, `64:ff9b::${ipv4}`],
    ...[`2002:${hex(0)}::`, `2002:${hex(0)}::1`, `2001:0:808:808:0:0:${hex(0xff)}`],
    ...[`2a00:1450::5efe:${hex(0)}`, `2a00:1450::200:5efe:${hex(0)}`],
  ];
};

describe('a public address', () => {
  const rules = rulesOf();

  it.each(['8.8.8.8', '130.226.1.1', '2a00:1450:4001:81b::200e', '2606:4700::1111', '64:ff9b::8.8.8.8'])(
    'such as %s may be asked by https on port 443 alone',
    (address) => {
      expect(allows(rules, address, HTTPS)).toBe(true);
      expect(allows(rules, address, 'https://any.example.org:8443/')).toBe(false);
      expect(allows(rules, address, 'https://any.example.org:22/')).toBe(false);
      expect(allows(rules, address, 'http://any.example.org/')).toBe(false);
      expect(allows(rules, address, 'http://any.example.org:443/')).toBe(false);
    },
  );
});

/** Everything of IANA's special-purpose registries that is not reachable globally, and what clouds use. */
const DENIED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1', '127.9.9.9', '::1'],
  private: ['10.0.0.1', '172.16.3.4', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  'link-local': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  metadata: ['169.254.169.254', '100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'],
  'multicast, broadcast': ['224.0.0.1', '239.1.1.1', '255.255.255.255', 'ff02::1'],
  'reserved and documentation': [
    ...['192.0.0.8', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '240.0.0.1', '192.88.99.1'],
    ...['2001:db8::1', '3fff::1', '100::1', '2001:2::1', '2001:20::1', '5f00::1', 'fec0::1', '4000::1', '::2'],
  ],
  'local NAT64': ['64:ff9b:1::1', '64:ff9b:1::8.8.8.8'],
  'what is no address': ['nonsense', '', '2130706433', '0x7f.1', '127.1'],
};

describe('never asked, unless it is named, is', () => {
  const rules = rulesOf();

  it.each(Object.entries(DENIED).flatMap(([what, addresses]) => addresses.map((address) => [what, address] as const)))(
    '%s: %s',
    (_what, address) => expect(allows(rules, address, HTTPS)).toBe(false),
  );

  it.each(
    Object.values(DENIED)
      .flat()
      .filter((address) => /^\d+\.\d+\.\d+\.\d+$/.test(address)),
  )('%s in any form of IPv6', (ipv4) => {
    for (const form of formsOf(ipv4)) expect([form, allows(rules, form, HTTPS)]).toEqual([form, false]);
  });
});

describe('an entry of EASYSMS_ALLOWED_ADDRESSES', () => {
  it('opens a network on its port, in any form of its addresses, and nothing beside it', () => {
    const rules = rulesOf('10.1.0.0/16', 'fd12::/16', '192.168.1.7:8443');
    for (const form of formsOf('10.1.2.3')) expect([form, allows(rules, form, HTTPS)]).toEqual([form, true]);
    expect(allows(rules, 'fd12::1', HTTPS)).toBe(true);
    expect(allows(rules, '192.168.1.7', 'http://epj:8443/')).toBe(true);
    for (const [address, url] of [
      ['10.2.0.1', HTTPS],
      ['10.1.2.3', 'https://any.example.org:8443/'],
      ['10.1.2.3', 'http://any.example.org/'],
      ['192.168.1.8', 'https://any.example.org:8443/'],
      ['192.168.1.7', HTTPS],
    ] as const)
      expect([address, url, allows(rules, address, url)]).toEqual([address, url, false]);
  });

  it('opens a host on its port, wherever it is, and no other host', () => {
    const rules = rulesOf('fhir.hospital.example:8443', 'localhost:3001');
    for (const address of ['10.0.0.1', '8.8.8.8', '127.0.0.1'])
      expect(allows(rules, address, 'http://FHIR.Hospital.example.:8443/')).toBe(true);
    expect(allows(rules, '127.0.0.1', 'http://localhost:3001/')).toBe(true);
    for (const url of [
      'https://fhir.hospital.example/',
      'https://x.fhir.hospital.example:8443/',
      'http://127.0.0.1:3001/',
    ])
      expect([url, allows(rules, '10.0.0.1', url)]).toEqual([url, false]);
  });

  it('opens neither link-local nor metadata addresses, whatever it names', () => {
    const rules = rulesOf('0.0.0.0/0', '::/0', 'any.example.org', '169.254.169.254');
    for (const kind of ['unspecified', 'link-local', 'metadata', 'multicast, broadcast'])
      for (const address of DENIED[kind] ?? [])
        for (const form of /^[\d.]+$/.test(address) ? formsOf(address) : [address])
          expect([form, allows(rules, form, HTTPS)]).toEqual([form, false]);
    // 169.254.169.254 and 100.100.100.200 behind local NAT64, by each layout of RFC 6052.
    for (const end of ['a9fe:a9:fe00::', 'a9:fe:a9fe::', '0:a9:fea9:fe00::', ':169.254.169.254', ':100.100.100.200'])
      expect([end, allows(rules, `64:ff9b:1:${end}`, HTTPS)]).toEqual([end, false]);
    expect(allows(rules, '64:ff9b:1::10.1.2.3', HTTPS)).toBe(true);
  });

  it.each([
    ...['', 'a b', 'fhir.example.org:0', 'fhir.example.org:99999', 'https://fhir.example.org', 'fhir.example.org/r4'],
    ...['10.0.0.0/33', '2130706433', '0x7f000001', '127.1', '[fhir.example.org]:443', '*', '*.example.org'],
  ])('is not %j', (text) => expect(parseAllowedAddress(text)).toBeNull());

  it('may have an IPv6 address or network in brackets, for its port', () => {
    expect(allows(rulesOf('[fd12::/16]:8443'), 'fd12::1', 'https://x.example:8443/')).toBe(true);
    expect(allows(rulesOf('[::1]:3001'), '::1', 'http://[::1]:3001/')).toBe(true);
  });
});
