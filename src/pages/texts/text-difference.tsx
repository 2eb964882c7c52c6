import { type DiffPart, diffWords } from '../../domain/text/word-diff.ts';
import type { TextsWords } from './words.ts';

/** Two texts in one: what left it is struck out, what came is underlined, and both are said to a screen reader. */
export function Difference({ parts, words }: { readonly parts: readonly DiffPart[]; readonly words: TextsWords }) {
  return (
    <p class="difference">
      {parts.map(({ kind, text }) => {
        if (kind === 'same') return text;
        if (kind === 'added')
          return (
            <ins>
              <span class="unseen">{words.added}: </span>
              {text}
            </ins>
          );
        return (
          <del>
            <span class="unseen">{words.removed}: </span>
            {text}
          </del>
        );
      })}
    </p>
  );
}

/** Two texts compared, under a title. */
export function TextDifference({
  words,
  title,
  before,
  after,
}: {
  readonly words: TextsWords;
  readonly title: string;
  readonly before: string;
  readonly after: string;
}) {
  return (
    <>
      <h3>{title}</h3>
      <Difference parts={diffWords(before, after)} words={words} />
    </>
  );
}
