import { describe, expect, it } from 'vitest';
import { createGateways } from '../../src/gateways/index.ts';
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
    expect(createGateways([], () => null, CONTEXT)).toEqual({
      missing: ['EASYSMS_GATEWAYS: name at least one gateway'],
    });
  });
});
