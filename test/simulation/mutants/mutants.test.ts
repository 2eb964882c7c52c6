import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTANTS } from './index.ts';
import { mutated } from './mutant.ts';

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
