import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import type { Database } from '../../../src/database/tables.ts';
import { openInMemory } from '../embedded-world.ts';
import type { Experiment, Setting } from '../experiment.ts';
import { commands, stepsOf } from '../model/commands.ts';
import { Model } from '../model/model.ts';
import { Town } from '../model/town.ts';
import { Expectations, type Outcome } from '../verdict.ts';

/** Sequences that showed something once, shrunk. A run that fails adds its own. */
const KEPT = fileURLToPath(new URL('../model/kept-sequences.json', import.meta.url));

interface KeptSequence {
  /** What was wrong when it failed. */
  readonly showed: string;
  readonly steps: string;
}

/** R19: intake, hand-over, receipts and replies against a model of a hundred lines. */
export const model: Experiment = {
  name: 'R19',
  title: 'random lives of appointments against a model',
  says:
    'fast-check draws sequences of bookings, moves, cancellations, changes of number, STOP, START, hand-overs, time that passes, receipts (late, repeated, ' +
    'contrary, before the response to the call, stored and not yet applied), and deaths of the process before, during and after its calls. After each step what ' +
    'was handed to the gateway, what the responses say had left, and how every reminder stands are what the model says. Before that go the sequences that ' +
    'showed something once; a run that fails adds its own, shrunk.',
  run: async (setting) => {
    const db = await openInMemory();
    try {
      return [await again(db), await random(db, setting)];
    } finally {
      await db.destroy();
    }
  },
};

async function live(db: Kysely<Database>, steps: Iterable<fc.AsyncCommand<Model, Town>>): Promise<number> {
  const town = await Town.open(db);
  await fc.asyncModelRun(() => ({ model: new Model(town.now), real: town }), steps);
  return town.steps;
}

async function again(db: Kysely<Database>): Promise<Outcome> {
  const { failures } = new Expectations();
  const kept = readKept();
  let steps = 0;
  for (const { showed, steps: sequence } of kept) {
    try {
      steps += await live(db, stepsOf(sequence));
    } catch (error) {
      failures.push(`that the model foresaw “${sequence}”, which showed once that ${showed}:\n${String(error)}`);
    }
  }
  return { part: `${kept.length} kept sequences`, verdict: null, counts: { steps }, failures };
}

async function random(db: Kysely<Database>, { form, seed }: Setting): Promise<Outcome> {
  // As drawn they are half as long on average, and what means nothing where it stands is left out: in the long form 50
  // steps are taken of each.
  const { numRuns, maxCommands } =
    form === 'long' ? { numRuns: 10_000, maxCommands: 150 } : { numRuns: 20, maxCommands: 60 };
  const { failures } = new Expectations();
  let steps = 0;
  const sequences = fc.commands(commands(), { maxCommands, size: 'max', disableReplayLog: true });
  const property = fc.asyncProperty(sequences, async (chosen) => {
    steps += await live(db, chosen);
  });
  const result = await fc.check(property, { numRuns, seed });
  if (result.failed && result.counterexample) {
    const shrunk = String(result.counterexample[0]).split(',').join('; ');
    addKept({ showed: `something was not as foreseen (seed ${seed}, ${form} form)`, steps: shrunk });
    failures.push(`that the model foresaw “${shrunk}”:\n${String(result.errorInstance)}`);
  }
  return { part: `${numRuns} sequences`, verdict: null, counts: { steps, shrinks: result.numShrinks }, failures };
}

function readKept(): readonly KeptSequence[] {
  return JSON.parse(readFileSync(KEPT, 'utf8')) as KeptSequence[];
}

function addKept(sequence: KeptSequence): void {
  const kept = readKept();
  if (kept.some(({ steps }) => steps === sequence.steps)) return;
  writeFileSync(KEPT, `${JSON.stringify([...kept, sequence], null, 2)}\n`);
}
