import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
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

/** The service as `npm start` runs it: in one file. */
export function bundled(): string {
  const out = folders.get('bundle') ?? bundle();
  folders.set('bundle', out);
  return join(out, 'dist', 'bundle', 'main.js');
}

function bundle(): string {
  const out = emptyFolder('bundle');
  execFileSync(join(ROOT, 'scripts', 'bundle.sh'), [join(out, 'dist', 'bundle')], { stdio: 'inherit' });
  linkBeside(out, ['migrations', 'templates']);
  return out;
}

function compile(part: string): string {
  const out = emptyFolder(part.replace('/', '-'));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, part, 'tsconfig.json'), '--outDir', out], { stdio: 'inherit' });
  linkBeside(out, ['migrations', 'templates', join(part, 'node_modules')]);
  return out;
}

/** Below node_modules, so that packages are found from there; one for each run, since another may be at work. */
function emptyFolder(name: string): string {
  const out = join(ROOT, 'node_modules', '.cache', `easysms-${name}-${process.pid}`);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  return out;
}

function linkBeside(out: string, paths: readonly string[]): void {
  for (const path of paths)
    if (existsSync(join(ROOT, path)) && !existsSync(join(out, path))) symlinkSync(join(ROOT, path), join(out, path));
}
