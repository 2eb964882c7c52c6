import { type Bom, isShipped, readComponents, readManifest } from './components.ts';

/**
 * The bill of materials of what users run, in CycloneDX.
 * @param folders of the packages that are in it, below the project's folder
 * @throws Error when one of them is for development alone, whose licence need not be one that users can be given
 */
export function billOfMaterials(folders: readonly string[]): Bom {
  const all = readComponents();
  const given = new Set(
    folders.map((folder) => {
      const { name, version } = readManifest(folder);
      return `${name}@${version}`;
    }),
  );
  const components = all.components.filter(({ name, version }) => given.delete(`${name}@${version}`));
  const refused = [...given, ...components.filter((each) => !isShipped(each)).map(({ name }) => name)];
  if (refused.length > 0) throw new Error(`not among the dependencies of package.json: ${refused.join(', ')}`);
  const refs = new Set([all.metadata.component, ...components].map((component) => component['bom-ref']));
  return {
    ...all,
    // npm names it after the folder.
    metadata: { ...all.metadata, component: { ...all.metadata.component, name: 'easysms' } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((of) => ({ ...of, dependsOn: (of.dependsOn ?? []).filter((ref) => refs.has(ref)) })),
  };
}
