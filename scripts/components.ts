import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle.ts';

/** A package as npm describes it in a CycloneDX document. */
export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** A CycloneDX document, as far as it is used here. */
export interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Development dependencies of which scripts/build.ts copies files into dist/. */
const COPIED = ['swagger-ui-dist'];

/** A package's own description. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** @param folder of the package, below the project's folder */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

/** Every package of package-lock.json, also those for development. */
export function readComponents(): Bom {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--include=dev'];
  return JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 1e8 })) as Bom;
}

/** True for a package that is part of what users run. */
export function isShipped({ name, properties = [] }: Component): boolean {
  return COPIED.includes(name) || !properties.some((property) => property.name === 'cdx:npm:package:development');
}

/** The SPDX expression of a package's licence; null when it states none. */
export function licenceOf({ licenses = [] }: Component): string | null {
  const stated = licenses.flatMap(({ license, expression }) => expression ?? license?.id ?? license?.name ?? []);
  return stated.length === 0 ? null : stated.map((each) => `(${each})`).join(' AND ');
}
