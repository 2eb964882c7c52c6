/** Text of one file that a mutant replaces. */
export interface Edit {
  /** The path from the root of the repository. */
  readonly file: string;
  /** The text, which stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** An edit of a file: its text `from`, which stands there exactly once, becomes `to`. */
export const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });

/** A deliberate break of the product, and a simulation that notices it. */
export interface Mutant {
  readonly name: string;
  /** The guarantee or check that is broken. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
  /** Gateways of the world that is to notice; absent: one. */
  readonly gateways?: 2;
  /** Its booking systems speak a vendor's JSON. */
  readonly vendors?: true;
  /** Its suppliers take many SMS in one call. */
  readonly many?: true;
  /** Its staff send reminders again. */
  readonly staff?: true;
  /** The first seed that was found to notice it; null: none yet. */
  readonly detectedBy: { readonly seed: number; readonly days: number } | null;
}

/** Makes an edit. @returns the new text. @throws where the text that it replaces isn't there exactly once */
export function mutated(text: string, { file, from, to }: Edit): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file} holds this text ${more.length + (after === undefined ? 0 : 1)} times: ${from}`);
  return before + to + after;
}
