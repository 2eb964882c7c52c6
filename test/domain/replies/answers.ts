import { readFileSync } from 'node:fs';
import { MEANINGS, type Meaning } from '../../../src/domain/replies/read-reply.ts';

/** A reply as a citizen might write it. */
export interface Answer {
  readonly text: string;
  /** What a person understands; `other`: nothing that can be acted on without asking. */
  readonly means: Meaning;
  /** What it has to be read as: the same, or less than it means. */
  readonly read: Meaning;
}

/** The lines of answers.tsv: what it means, what it is read as (`=`: the same), the text with `\n` for line breaks. */
export const ANSWERS: readonly Answer[] = readFileSync(new URL('./answers.tsv', import.meta.url), 'utf8')
  .replace(/\n$/, '')
  .split('\n')
  .map((line) => {
    const [means = '', read = '', text = ''] = line.split('\t');
    return { text: text.replaceAll('\\n', '\n'), means: meaning(means), read: meaning(read === '=' ? means : read) };
  });

function meaning(word: string): Meaning {
  const found = MEANINGS.find((each) => each === word);
  if (!found) throw new Error(`answers.tsv: there is no meaning "${word}"`);
  return found;
}
