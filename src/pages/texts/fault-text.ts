import type { Fault } from '../../domain/errors.ts';
import type { TextsWords } from './words.ts';

/** The sentence of a page for what is wrong with a text, with its place where that is known. */
export function faultText(words: TextsWords, { code, line, column }: Fault): string {
  const sentence = words.faults[code] ?? words.otherFault;
  const isEmpty = code === 'empty' || code === 'emptied';
  if (line !== undefined && column !== undefined && !isEmpty) return words.at(line, column) + sentence;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
