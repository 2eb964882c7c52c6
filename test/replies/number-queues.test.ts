import { describe, expect, it } from 'vitest';
import { applyInOrder, NUMBERS_AT_ONCE } from '../../src/replies/number-queues.ts';
import { deferred } from '../support/gateway.ts';

/** The queues of an owner of their own, whose work ends when the test says so. */
class Work {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, ReturnType<typeof deferred>>();
  readonly #owner = {};

  /** @param name of the work; its number stands in front of a slash */
  ask(name: string, fails?: Error): Promise<string> {
    const end = deferred();
    this.#ends.set(name, end);
    return applyInOrder(this.#owner, name.split('/')[0] ?? '', async () => {
      this.begun.push(name);
      await end.promise;
      if (fails) throw fails;
      return name;
    });
  }

  async end(...names: readonly string[]): Promise<void> {
    for (const name of names) this.#ends.get(name)?.release();
    await settled();
  }
}

/** All that can go on without anybody else has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const LOST = Object.assign(new Error('gone'), { code: '57P01' });
const numbers = (count: number, front: string) => Array.from({ length: count }, (_, n) => `${front}${n}`);

describe('the work of one owner', () => {
  it('runs for so many numbers at once and no more, in the order in which they asked', async () => {
    const work = new Work();
    const all = [...numbers(NUMBERS_AT_ONCE, 'a'), 'b', 'c', 'd'];
    const done = all.map((name) => work.ask(name));
    await settled();
    expect(work.begun).toEqual(all.slice(0, NUMBERS_AT_ONCE));
    await work.end('a1');
    expect(work.begun).toEqual(all.slice(0, NUMBERS_AT_ONCE + 1));
    await work.end(...all);
    expect(await Promise.all(done)).toEqual(all);
    expect(work.begun).toEqual(all);
  });

  it('of other numbers is not kept waiting by what waits for its own number', async () => {
    const work = new Work();
    const flood = numbers(3 * NUMBERS_AT_ONCE, 'a/');
    const done = [...flood, 'b'].map((name) => work.ask(name));
    await settled();
    expect(work.begun).toEqual(['a/0', 'b']);
    await work.end(...flood, 'b');
    expect(await Promise.all(done)).toEqual([...flood, 'b']);
  });

  it('that fails keeps neither its number nor others waiting', async () => {
    const work = new Work();
    const failing = numbers(NUMBERS_AT_ONCE, 'a').map((name) => work.ask(name, new Error(name)));
    const done = [work.ask('a0/again'), work.ask('b')];
    const failed = Promise.allSettled(failing);
    await settled();
    await work.end(...numbers(NUMBERS_AT_ONCE, 'a'), 'a0/again', 'b');
    expect((await failed).map(({ status }) => status)).toEqual(failing.map(() => 'rejected'));
    expect((await Promise.all(done)).sort()).toEqual(['a0/again', 'b']);
  });

  it('that waits fails at once when two in a row have lost the database, and what is asked for later runs', async () => {
    const work = new Work();
    const [a0, a1, ...others] = numbers(NUMBERS_AT_ONCE, 'a').map((name, n) =>
      work.ask(name, n < 2 ? LOST : undefined),
    );
    const [b, c, d] = ['b', 'c', 'd'].map((name) => work.ask(name));
    const failed = Promise.allSettled([a0, a1, c, d]);
    await settled();
    await work.end('a0');
    expect(work.begun).toContain('b');
    await work.end('a1');
    expect(await failed).toEqual([0, 1, 2, 3].map(() => ({ status: 'rejected', reason: LOST })));
    const later = work.ask('e');
    await settled();
    await work.end('a2', 'a3', 'b', 'e');
    expect(await Promise.all([...others, b, later])).toEqual(['a2', 'a3', 'b', 'e']);
  });

  it('that waits goes on when connections were lost with work that ended well between', async () => {
    const work = new Work();
    const inHand = numbers(NUMBERS_AT_ONCE, 'a').map((name, n) => work.ask(name, n === 1 ? undefined : LOST));
    const waiting = ['b', 'c', 'd'].map((name) => work.ask(name));
    const outcomes = Promise.allSettled(inHand);
    await settled();
    for (const name of ['a0', 'a1', 'a2', 'b']) await work.end(name);
    await work.end('a3', 'c', 'd');
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    expect(await Promise.all(waiting)).toEqual(['b', 'c', 'd']);
  });

  it('that waits goes on when one number alone took too long', async () => {
    const work = new Work();
    const tooLong = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    const inHand = numbers(NUMBERS_AT_ONCE, 'a').map((name, n) => work.ask(name, n === 0 ? tooLong : undefined));
    const waiting = work.ask('b');
    const failed = expect(inHand[0]).rejects.toBe(tooLong);
    await settled();
    await work.end('a0', 'b');
    await failed;
    expect(await waiting).toBe('b');
    await work.end(...numbers(NUMBERS_AT_ONCE, 'a'));
    await Promise.all(inHand.slice(1));
  });
});
