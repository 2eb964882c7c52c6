/** A piece of two texts that were compared. */
export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** The comparison takes the square of this many words; longer texts are shown as replaced. */
const MOST_WORDS = 600;

/** Compares two texts word by word (longest common subsequence). @returns what left and what came, in reading order */
export function diffWords(before: string, after: string): DiffPart[] {
  const [a, b] = [tokensOf(before), tokensOf(after)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS)
    return joined([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ]);
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [removed = '', added = ''] = [a[i], b[j]];
    if (i < a.length && j < b.length && removed === added) {
      parts.push({ kind: 'same', text: removed });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(lengths, (i + 1) * width + j) >= at(lengths, i * width + j + 1))) {
      parts.push({ kind: 'removed', text: removed });
      i++;
    } else {
      parts.push({ kind: 'added', text: added });
      j++;
    }
  }
  return joined(parts);
}

/** A tag of Liquid, a value of Liquid, or a word; the bounds keep a search for the end of a tag short. */
const WORDS = /\s+|\{%[^%{}]{0,200}%\}|\{\{[^{}]{0,200}\}\}|[^\s{]+|\{/g;

/** Words, tags of Liquid as a whole, and the blanks between them. */
export function tokensOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** Length of the longest common subsequence of what follows each pair of positions. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const place = i * width + j;
      lengths[place] =
        a[i] === b[j]
          ? at(lengths, place + width + 1) + 1
          : Math.max(at(lengths, place + width), at(lengths, place + 1));
    }
  }
  return lengths;
}

function at(lengths: Uint16Array, place: number): number {
  return lengths[place] as number;
}

/** Neighbouring pieces of one kind become one. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.kind === part.kind) result[result.length - 1] = { kind: part.kind, text: last.text + part.text };
    else if (part.text !== '') result.push(part);
  }
  return result;
}
