/** Work in steps: between two of them whoever runs it may let other work go on. */
export type Steps<T> = Generator<undefined, T>;

/** Maps items one after another, each a step. */
export function* mapInSteps<T, R>(items: readonly T[], map: (item: T, index: number) => R): Steps<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    results.push(map(item, index));
    yield;
  }
  return results;
}

/** Maps items one after another, each in steps of its own and one more. */
export function* stepsOfEach<T, R>(items: readonly T[], map: (item: T) => Steps<R>): Steps<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(yield* map(item));
    yield;
  }
  return results;
}
