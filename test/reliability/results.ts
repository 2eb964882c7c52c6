import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Experiment } from './experiment.ts';
import { type KeptRun, type KeptRuns, renderPage } from './page.ts';

const RESULTS = fileURLToPath(new URL('../../docs/reliability.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

/** Keeps a run in place of the last one of the same experiment and form, and writes the page anew. */
export function keep(name: string, run: KeptRun, experiments: readonly Experiment[]): void {
  const kept: KeptRuns = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as KeptRuns) : {};
  const all = { ...kept, [name]: { ...kept[name], [run.form]: run } };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => numberOf(a) - numberOf(b)));
  writeFileSync(RESULTS, `${JSON.stringify(sorted, null, 2)}\n`);
  writeFileSync(PAGE, renderPage(sorted, experiments));
}

function numberOf(name: string): number {
  return Number(name.slice(1));
}
