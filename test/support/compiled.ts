import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle, ROOT } from '../../scripts/bundle.ts';

const folders = new Map<string, string>();

/**
 * A file as plain JavaScript, as it runs in production: compiled with all that it imports the first time that one of
 * its part is asked for. Half of a start would be translating the same files again, and what translates them on the way
 * leaves marks that cost time.
 * @param part a folder with a tsconfig.json that includes the file
 * @returns the path of the compiled file
 */
export function compiled(part: 'bench' | 'test/reliability', file: string): string {
  const folder = folders.get(part) ?? compile(part);
  folders.set(part, folder);
  return join(folder, part, file.replace(/\.ts$/, '.js'));
}

const bundles = new Map<string, string>();

/**
 * A program in one file, as `npm start` runs the service: it starts in a third of the time that translating each of its
 * files on the way takes. Made the first time that this process asks for it.
 * @param entry its TypeScript file, below the project's root
 */
export function bundled(entry = 'src/main.ts'): string {
  const known = bundles.get(entry);
  if (known) return known;
  const out = folders.get('bundle') ?? emptyFolder('bundle');
  folders.set('bundle', out);
  const file = join('dist', basename(entry).replace(/\.ts$/, '.js'));
  bundle(entry, out, file);
  linkBeside(out, ['migrations', 'templates']);
  bundles.set(entry, join(out, file));
  return join(out, file);
}

function compile(part: string): string {
  const out = emptyFolder(part.replace('/', '-'));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, part, 'tsconfig.json'), '--outDir', out], { stdio: 'inherit' });
  linkBeside(out, ['migrations', 'templates', join(part, 'node_modules')]);
  return out;
}

/**
 * Below node_modules, so that packages are found from there; one for each run, since another may be at work. Its
 * package.json names the version, which a process reads and reports.
 */
function emptyFolder(name: string): string {
  const out = join(ROOT, 'node_modules', '.cache', `easysms-${name}-${process.pid}`);
  mkdirSync(out, { recursive: true });
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(out, 'package.json'), `${JSON.stringify({ type: 'module', version })}\n`);
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  return out;
}

function linkBeside(out: string, paths: readonly string[]): void {
  for (const path of paths)
    if (existsSync(join(ROOT, path)) && !existsSync(join(out, path))) symlinkSync(join(ROOT, path), join(out, path));
}
