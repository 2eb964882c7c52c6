import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createGateways } from '../../src/gateways/index.ts';
import { SUPPLIERS } from '../fuzz/service-process.ts';
import { CONTEXT } from './kit.ts';

const KANNEL: Readonly<Record<string, string>> = {
  KANNEL_SENDSMS_URL: 'http://kannel:13013/cgi-bin/sendsms',
  KANNEL_USERNAME: 'easysms',
  KANNEL_PASSWORD: 'secret',
  KANNEL_CALLBACK_TOKEN: 'callback-token-0123456789',
};

describe('the gateways of an installation', () => {
  it('have the order of preference', () => {
    const made = createGateways(['kannel', 'simulator'], (name) => KANNEL[name] ?? null, CONTEXT);
    expect('gateways' in made && made.gateways.map((gateway) => gateway.id)).toEqual(['kannel', 'simulator']);
  });

  it('report everything that is wrong with all of them at once', () => {
    const { KANNEL_PASSWORD: _password, ...env } = KANNEL;
    expect(createGateways(['acme', 'simulator', 'kannel'], (name) => env[name] ?? null, CONTEXT)).toEqual({
      missing: [
        expect.stringMatching(
          /^EASYSMS_GATEWAYS: there is no gateway "acme"; known are simulator, kannel(?:, [a-z0-9]+)*$/,
        ),
        'KANNEL_PASSWORD is missing: the gateway "kannel" needs it',
      ],
    });
  });

  it('are at least one', () => {
    const found = createGateways([], () => null, CONTEXT);
    expect(found).toEqual({ missing: ['EASYSMS_GATEWAYS: name at least one gateway'] });
  });
});

/** The ids of all gateways, and the settings that they read. */
function allGateways(): { readonly ids: readonly string[]; readonly settings: readonly string[] } {
  const settings = new Set<string>();
  const read = (name: string) => {
    settings.add(name);
    return null;
  };
  const made = createGateways(['none of them'], read, CONTEXT);
  const [, known = ''] = ('missing' in made && /known are (.+)$/.exec(made.missing[0] ?? '')) || [];
  return { ids: known.split(', '), settings: [...settings].sort() };
}

describe('a gateway, also one that is added', () => {
  const { ids, settings } = allGateways();
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

  it('gets its settings in a container too, each from the variable of its name', () => {
    const passed = [...read('compose.yaml').matchAll(/^ {4}([A-Z][A-Z_]*): \$\{\1:-\}$/gm)].map(
      ([, name = '']) => name,
    );
    expect(settings.length).toBeGreaterThan(20);
    expect(settings.filter((name) => !passed.includes(name))).toEqual([]);
  });

  it('has its settings explained to whoever operates it', () => {
    const explained = read('docs/gateways.md') + read('docs/kannel.md');
    expect(settings.filter((name) => !explained.includes(`\`${name}\``))).toEqual([]);
  });

  it('has callbacks of its form sent by the tests that send hostile and large ones', () => {
    expect([...SUPPLIERS, 'simulator'].sort()).toEqual([...ids].sort());
  });
});
