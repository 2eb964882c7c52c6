import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './index.ts';
import { type Mutant, mutated } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The parts of the repository that a simulation needs. */
const PARTS = ['src', 'migrations', 'templates', 'test/simulation', 'package.json', 'tsconfig.json'];

/** Seeds for a mutant: from one to another, each for so many days. */
export interface SeedRange {
  readonly seeds: string;
  readonly days: string;
}

/**
 * Runs mutants, one after another, each in a copy of the repository, until a seed notices it.
 * @param names of mutants; empty: all
 * @param range null: the seed that each names
 * @returns how many survived
 */
export async function runMutants(names: readonly string[], range: SeedRange | null): Promise<number> {
  const unknown = names.filter((name) => MUTANTS.every((mutant) => mutant.name !== name));
  if (unknown.length > 0) throw new Error(`no such mutant: ${unknown.join(', ')}`);
  let survived = 0;
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    const output = await simulate(mutant, range ?? seedsOf(mutant));
    const seeds = output.split('\n').filter((line) => line.startsWith('seed '));
    const noticed = output.split('\n').find((line) => line.startsWith('  '));
    if (!noticed) survived++;
    const last = seeds.at(-1)?.split(' ')[1];
    const finding = noticed
      ? `seed ${last}: ${noticed.trim()}`
      : `NOT NOTICED by ${seeds.length} seeds ${output.slice(-300)}`;
    process.stdout.write(`${mutant.name} (${mutant.breaks})\n  ${finding}\n`);
  }
  return survived;
}

/** The seed that a mutant names, or some to search. */
function seedsOf({ detectedBy }: Mutant): SeedRange {
  return detectedBy
    ? { seeds: `${detectedBy.seed}..${detectedBy.seed}`, days: String(detectedBy.days) }
    : { seeds: '1..20', days: '5' };
}

/** Simulates a mutant. @returns what was printed */
async function simulate(mutant: Mutant, { seeds, days }: SeedRange): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-mutant-'));
  try {
    for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const edit of mutant.edits) {
      const path = join(folder, edit.file);
      writeFileSync(path, mutated(readFileSync(path, 'utf8'), edit));
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
