import pg from 'pg';
import { filled, type Pattern } from './pattern.ts';
import type { Load } from './posts.ts';

type Row = Readonly<Record<string, unknown>>;

/** As much of pg's connection as a COPY needs. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A statement of pg's own kind that sends its rows when the server asks for them. */
class CopyFrom {
  readonly #text: string;
  readonly #rows: Buffer;
  readonly done: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  #error: Error | null = null;

  constructor(text: string, rows: Buffer) {
    this.#text = text;
    this.#rows = rows;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: CopyConnection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#rows);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#error = error;
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (!this.#error) this.#resolve();
  }
}

/**
 * The rows that such appointments come to, by COPY, a commit for each request's worth. @returns appointments a second
 */
export async function copyIn(databaseUrl: string, pattern: Pattern, round: number, load: Load): Promise<number> {
  const { appointments, connections, together = 1 } = load;
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: databaseUrl }));
  for (const client of clients) await client.connect();
  const [one, two] = [linesOf('appointment', [pattern.appointment]), linesOf('reminder', pattern.reminders)];
  let next = round * appointments;
  const last = next + appointments;
  const began = performance.now();
  const worker = async (client: pg.Client) => {
    while (next < last) {
      const numbers = Array.from({ length: together }, () => next++);
      await client.query('begin');
      for (const { text, lines } of [one, two]) {
        const copy = new CopyFrom(text, Buffer.from(numbers.map((nth) => filled(lines, nth)).join('')));
        client.query(copy as unknown as pg.Submittable);
        await copy.done;
      }
      await client.query('commit');
    }
  };
  await Promise.all(clients.map(worker));
  const seconds = (performance.now() - began) / 1000;
  for (const client of clients) await client.end();
  return appointments / seconds;
}

/** In COPY's text format; every row has the same columns. */
function linesOf(table: string, rows: readonly Row[]): { text: string; lines: string } {
  const columns = Object.keys(rows[0] ?? {});
  const field = (value: unknown) => (value === undefined ? '\\N' : String(value).replaceAll('\\', '\\\\'));
  const lines = rows.map((row) => `${columns.map((column) => field(row[column])).join('\t')}\n`).join('');
  return { text: `copy ${table} (${columns.join()}) from stdin`, lines };
}
