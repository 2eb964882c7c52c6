import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RULES = fileURLToPath(new URL('../../docs/operations/easysms.rules.yml', import.meta.url));
const EVERY_S = 15;
/** As long as Prometheus needs to have looked back far enough for rates. */
const QUIET_STEPS = 20;

/** The figures of a process, each read at some moment of the scrape; null: it did not answer. */
export interface Scrape {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly figures: ReadonlyMap<string, number> | null;
}

/**
 * Two scrapes before a fault and two in it, each pair a few seconds apart; the same pair twice for a run without a
 * fault.
 */
export interface Course {
  readonly name: string;
  readonly quiet: readonly [Scrape, Scrape];
  readonly fault: readonly [Scrape, Scrape];
  readonly faultSteps: number;
  /** The alerts that must be firing at the end. null: none may. */
  readonly expected: readonly string[] | null;
}

/** True when promtool is installed. */
export async function hasPromtool(): Promise<boolean> {
  return run('promtool', ['--version']).then(
    () => true,
    () => false,
  );
}

/**
 * Has Prometheus's own rule tester run the shipped rules over these courses. @throws Error with what it says when an
 * alert is missing or too many
 */
export async function judge(courses: readonly Course[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-alarms-'));
  const file = join(folder, 'courses.json');
  try {
    // YAML holds JSON.
    writeFileSync(
      file,
      JSON.stringify({ rule_files: [RULES], evaluation_interval: `${EVERY_S}s`, tests: courses.map(toTest) }),
    );
    await run('promtool', ['test', 'rules', file], { maxBuffer: 1e8 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}` || String(error));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function toTest({ name, quiet, fault, faultSteps, expected }: Course): object {
  const names = new Set([...quiet, ...fault].flatMap(({ figures }) => [...(figures?.keys() ?? [])]));
  const up = [quiet[1], fault[1]].map(({ figures }) => (figures ? 1 : 0));
  const values = (each: string) =>
    expected
      ? `${inQuiet(each, quiet, QUIET_STEPS)} ${inFault(each, fault, faultSteps)}`
      : inQuiet(each, quiet, QUIET_STEPS + faultSteps);
  const series = [...names].map((each) => ({ series: withTarget(each), values: values(each) }));
  const at = `${(QUIET_STEPS + faultSteps) * EVERY_S}s`;
  const firing = (alert: string) => `count by (alertname) (ALERTS{alertstate="firing",alertname="${alert}"}) > bool 0`;
  return {
    name,
    interval: `${EVERY_S}s`,
    input_series: [
      { series: 'up{job="easysms",instance="a"}', values: `${up[0]}x${QUIET_STEPS} ${up[1]}x${faultSteps}` },
      ...series,
    ],
    promql_expr_test: expected
      ? expected.map((alert) => ({
          expr: firing(alert),
          eval_time: at,
          exp_samples: [{ labels: `{alertname="${alert}"}`, value: 1 }],
        }))
      : [{ expr: 'ALERTS{alertstate="firing"}', eval_time: at, exp_samples: [] }],
  };
}

/** As Prometheus stores it: with the labels of the target. */
function withTarget(name: string): string {
  const target = 'job="easysms",instance="a"';
  return name.endsWith('}') ? `${name.slice(0, -1)},${target}}` : `${name}{${target}}`;
}

/** Counters go on as they went; everything else stays. */
function inQuiet(name: string, [first, second]: Course['quiet'], steps: number): string {
  const value = second.figures?.get(name);
  if (value === undefined) return `_x${steps + 1}`;
  const step = isCounter(name) ? perStep(name, first, second) : 0;
  return `${value - step * steps}+${step}x${steps}`;
}

/**
 * While the fault lasts, counters go on as they went in it, and what grew about as fast as time passed goes on growing:
 * it is the age of something.
 */
function inFault(name: string, [first, second]: Course['fault'], steps: number): string {
  const value = second.figures?.get(name);
  // Prometheus marks what a target no longer shows.
  if (value === undefined) return `stale _x${steps - 1}`;
  const isAge =
    /_seconds(\{|$)/.test(name) && isAsFastAsTime(value - (first.figures?.get(name) ?? value), first, second);
  return `${value}+${isCounter(name) ? perStep(name, first, second) : isAge ? EVERY_S : 0}x${steps - 1}`;
}

/** A scrape takes as long as the machine lets it, and doesn't tell when it read a figure. */
function isAsFastAsTime(grownS: number, first: Scrape, second: Scrape): boolean {
  const shortestS = (second.beganMs - first.endedMs) / 1_000;
  const longestS = (second.endedMs - first.beganMs) / 1_000;
  return grownS > 0.5 * shortestS && grownS < 1.1 * longestS;
}

/** prom-client's `nodejs_active_…_total` say how many there are now, and fall as well. */
const isCounter = (name: string): boolean =>
  /_(total|count|sum|bucket)(\{|$)/.test(name) && !name.startsWith('nodejs_active_');

function perStep(name: string, first: Scrape, second: Scrape): number {
  const after = second.figures?.get(name);
  // A counter with labels is there from its first event on.
  const before = first.figures?.get(name) ?? (isCounter(name) ? 0 : after);
  if (before === undefined || after === undefined) return 0;
  return ((after - before) / (second.endedMs - first.endedMs)) * EVERY_S * 1_000;
}
