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

/** The outcome of simulating a mutant. */
interface Simulated {
  /** The first violation with its seed; null: none noticed. */
  readonly finding: string | null;
  readonly seeds: number;
  /** The end of what was printed, which says why nothing was simulated where that is so. */
  readonly end: string;
}

/** Seeds that are searched where none is named, or where the one that is named notices nothing any more. */
const SEARCH: SeedRange = { seeds: '1..20', days: '5' };

/**
 * Runs mutants, one after another, each in a copy of the repository, until a seed notices it. Each statement that the
 * product makes more or less shifts what the dice of a seed fall on: where the seed that a mutant names notices nothing,
 * others are searched, and the one that does is told, to be named from then on.
 * @param names of mutants; empty: all
 * @param range null: the seed that each names, and others where that one does not notice
 * @returns how many survived
 */
export async function runMutants(names: readonly string[], range: SeedRange | null): Promise<number> {
  const unknown = names.filter((name) => MUTANTS.every((mutant) => mutant.name !== name));
  if (unknown.length > 0) throw new Error(`no such mutant: ${unknown.join(', ')}`);
  let survived = 0;
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    let simulated = await simulate(mutant, range ?? namedBy(mutant));
    const isStale = range === null && mutant.detectedBy !== null && simulated.finding === null;
    if (isStale) simulated = await simulate(mutant, SEARCH);
    const { finding, seeds, end } = simulated;
    if (finding === null) survived++;
    const named = isStale ? `, and not by seed ${mutant.detectedBy?.seed}, which is named` : '';
    const told = finding === null ? `NOT NOTICED by ${seeds} seeds ${end}` : finding;
    process.stdout.write(`${mutant.name} (${mutant.breaks})\n  ${told}${named}\n`);
  }
  return survived;
}

/** The seed that a mutant names, or some to search. */
function namedBy({ detectedBy }: Mutant): SeedRange {
  return detectedBy ? { seeds: `${detectedBy.seed}..${detectedBy.seed}`, days: String(detectedBy.days) } : SEARCH;
}

/** Simulates a mutant until a seed notices it. */
async function simulate(mutant: Mutant, { seeds, days }: SeedRange): Promise<Simulated> {
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
      ...(mutant.vendors ? ['--vendors'] : []),
      ...(mutant.many ? ['--many'] : []),
      ...(mutant.staff ? ['--staff'] : []),
    ];
    const child = spawn(process.execPath, run, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    await once(child, 'close');
    const lines = output.split('\n');
    const violation = lines.find((line) => line.startsWith('  '));
    const simulated = lines.filter((line) => line.startsWith('seed '));
    const last = simulated.at(-1)?.split(' ')[1];
    const finding = violation === undefined ? null : `seed ${last}: ${violation.trim()}`;
    return { finding, seeds: simulated.length, end: output.slice(-300) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
