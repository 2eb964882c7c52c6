import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle.ts';
import { type Manifest, readManifest } from './components.ts';

const FILES = /^(?:licen[cs]e|notice|copying|copyright)/i;

/**
 * The licences and notices of packages that are bundled, whose own files nobody is given: each name and version once,
 * with what its authors wrote, or with what its package.json says where they wrote nothing.
 * @param folders of the packages, below the project's folder
 */
export function licenceTexts(folders: readonly string[]): string {
  const sections = folders.map((folder) => {
    const manifest = readManifest(folder);
    const files = readdirSync(join(ROOT, folder)).filter((name) => FILES.test(name));
    const texts = files.map((name) => readFileSync(join(ROOT, folder, name), 'utf8').trim());
    const heading = `${manifest.name} ${manifest.version}`;
    return [heading, '='.repeat(heading.length), '', ...(texts.length > 0 ? texts : [stated(manifest)])].join('\n');
  });
  return `${sections.sort().join('\n\n\n')}\n`;
}

function stated({ license, author }: Manifest): string {
  const name = typeof author === 'string' ? author : author?.name;
  return `Licence: ${license}${name ? `. Author: ${name}` : ''}`;
}
