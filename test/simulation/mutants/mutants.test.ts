import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTANTS } from './index.ts';
import { type Mutant, mutated } from './mutant.ts';

it.each(MUTANTS)('the mutant $name can be made', ({ edits }) => {
  for (const edit of edits) {
    const text = readFileSync(edit.file, 'utf8');
    expect(mutated(text, edit)).not.toBe(text);
  }
});

it('no two mutants have one name', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

/** The tests that docs/simulation.md names for what no seed notices: a file, and the title or what it begins or ends with. */
const HELD_BY = /^\| (`[^|]+`) \| `(test\/[^`]+)`: (?:… )?(.+) \|$/gm;

it('docs/simulation.md has each mutant with its seed, or a test that is there and holds it', () => {
  const page = readFileSync('docs/simulation.md', 'utf8');
  const held = [...page.matchAll(HELD_BY)].flatMap(([, names = '', file = '', title = '']) =>
    readFileSync(file, 'utf8').includes(title) ? [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name) : [],
  );
  const isTold = ({ name, breaks, detectedBy }: Mutant) =>
    page.includes(`| \`${name}\` | ${breaks} | ${detectedBy ? `${detectedBy.seed} |` : ''}`) &&
    (detectedBy !== null || held.includes(name));
  expect(MUTANTS.filter((mutant) => !isTold(mutant)).map(({ name }) => name)).toEqual([]);
});
