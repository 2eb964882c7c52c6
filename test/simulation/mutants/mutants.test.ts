import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTANTS } from './index.ts';
import { planted } from './mutant.ts';

it.each(MUTANTS)('the mutant $name can be planted', ({ edits }) => {
  for (const edit of edits) {
    const text = readFileSync(edit.file, 'utf8');
    expect(planted(text, edit)).not.toBe(text);
  }
});

it('no two mutants have one name', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
