import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** Below the project's root: `src/database/connect.ts`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
}

/** Every TypeScript file of a folder of the project. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const path = relative(ROOT, join(ROOT, folder, name));
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, code: withoutComments(text) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a file imports, also for its types only: files of the project by path, packages by name. */
export function importsOf(file: SourceFile): string[] {
  const statements = file.code.matchAll(
    /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...statements].map(([, first, second]) => {
    const name = first ?? second ?? '';
    return name.startsWith('.') ? normalize(join(dirname(file.path), name)) : name;
  });
}

// Good enough for this code, which writes no `//` in a string outside of URLs.
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}
