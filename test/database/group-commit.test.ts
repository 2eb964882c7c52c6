import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../src/database/group-commit.ts';

interface Item {
  readonly name: string;
  readonly keys?: readonly string[];
  readonly weight?: number;
}

/** A commit that the test holds open, and lets go or fail. */
function setUp(
  options: {
    maxWeight?: number;
    failsForAll?: (error: unknown) => boolean;
    failsForWaiting?: (error: unknown) => boolean;
  } = {},
) {
  const groups: string[][] = [];
  const open: { end(): void; fail(error: Error): void }[] = [];
  let arrived = () => {};
  const group = new GroupCommit<Item, string>({
    run: (items) => {
      groups.push(items.map((item) => item.name));
      return new Promise((resolve, reject) => {
        open.push({ end: () => resolve(items.map((item) => `${item.name} done`)), fail: reject });
        arrived();
      });
    },
    keysOf: (item) => item.keys ?? [],
    weightOf: (item) => item.weight ?? 1,
    maxWeight: options.maxWeight ?? 100,
    failsForAll: options.failsForAll ?? (() => false),
    failsForWaiting: options.failsForWaiting ?? (() => false),
  });
  const next = async () => {
    while (open.length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return open.shift() as (typeof open)[number];
  };
  return { group, groups, next };
}

describe('a group commit', () => {
  it('runs what arrives alone at once', async () => {
    const { group, groups, next } = setUp();
    const answer = group.submit({ name: 'a' });
    expect(groups).toEqual([['a']]);
    (await next()).end();
    expect(await answer).toBe('a done');
  });

  it('gathers what arrives while a group runs, and resolves each after its own commit', async () => {
    const { group, groups, next } = setUp();
    const answers = ['a', 'b', 'c'].map((name) => group.submit({ name }));
    let settled = 0;
    for (const answer of answers) void answer.then(() => settled++);
    (await next()).end();
    const second = await next();
    expect([groups, settled]).toEqual([[['a'], ['b', 'c']], 1]);
    second.end();
    expect(await Promise.all(answers)).toEqual(['a done', 'b done', 'c done']);
  });

  it('starts again after it has come to rest', async () => {
    const { group, groups, next } = setUp();
    for (const name of ['a', 'b']) {
      const answer = group.submit({ name });
      (await next()).end();
      await answer;
    }
    expect(groups).toEqual([['a'], ['b']]);
  });

  it('never puts two with the same key together, and keeps their order', async () => {
    const { group, groups, next } = setUp();
    const items: Item[] = [
      { name: 'first' },
      { name: 'a1', keys: ['a'] },
      { name: 'ab', keys: ['a', 'b'] },
      { name: 'b1', keys: ['b'] },
      { name: 'c1', keys: ['c'] },
    ];
    const answers = items.map((item) => group.submit(item));
    for (let nth = 0; nth < 4; nth++) (await next()).end();
    await Promise.all(answers);
    // b1 shares nothing with a1, and must not overtake ab all the same.
    expect(groups).toEqual([['first'], ['a1', 'c1'], ['ab'], ['b1']]);
  });

  it('puts at most so many rows together, or one item that is heavier', async () => {
    const { group, groups, next } = setUp({ maxWeight: 10 });
    const weights = [1, 6, 5, 4, 1000, 3];
    const answers = weights.map((weight, index) => group.submit({ name: String(index), weight }));
    for (let nth = 0; nth < 4; nth++) (await next()).end();
    await Promise.all(answers);
    expect(groups).toEqual([['0'], ['1', '3'], ['2', '5'], ['4']]);
  });

  it('runs the members of a failed group singly, so that one that is bad harms no other', async () => {
    const { group, groups, next } = setUp();
    const answers = ['a', 'b', 'bad', 'c'].map((name) => group.submit({ name }));
    const outcomes = Promise.allSettled(answers);
    (await next()).end();
    (await next()).fail(new Error('one of them'));
    (await next()).end();
    (await next()).fail(new Error('the bad one'));
    (await next()).end();
    const found = (await outcomes).map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)));
    expect(found).toEqual(['a done', 'b done', 'Error: the bad one', 'c done']);
    expect(groups.slice(1)).toEqual([['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
  });

  it('tries none singly after a failure that would meet them all, and goes on with the next group', async () => {
    const { group, groups, next } = setUp({
      failsForAll: (error) => error instanceof Error && error.message === 'away',
    });
    const outcomes = Promise.allSettled(['a', 'b', 'c'].map((name) => group.submit({ name })));
    (await next()).end();
    (await next()).fail(new Error('away'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const later = group.submit({ name: 'd' });
    (await next()).end();
    expect(await later).toBe('d done');
    expect(groups).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('stops trying singly when the failure that meets them all comes then', async () => {
    const { group, groups, next } = setUp({
      failsForAll: (error) => error instanceof Error && error.message === 'away',
    });
    const outcomes = Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => group.submit({ name })));
    (await next()).end();
    (await next()).fail(new Error('one of them'));
    (await next()).end();
    (await next()).fail(new Error('away'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(groups).toEqual([['a'], ['b', 'c', 'd'], ['b'], ['c']]);
  });

  it('lets nobody wait for a second failure of the kind that takes long, and goes on with what comes then', async () => {
    const slow = (error: unknown) => error instanceof Error && error.message === 'no answer in time';
    const { group, groups, next } = setUp({ failsForAll: slow, failsForWaiting: slow });
    const outcomes = Promise.allSettled(['a', 'b', 'c'].map((name) => group.submit({ name })));
    (await next()).fail(new Error('no answer in time'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const later = group.submit({ name: 'd' });
    (await next()).end();
    expect(await later).toBe('d done');
    expect(groups).toEqual([['a'], ['d']]);
  });

  it('resolves everything exactly once, whatever arrives', async () => {
    const item = fc.record({
      keys: fc.subarray(['a', 'b', 'c', 'd']),
      weight: fc.integer({ min: 1, max: 8 }),
      bad: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 30 }), async (items) => {
        const done: number[] = [];
        const group = new GroupCommit<(typeof items)[number] & { index: number }, number>({
          run: async (members) => {
            const keys = members.flatMap((member) => member.keys);
            expect(new Set(keys).size).toBe(keys.length);
            expect(members.length === 1 || members.reduce((sum, member) => sum + member.weight, 0) <= 10).toBe(true);
            await Promise.resolve();
            if (members.some((member) => member.bad)) throw new Error('bad');
            done.push(...members.map((member) => member.index));
            return members.map((member) => member.index);
          },
          keysOf: (member) => member.keys,
          weightOf: (member) => member.weight,
          maxWeight: 10,
          failsForAll: () => false,
          failsForWaiting: () => false,
        });
        const outcomes = await Promise.allSettled(items.map((each, index) => group.submit({ ...each, index })));
        const found = outcomes.map((each) => (each.status === 'fulfilled' ? each.value : 'bad'));
        expect(found).toEqual(items.map((each, index) => (each.bad ? 'bad' : index)));
        expect([...done].sort((a, b) => a - b)).toEqual(items.flatMap((each, index) => (each.bad ? [] : [index])));
        for (const key of ['a', 'b', 'c', 'd']) {
          const order = done.filter((index) => items[index]?.keys.includes(key));
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }),
    );
  });
});
