import type { Faults } from '../kit/fields.tsx';
import type { SectionFault } from './sections.ts';
import type { RulesWords } from './words.ts';

/** The sentences about faults, by the field that each is shown beside. */
export function faultsByField(words: RulesWords, faults: readonly SectionFault[]): Faults {
  return Object.fromEntries(faults.map(({ field, code }) => [field, sentence(words, field, code)]));
}

function sentence(words: RulesWords, field: string, code: string): string {
  return words.codes[code] ?? words.fields[field.replace(/^(rule)-\d+/, '$1')] ?? words.otherFault;
}
