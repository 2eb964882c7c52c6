import { Kysely, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import type { Database } from '../../src/database/tables.ts';
import type { Dice } from './dice.ts';
import type { Answer, Session } from './session.ts';
import type { EventOwner, Timeline } from './timeline.ts';

const READ_TIMEOUT_MS = 10_000;
/** PostgreSQL 18, appendix A: in_failed_sql_transaction. */
const FAILED_TRANSACTION = '25P02';
/** The share of statements whose connection breaks where no fault says otherwise. */
export const USUAL_BREAK_RATE = 0.003;
/** Statements that change nothing but heartbeats and counts of calls, or nothing at all. */
const UNCHANGING =
  /^\s*(insert into (process|gateway_calls) as|delete from "gateway_calls"|select id from process where heartbeat_at > |select \* from "|begin|commit)/;

/** A connection of one process. */
interface Connection {
  readonly owner: EventOwner;
  /** Cut: nothing goes through it any more. */
  broken: boolean;
}

interface Statement {
  readonly connection: Connection;
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** Lost on its way to the database. */
  lost: boolean;
  readonly resolve: (response: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A database that several simulated processes share over a simulated network. Statements take their time both ways,
 * in an order that the dice decide; the network loses what the faults say. PGlite has one session: a transaction has it
 * for itself.
 */
export class SharedDatabase {
  /** Milliseconds that its clock is ahead of the world's. */
  skewMs = 0;
  away = false;
  /** The share of statements whose answer is lost, and of those that take seconds. */
  losing = 0;
  slow = 0.01;
  /** The share of statements whose connection breaks while they are on their way. */
  breaking = 0;
  statements = 0;
  /** Grows with each statement that may have changed more than heartbeats and counts of calls. */
  changes = 0;
  /** Called when a transaction was rolled back: what it had done is to be done again. */
  onRollback: () => void = () => {};
  /** Called for every statement that was carried out: its text does not tell whether it changed something. */
  onStatement: (owner: EventOwner, text: string, rows: readonly unknown[]) => void = () => {};
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #session: Session;
  readonly #connections = new Set<Connection>();
  readonly #inFlight = new Set<Statement>();
  #holder: Connection | null = null;
  #waiting: Statement[] = [];
  /** Delays of the next statements, by process. */
  readonly #delays = new Map<EventOwner, { readonly ms: number; readonly text: string }[]>();

  constructor(timeline: Timeline, dice: Dice, session: Session) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#session = session;
  }

  /** The database as one process sees it. */
  for(owner: EventOwner): Kysely<Database> {
    const pool: PostgresPool = { connect: async () => this.#connect(owner), end: async () => {} };
    return new Kysely<Database>({ dialect: new TransactionLockDialect({ pool }) });
  }

  /** Reads for a check, as no process does. @returns null while a transaction that has failed is in the way */
  inspect<Row>(text: string, parameters: readonly unknown[] = []): Row[] | null {
    try {
      return this.#session.run(text, parameters).rows as Row[];
    } catch (error) {
      if ((error as { code?: string }).code === FAILED_TRANSACTION) return null;
      throw error;
    }
  }

  /** True while a transaction is open. */
  get isBusy(): boolean {
    return this.#holder !== null;
  }

  /** Reads committed rows. @returns null while a transaction is open, whose writes would be seen */
  committed<Row>(text: string, parameters: readonly unknown[] = []): Row[] | null {
    return this.#holder ? null : this.inspect<Row>(text, parameters);
  }

  /** Delays the next statement of a process, or the next one with this text, on its way to the database. */
  delayNext(owner: EventOwner, ms: number, text = ''): void {
    this.#delays.set(owner, [...(this.#delays.get(owner) ?? []), { ms, text }]);
  }

  /** Breaks the connections of a process, as its death does: of what is on its way some is still carried out. */
  cut(owner: EventOwner): void {
    for (const connection of this.#connections) if (connection.owner === owner) this.#break(connection);
  }

  /** Every connection breaks, and none is made until `comeBack`. */
  goAway(): void {
    this.away = true;
    for (const connection of this.#connections) this.#break(connection);
  }

  comeBack(): void {
    this.away = false;
  }

  #connect(owner: EventOwner): PostgresPoolClient {
    const connection: Connection = { owner, broken: false };
    if (this.away) throw new Error('timeout exceeded when trying to connect');
    this.#connections.add(connection);
    return {
      query: ((text: string, parameters: readonly unknown[]) =>
        this.#send(connection, text, parameters)) as PostgresPoolClient['query'],
      release: () => void this.#connections.delete(connection),
    };
  }

  #send(connection: Connection, text: string, parameters: readonly unknown[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (connection.broken || this.away)
        return reject(new Error('Client has encountered a connection error and is not queryable'));
      const statement: Statement = { connection, text, parameters, lost: false, resolve, reject };
      this.#inFlight.add(statement);
      const ms = this.#delayOf(connection.owner, text) ?? this.#latency();
      this.#timeline.after(ms, () => this.#arrive(statement));
      // A commit is where it matters most.
      const breaking = text === 'commit' ? 5 * this.breaking : this.breaking;
      if (this.#dice.chance(breaking)) this.#timeline.after(ms / 2, () => this.#break(connection));
    });
  }

  #delayOf(owner: EventOwner, text: string): number | undefined {
    const delays = this.#delays.get(owner) ?? [];
    const nth = delays.findIndex((each) => text.includes(each.text));
    return nth < 0 ? undefined : delays.splice(nth, 1)[0]?.ms;
  }

  #latency(): number {
    if (this.#dice.chance(this.slow)) return this.#dice.between(500, 8_000);
    return this.#dice.between(0, 4);
  }

  #arrive(statement: Statement): void {
    if (!this.#inFlight.has(statement)) return;
    if (this.#holder && this.#holder !== statement.connection) {
      this.#waiting.push(statement);
      return;
    }
    this.#inFlight.delete(statement);
    if (statement.lost) return;
    this.#execute(statement);
    this.#admitWaiting();
  }

  #execute(statement: Statement): void {
    const { connection, text, parameters } = statement;
    this.statements++;
    const shortened = text.replaceAll(/\s+/g, ' ').slice(0, 60);
    let outcome: { answer: Answer } | { error: Error };
    try {
      outcome = { answer: text.includes('clock_timestamp') ? this.#clock() : this.#session.run(text, parameters) };
    } catch (error) {
      outcome = { error: error as Error };
    }
    if ('error' in outcome || !UNCHANGING.test(text)) this.changes++;
    this.onStatement(connection.owner, text, 'answer' in outcome ? outcome.answer.rows : []);
    if (text === 'begin') this.#holder = connection;
    if (text === 'commit' || text === 'rollback') this.#holder = null;
    this.#timeline.note(`sql ${shortened} ${'error' in outcome ? outcome.error.message : outcome.answer.rows.length}`);
    if (connection.broken) {
      // The statement had waited for its turn longer than its connection lasted.
      this.#timeline.after(1, () => this.#close(connection));
      return;
    }
    if (this.#dice.chance(this.losing)) return void this.#loseAnswer(statement);
    this.#timeline.after(
      this.#dice.between(0, 2),
      () => {
        if (connection.broken) statement.reject(new Error('Connection terminated unexpectedly'));
        else if ('error' in outcome) statement.reject(outcome.error);
        else statement.resolve(outcome.answer);
      },
      connection.owner,
    );
  }

  /** The statement was carried out, and its caller never hears of it. */
  #loseAnswer({ connection, reject }: Statement): void {
    this.#timeline.note('the answer is lost');
    this.#timeline.after(READ_TIMEOUT_MS, () => this.#break(connection));
    this.#timeline.after(READ_TIMEOUT_MS, () => reject(new Error('Query read timeout')), connection.owner);
  }

  #break(connection: Connection): void {
    if (connection.broken) return;
    connection.broken = true;
    this.#connections.delete(connection);
    for (const statement of this.#inFlight) {
      if (statement.connection !== connection) continue;
      statement.lost = this.#dice.chance(0.5);
      this.#timeline.after(
        1,
        () => statement.reject(new Error('Connection terminated unexpectedly')),
        connection.owner,
      );
    }
    // The server notices after what it had received before.
    this.#timeline.after(8_001, () => this.#close(connection));
    if (![...this.#inFlight].some((statement) => statement.connection === connection))
      this.#timeline.after(1, () => this.#close(connection));
  }

  #close(connection: Connection): void {
    if (this.#holder !== connection) return;
    this.#session.run('rollback', []);
    this.changes++;
    this.#timeline.note('a transaction ends with its connection');
    this.#holder = null;
    this.onRollback();
    this.#admitWaiting();
  }

  #admitWaiting(): void {
    if (this.#holder) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const statement of waiting) this.#timeline.after(0, () => this.#arrive(statement));
  }

  #clock(): Answer {
    const now = new Date(this.#timeline.now + this.skewMs);
    return { command: 'SELECT', rowCount: 1, rows: [{ now }] };
  }
}
