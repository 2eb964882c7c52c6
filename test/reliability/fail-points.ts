import pg from 'pg';
import type { CallPoints } from './provable-gateway.ts';

/**
 * Where a process dies at. `before` and `after` mean the moment from which it is durable: the commit, where the
 * statement is part of one.
 */
interface StatementPoint {
  readonly statement: RegExp;
  readonly when: 'before' | 'after';
  /** Only where the statement brought something. */
  readonly unlessEmpty?: boolean;
}

/** The statement whose commit is the hand-over. */
export const START = /noted as \(/;

const STATEMENT_POINTS = {
  'after the look': { statement: /from \(select (o\.)?\* from /, when: 'after', unlessEmpty: true },
  'after a try is counted': { statement: /tries \+ 1 end/, when: 'after', unlessEmpty: true },
  'before the start': { statement: START, when: 'before' },
  'after the start': { statement: START, when: 'after' },
  'before the outcome is recorded': { statement: /ended as \(delete from hand_over_group/, when: 'before' },
  'after the outcome is recorded': { statement: /ended as \(delete from hand_over_group/, when: 'after' },
  'before a receipt is stored': { statement: /insert into callback/, when: 'before' },
  'after a receipt is stored': { statement: /insert into callback/, when: 'after' },
  'before a receipt is applied': { statement: /insert into receipt/, when: 'before' },
  'after a receipt is applied': { statement: /insert into receipt/, when: 'after' },
  'before a recovery': { statement: /delete from process where id = any/, when: 'before' },
  'after a recovery': { statement: /delete from process where id = any/, when: 'after' },
  'before an appointment is stored': {
    statement: /into "?appointment"?\s|accept_new|update "?appointment"?\s/,
    when: 'before',
  },
  'after an appointment is stored': {
    statement: /into "?appointment"?\s|accept_new|update "?appointment"?\s/,
    when: 'after',
  },
} as const satisfies Record<string, StatementPoint>;
const CALL_POINTS = ['before the bytes of a call', 'after the bytes of a call', 'after the answer to a call'] as const;

export type FailPoint = keyof typeof STATEMENT_POINTS | (typeof CALL_POINTS)[number];

/** A statement of many alike: the nth from now on that matches, or that commits one which does. */
export interface NthStatement {
  /** Of a regular expression. */
  readonly source: string;
  readonly nth: number;
}

/** Lets this process die at a point, from the moment on that it is armed. */
export class FailPoints {
  #armed: FailPoint | null = null;
  #nth: { readonly pattern: RegExp; left: number; readonly within: WeakSet<object> } | null = null;
  #deadly: string | null = null;

  arm(point: FailPoint): void {
    this.#armed = point;
  }

  /** Has this process die whenever it is about to start a group with this reminder, as one would whose text kills. */
  poison(reminder: string): void {
    this.#deadly = reminder;
  }

  /** @param statement null: none any more */
  armNth(statement: NthStatement | null): void {
    this.#nth = statement && { pattern: new RegExp(statement.source), left: statement.nth, within: new WeakSet() };
  }

  readonly calls: CallPoints = {
    beforeBytes: () => this.#die('before the bytes of a call'),
    // Not at once: undici writes in its own time.
    afterBytes: () =>
      void (this.#armed === 'after the bytes of a call' && setTimeout(() => this.#die('after the bytes of a call'), 3)),
    afterAccept: () => this.#die('after the answer to a call'),
  };

  /** From now on every statement that goes to PostgreSQL passes by here. */
  watchStatements(): void {
    const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
    const watched = new WeakSet<object>();
    const within = new WeakSet<object>();
    const passBy = (client: object, given: unknown[]): unknown => {
      const text = textOf(given[0]);
      this.#countDown(client, text, within.has(client));
      if (this.#deadly !== null && START.test(text) && JSON.stringify(given[1]).includes(this.#deadly)) this.#kill();
      if (/^begin|^start transaction/i.test(text)) within.add(client);
      if (this.#point()?.statement.test(text)) watched.add(client);
      const durable = watched.has(client) && (!within.has(client) || /^commit/i.test(text));
      if (/^commit|^rollback/i.test(text)) within.delete(client);
      if (durable && this.#point()?.when === 'before') this.#kill();
      const result = Reflect.apply(query, client, given);
      if (!durable || !(result instanceof Promise)) return result;
      return result.then((answer: { rows?: readonly unknown[] }) => {
        const point = this.#point();
        if (point?.when === 'after' && !(point.unlessEmpty && answer.rows?.length === 0)) this.#kill();
        else if (!within.has(client)) watched.delete(client);
        return answer;
      });
    };
    Object.assign(pg.Client.prototype, {
      query(this: object, ...given: unknown[]) {
        return passBy(this, given);
      },
    });
  }

  /** Outside a transaction the commit is the statement's own: the next one on that connection is somebody else's. */
  #countDown(client: object, text: string, inTransaction: boolean): void {
    if (!this.#nth) return;
    const { pattern, within } = this.#nth;
    const commits = /^commit/i.test(text) && within.has(client);
    if (!commits && !pattern.test(text)) return;
    if (commits) within.delete(client);
    else if (inTransaction) within.add(client);
    if (--this.#nth.left === 0) this.#kill();
  }

  #point(): StatementPoint | null {
    const armed = this.#armed;
    return armed !== null && armed in STATEMENT_POINTS
      ? STATEMENT_POINTS[armed as keyof typeof STATEMENT_POINTS]
      : null;
  }

  #die(point: FailPoint): void {
    if (this.#armed === point) this.#kill();
  }

  #kill(): void {
    process.kill(process.pid, 'SIGKILL');
  }
}

/** The SQL of a query as `pg` takes it. */
export function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}
