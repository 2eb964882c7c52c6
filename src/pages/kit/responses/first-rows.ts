/** The rows of a page of a list. */
interface FirstRows<T> {
  readonly rows: readonly T[];
  /** The last of them in the order of the list, which the page leads on behind; undefined: the list ends here. */
  readonly last: T | undefined;
  /** The number of rows at the beginning of the list that fit. */
  readonly count: number;
}

/**
 * The first rows of a list. A row whose form came back with a fault is among them: it stands before them where the
 * fault made the page too long for it. The next page has that row once more, and so none is skipped.
 * @param isKept true for the row whose form came back
 */
export function firstRows<T>(found: readonly T[], most: number, isKept: (row: T) => boolean): FirstRows<T> {
  const kept = found.slice(most).filter(isKept);
  const first = found.slice(0, kept.length === 0 ? most : Math.max(1, most - kept.length));
  const last = found.length > first.length ? first.at(-1) : undefined;
  return { rows: [...kept, ...first], last, count: first.length };
}
