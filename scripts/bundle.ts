import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { buildSync } from 'esbuild';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Packages that read files of their own: they stay packages, and the Dockerfile copies them. */
export const EXTERNAL = ['@electric-sql/pglite'];

/** pg asks for it only where it is told to. */
const NEVER_LOADED = ['pg-native'];

/** Lines are broken there at the latest, so that a position in a package can be found by eye. */
const LINE_LIMIT = 200;

/**
 * Makes a program of one file, with the packages that it uses, and its source map. A start that looks for a thousand
 * files, and compiles each, takes twice the processor time.
 * @param entry its TypeScript file, below the project's folder
 * @param folder that it is to run from; `migrations/`, `templates/` and `package.json` are found there
 * @param file of the program, below that folder
 * @returns the folders of the packages that are in it, below the project's folder
 */
export function bundle(entry: string, folder: string, file: string): string[] {
  const outfile = join(folder, file);
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: [...EXTERNAL, ...NEVER_LOADED],
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: LINE_LIMIT,
    sourcemap: 'linked',
    sourcesContent: false,
    // Modules find files of the project by the way from their room, which is as deep in dist/ as in src/.
    define: { 'import.meta.url': 'urlOfModules' },
    banner: {
      js:
        `import { createRequire as createRequireOfBundle } from 'node:module';` +
        `const require = createRequireOfBundle(import.meta.url);` +
        `const urlOfModules = new URL('${posix.relative(dirname(file), 'dist/room')}/', import.meta.url).href;`,
    },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  mkdirSync(dirname(outfile), { recursive: true });
  for (const { path, text } of outputFiles)
    writeFileSync(path, path.endsWith('.map') ? ownLines(text, dirname(path)) : text);
  const packages = Object.keys(metafile.inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(packages)].filter((path) => path !== undefined);
}

interface SourceMap {
  mappings: string;
  names: readonly string[];
  readonly sources: readonly string[];
}

/**
 * Leaves of a source map the lines of our own files: a segment where another line begins, and one without a source where
 * a package does, since a segment holds until the next one. Node parses the whole map in one go for the first stack, and
 * keeps an array for each segment: with columns and packages that takes a third of a second and 90 MB.
 */
function ownLines(json: string, folder: string): string {
  const map = JSON.parse(json) as SourceMap;
  const isOwn = map.sources.map((source) => !join(folder, source).startsWith(join(ROOT, 'node_modules')));
  let last = '';
  const kept = ([column, source, line]: SourceMapSegment): SourceMapSegment[] => {
    const own = source !== undefined && line !== undefined && isOwn[source];
    const place = own ? `${source}:${line}` : '';
    if (place === last) return [];
    last = place;
    return own ? [[column, source, line, 0]] : [[column]];
  };
  const lines = decode(map.mappings).map((segments) => segments.flatMap(kept));
  return JSON.stringify({ ...map, names: [], mappings: encode(lines) });
}
