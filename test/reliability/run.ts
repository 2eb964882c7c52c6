import '../../src/utc.ts';
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Databases } from './databases.ts';
import type { Experiment, Setting } from './experiment.ts';
import { EXPERIMENTS } from './experiments/index.ts';
import { lines } from './print.ts';
import { keep } from './results.ts';
import { failed, type Outcome } from './verdict.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * `npm run prove -- R1 R5 --short --seed 7`: those named, or all. `--write` keeps what came out, and writes
 * docs/reliability.md. Ends with 1 when an invariant or an expectation was broken.
 */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean' },
      long: { type: 'boolean' },
      write: { type: 'boolean' },
      seed: { type: 'string', default: '1' },
    },
  });
  const form = values.long ? 'long' : 'short';
  const seed = Number(values.seed);
  const unknown = positionals.filter((name) => !EXPERIMENTS.some((experiment) => experiment.name === name));
  if (unknown.length > 0 || !Number.isInteger(seed)) {
    say(`Known experiments: ${EXPERIMENTS.map(({ name }) => name).join(' ')}. The seed is a whole number.`);
    return false;
  }
  const chosen = EXPERIMENTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const databases = new Databases();
  let right = true;
  try {
    // Before the run: somebody may commit meanwhile.
    const at = commit();
    say(`commit ${at}, seed ${seed}, ${form} form`);
    for (const experiment of chosen)
      right = (await prove(experiment, { form, seed, databases, say }, values.write ? at : null)) && right;
  } finally {
    await databases.close();
  }
  return right;
}

/** @param commit under which its results are kept; null: they are not */
async function prove(experiment: Experiment, setting: Setting, commit: string | null): Promise<boolean> {
  say(`\n${experiment.name} ${experiment.title}`);
  const missing = experiment.missing?.() ?? null;
  if (missing !== null) {
    say(`  not run on this machine: ${missing}`);
    return true;
  }
  const began = performance.now();
  const outcomes = await outcomesOf(experiment, setting);
  const seconds = Math.round((performance.now() - began) / 1000);
  for (const outcome of outcomes) for (const line of lines(outcome)) say(`  ${line}`);
  if (commit !== null)
    keep(experiment.name, { form: setting.form, seed: setting.seed, commit, seconds, outcomes }, EXPERIMENTS);
  const broken = outcomes.filter(failed).length;
  say(`  ${broken === 0 ? 'holds' : `BROKEN in ${broken} of ${outcomes.length} parts`} (${seconds} s)`);
  return broken === 0;
}

/** An experiment that breaks off is broken: it has shown nothing. */
async function outcomesOf(experiment: Experiment, setting: Setting): Promise<readonly Outcome[]> {
  try {
    return await experiment.run(setting);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ part: 'broke off', verdict: null, counts: {}, failures: [why] }];
  }
}

/** With a word where what runs is not what was committed. */
function commit(): string {
  const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'test', 'migrations', 'templates') !== '';
  return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes' : '');
}

// What an experiment that broke off was still asking for would keep the process.
process.exit((await main()) ? 0 : 1);
