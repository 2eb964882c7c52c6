import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './index.ts';
import { type Mutant, planted } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** All that a simulated month is made of. */
const PARTS = ['src', 'migrations', 'templates', 'test/simulation', 'package.json', 'tsconfig.json'];

/** Lives for a mutant: the seeds from one to another, each for so many days. */
export interface Lives {
  readonly seeds: string;
  readonly days: string;
}

/**
 * Plants mutants, one after another, each in a copy of the repository, and lives until a seed notices.
 * @param names of mutants; empty: all
 * @param lives null: the one that each names
 * @returns how many went unnoticed
 */
export async function liveMutants(names: readonly string[], lives: Lives | null): Promise<number> {
  const unknown = names.filter((name) => MUTANTS.every((mutant) => mutant.name !== name));
  if (unknown.length > 0) throw new Error(`no such mutant: ${unknown.join(', ')}`);
  let survived = 0;
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    const output = await live(mutant, lives ?? livesOf(mutant));
    const seeds = output.split('\n').filter((line) => line.startsWith('seed '));
    const noticed = output.split('\n').find((line) => line.startsWith('  '));
    if (!noticed) survived++;
    const last = seeds.at(-1)?.split(' ')[1];
    const told = noticed
      ? `seed ${last}: ${noticed.trim()}`
      : `NOT NOTICED by ${seeds.length} seeds ${output.slice(-300)}`;
    process.stdout.write(`${mutant.name} (${mutant.breaks})\n  ${told}\n`);
  }
  return survived;
}

/** The life that it names, or some to search. */
function livesOf({ caught }: Mutant): Lives {
  return caught
    ? { seeds: `${caught.seed}..${caught.seed}`, days: String(caught.days) }
    : { seeds: '1..20', days: '5' };
}

/** @returns what the simulation printed */
async function live(mutant: Mutant, { seeds, days }: Lives): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-mutant-'));
  try {
    for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const edit of mutant.edits) {
      const path = join(folder, edit.file);
      writeFileSync(path, planted(readFileSync(path, 'utf8'), edit));
    }
    const run = [
      '--import',
      'tsx',
      'test/simulation/run.ts',
      '--seeds',
      seeds,
      '--days',
      days,
      '--stop',
      '--gateways',
      String(mutant.gateways ?? 1),
    ];
    const child = spawn(process.execPath, run, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    await once(child, 'close');
    return output;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
