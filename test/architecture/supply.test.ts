import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Component } from '../../scripts/components.ts';
import { isShipped, readComponents } from '../../scripts/components.ts';
import { refusedLicences } from '../../scripts/refused-licences.ts';
import { billOfMaterials } from '../../scripts/sbom.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, unknown>>;
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { dev?: boolean; hasInstallScript?: boolean; resolved?: string; integrity?: string }>;
};
const installed = Object.entries(packages).filter(([path]) => path !== '');

it('images are named by their digests', () => {
  const images = [...`${read('Dockerfile')}\n${read('compose.yaml')}`.matchAll(/^(?:FROM| +image:) +(\S+)/gm)]
    .map(([, image]) => image ?? '')
    .filter((image) => image !== 'easysms');
  expect(images.length).toBe(4);
  expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
});

it('no package runs a program while it is installed, and each that would is listed', () => {
  for (const path of ['.npmrc', 'bench/.npmrc']) expect(read(path)).toMatch(/^ignore-scripts=true$/m);
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect([...new Set(names)].sort()).toEqual(Object.keys(manifest.allowScripts ?? {}).sort());
  expect(Object.values(manifest.allowScripts ?? {}).filter((allowed) => allowed !== false)).toEqual([]);
  expect(scripted.filter(([, { dev }]) => !dev)).toEqual([]);
});

it('every package has one version and a checksum, and comes from a registry', () => {
  const others = installed.filter(([, { resolved, integrity }]) => resolved !== undefined || !integrity);
  expect(others.map(([path]) => path)).toEqual([]);
  const versions = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))).toEqual(
    [],
  );
});

it('CI tries the very Node that the image has', () => {
  const image = [...read('Dockerfile').matchAll(/^FROM node:(\d+\.\d+\.\d+)-/gm)].map(([, version]) => version);
  const fetched = [...read('.ci/run').matchAll(/\bnpx .*@(\S+)" node/g)].map(([, version]) => version);
  expect([new Set([...image, ...fetched]).size, fetched.length]).toEqual([1, 1]);
});

it('the licences of all packages are allowed', () => {
  expect(refusedLicences(readComponents().components)).toEqual([]);
});

it('a licence that is unknown, not allowed or not stated is refused; one of several to choose from may be enough', () => {
  const component = (expression: string | null, development = false): Component => ({
    ...{ 'bom-ref': 'x@1', name: 'x', version: '1' },
    ...(expression !== null && { licenses: [{ license: { id: expression } }] }),
    ...(development && { properties: [{ name: 'cdx:npm:package:development', value: 'true' }] }),
  });
  const refused = (expression: string | null, development?: boolean) =>
    refusedLicences([component(expression, development)]).length > 0;
  expect(['AGPL-3.0-only', 'SEE LICENSE IN x', 'MIT AND GPL-2.0-only', null].map((each) => refused(each))).toEqual([
    ...[true, true, true, true],
  ]);
  expect(['MIT', 'GPL-3.0-only OR MIT', 'MIT AND ISC'].map((each) => refused(each))).toEqual([false, false, false]);
  expect([refused('MPL-2.0'), refused('MPL-2.0', true)]).toEqual([true, false]);
});

it('what is shipped are the dependencies, and what the build copies', () => {
  const names = new Set(
    readComponents()
      .components.filter(isShipped)
      .map(({ name }) => name),
  );
  for (const name of [...Object.keys(manifest.dependencies ?? {}), 'swagger-ui-dist']) expect(names).toContain(name);
  for (const name of ['vitest', 'tsx', '@scarf/scarf']) expect(names).not.toContain(name);
});

it('a build lists what is in it, and fails where that is a package for development', () => {
  const { components, dependencies } = billOfMaterials(['node_modules/pg', 'node_modules/pg-pool']);
  expect(components.map(({ name }) => name)).toEqual(['pg', 'pg-pool']);
  expect(dependencies.find(({ ref }) => ref.startsWith('pg@'))?.dependsOn).toEqual([
    expect.stringMatching(/^pg-pool@/),
  ]);
  expect(() => billOfMaterials(['node_modules/pg', 'node_modules/tsx'])).toThrow('package.json: tsx');
});
