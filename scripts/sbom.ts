/**
 * Writes the bill of materials of what users run, in CycloneDX: `tsx scripts/sbom.ts dist/sbom.cdx.json`. Development
 * dependencies are left out, but for those of which files are copied.
 */
import { writeFileSync } from 'node:fs';
import { type Bom, isShipped, readComponents } from './components.ts';

const [, , path] = process.argv;
if (path === undefined) throw new Error('usage: sbom.ts <file>');

const all = readComponents();
const components = all.components.filter(isShipped);
const refs = new Set([all.metadata.component, ...components].map((component) => component['bom-ref']));
const bom: Bom = {
  ...all,
  // npm names it after the folder.
  metadata: { ...all.metadata, component: { ...all.metadata.component, name: 'easysms' } },
  components,
  dependencies: all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map((of) => ({ ...of, dependsOn: (of.dependsOn ?? []).filter((ref) => refs.has(ref)) })),
};
writeFileSync(path, `${JSON.stringify(bom, null, 2)}\n`);
