import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import type { GatewayFactory } from '../../src/gateways/gateway.ts';
import { createGateways } from '../../src/gateways/index.ts';
import { CONTEXT, createGateway, faultsOf, sendTo } from './kit.ts';
import { serveHttp } from './servers.ts';

export interface SettingsTable {
  readonly factory: GatewayFactory;
  /** Settings that are enough. */
  readonly env: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  /** Values that are refused, by name. */
  readonly wrong: readonly (readonly [name: string, value: string])[];
  /** A name of its prefix that it doesn't have. */
  readonly misspelt: string;
  readonly path: string;
}

/** Everything that is wrong with an environment, as the start would say it. */
function startFaults(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env, (ids, publicUrl, read) => {
      const made = createGateways(ids, read, { ...CONTEXT, publicUrl });
      return 'missing' in made ? made.missing : [];
    });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

const PRODUCTION = {
  DATABASE_URL: 'postgres://easysms:x@127.0.0.1:5432/easysms',
  PUBLIC_URL: CONTEXT.publicUrl,
  EASYSMS_ADMIN_TOKEN: 'an-administrator-token-of-32-signs',
  EASYSMS_ENCRYPTION_KEYS: `k1:${createHash('sha256').update('key').digest('base64')}`,
};

/** Settings of an adapter: what is missing, wrong or misspelt stops the start. */
export function describeSettings({ factory, env, required, wrong, misspelt, path }: SettingsTable): void {
  const NAME = factory.id.toUpperCase();

  describe(`${factory.id}: settings`, () => {
    it('are enough', () => {
      expect(startFaults({ ...PRODUCTION, ...env, EASYSMS_GATEWAYS: factory.id })).toEqual([]);
    });

    it.each(required)('need %s', (name) => {
      const { [name]: _absent, ...rest } = env;
      expect(faultsOf(factory, rest)).toEqual([`${name} is missing: the gateway "${factory.id}" needs it`]);
    });

    it.each<readonly [name: string, value: string]>([
      ...wrong,
      [`${NAME}_MAX_PER_SECOND`, '0'],
      [`${NAME}_MAX_PER_SECOND`, '1.5'],
      [`${NAME}_MAX_PER_SECOND`, '2000'],
      [`${NAME}_BASE_URL`, 'http://api.example.org'],
      [`${NAME}_BASE_URL`, 'http://127.0.0.1.example.org'],
      [`${NAME}_BASE_URL`, 'ftp://api.example.org'],
      [`${NAME}_BASE_URL`, 'api.example.org'],
      [`${NAME}_BASE_URL`, 'https://user:word@api.example.org'],
      [`${NAME}_BASE_URL`, 'https://api.example.org/?key=1'],
    ])('refuse %s=%j, without its value', (name, value) => {
      const faults = faultsOf(factory, { ...env, [name]: value });
      expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
      expect(faults.join()).not.toContain(` ${value}`);
    });

    it.each(['http://127.0.0.1:1', 'http://[::1]:1', 'http://localhost:1', 'https://api.example.org/v9'])(
      'take the address %s',
      (url) => expect(faultsOf(factory, { ...env, [`${NAME}_BASE_URL`]: url })).toEqual([]),
    );

    it('keep the path of the address', async () => {
      const paths: (string | undefined)[] = [];
      const server = await serveHttp((request, response) => {
        paths.push(request.url);
        response.end();
      });
      const gateway = createGateway(factory, { ...env, [`${NAME}_BASE_URL`]: `${server.url}/of/ours/` });
      await sendTo(gateway);
      expect(paths).toEqual([`/of/ours${path}`]);
      await gateway.close();
      await server.close();
    });

    it('that are misspelt stop the start, also while the gateway is not used', () => {
      for (const gateways of ['simulator', factory.id]) {
        const faults = startFaults({ ...PRODUCTION, ...env, EASYSMS_GATEWAYS: gateways, [misspelt]: 'x' });
        expect(faults).toEqual([expect.stringMatching(new RegExp(`^${misspelt} is not a setting of EasySMS`))]);
      }
    });

    it('say how many calls a second are made', () => {
      expect(createGateway(factory, { ...env, [`${NAME}_MAX_PER_SECOND`]: '25' }).capabilities.maxPerSecond).toBe(25);
      expect(createGateway(factory, env).capabilities.maxPerSecond).toBeNull();
    });
  });
}
