import { describe, expect, it } from 'vitest';
import { inTurn, NUMBERS_AT_ONCE } from '../../src/replies/turns.ts';
import { deferred } from '../support/gateway.ts';

/** The turns of an owner of their own, whose work ends when the test says so. */
class Work {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, ReturnType<typeof deferred>>();
  readonly #owner = {};

  /** @param name of the work; its number stands in front of a slash */
  ask(name: string, fails?: Error): Promise<string> {
    const end = deferred();
    this.#ends.set(name, end);
    return inTurn(this.#owner, name.split('/')[0] ?? '', async () => {
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

const numbers = (count: number, front: string) => Array.from({ length: count }, (_, n) => `${front}${n}`);

describe('turns of one owner', () => {
  it('are had by so many numbers at once and no more, in the order in which they asked', async () => {
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

  it('are not taken from other numbers by what waits for the turn of its own', async () => {
    const work = new Work();
    const flood = numbers(3 * NUMBERS_AT_ONCE, 'a/');
    const done = [...flood, 'b'].map((name) => work.ask(name));
    await settled();
    expect(work.begun).toEqual(['a/0', 'b']);
    await work.end(...flood, 'b');
    expect(await Promise.all(done)).toEqual([...flood, 'b']);
  });

  it('end with work that fails, which keeps neither its number nor others from theirs', async () => {
    const work = new Work();
    const failing = numbers(NUMBERS_AT_ONCE, 'a').map((name) => work.ask(name, new Error(name)));
    const done = [work.ask('a0/again'), work.ask('b')];
    const failed = Promise.allSettled(failing);
    await settled();
    await work.end(...numbers(NUMBERS_AT_ONCE, 'a'), 'a0/again', 'b');
    expect((await failed).map(({ status }) => status)).toEqual(failing.map(() => 'rejected'));
    expect((await Promise.all(done)).sort()).toEqual(['a0/again', 'b']);
  });

  it('are waited for by nothing once the database is lost, but are had again by what asks later', async () => {
    const work = new Work();
    const lost = Object.assign(new Error('gone'), { code: '57P01' });
    const inHand = numbers(NUMBERS_AT_ONCE, 'a').map((name, n) => work.ask(name, n === 0 ? lost : undefined));
    const waiting = [work.ask('b'), work.ask('c')];
    const outcomes = Promise.allSettled([inHand[0], ...waiting]);
    await settled();
    await work.end('a0');
    expect(await outcomes).toEqual([0, 1, 2].map(() => ({ status: 'rejected', reason: lost })));
    const later = work.ask('d');
    await settled();
    expect(work.begun).toEqual([...numbers(NUMBERS_AT_ONCE, 'a'), 'd']);
    await work.end('a1', 'a2', 'a3', 'd');
    expect(await Promise.all([...inHand.slice(1), later])).toEqual(['a1', 'a2', 'a3', 'd']);
  });

  it('are waited for on when one number alone took too long', async () => {
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
