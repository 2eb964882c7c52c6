import { type PGlite, protocol } from '@electric-sql/pglite';
import type { PostgresQueryResult } from 'kysely';

/** The result of a statement. */
export type Answer = PostgresQueryResult<unknown>;

interface Column {
  readonly name: string;
  readonly read: ((text: string) => unknown) | undefined;
}

/** A statement that the database has parsed. */
interface Prepared {
  readonly name: string;
  readonly serializers: readonly ((value: unknown) => string)[];
  readonly columns: readonly Column[];
}

type Message = Parameters<Parameters<protocol.Parser['parse']>[1]>[0];

/** PostgreSQL 18, 54.7 Message Formats: the first byte of each. */
const BIND = 0x42;
const DATA_ROW = 0x44;
const COMMAND_COMPLETE = 0x43;
const ERROR_RESPONSE = 0x45;
const EXECUTE_AND_SYNC = Buffer.concat([protocol.serialize.execute({}), protocol.serialize.sync()]);
const NO_VALUE = -1;

/**
 * The session of an embedded database, which parses and plans each text once only: with one message for each run, and
 * at once, a statement costs a third of what `PGlite.query` takes, and simulated months are made of nothing else. For
 * the same reason it writes and reads the messages of a run itself: PGlite's classes for them cost a quarter of a month.
 */
export class Session {
  readonly #pglite: PGlite;
  readonly #prepared = new Map<string, Prepared>();
  #message = Buffer.alloc(65_536);

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
    // The plan is one for all values: one that depends on how often a text ran would depend on what other seeds did.
    // And nothing of it is to be kept.
    this.#send(protocol.serialize.query('set plan_cache_mode = force_generic_plan; set synchronous_commit = off'));
  }

  /** Throws what the database refuses. */
  run(text: string, parameters: readonly unknown[]): Answer {
    const prepared = this.#prepared.get(text) ?? this.#prepare(text);
    const bytes = this.#ask(this.#bind(prepared, parameters));
    const rows: Record<string, unknown>[] = [];
    let tag = '';
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
      const kind = bytes[at];
      if (kind === DATA_ROW) rows.push(rowAt(bytes, at + 5, prepared.columns));
      else if (kind === COMMAND_COMPLETE) tag = bytes.toString('latin1', at + 5, at + bytes.readInt32BE(at + 1));
      else if (kind === ERROR_RESPONSE) read(bytes);
    }
    const [command, ...counts] = tag.split(' ');
    return { command: command as Answer['command'], rowCount: Number(counts.at(-1) ?? 0), rows };
  }

  /** Bind, execute and sync: of the unnamed portal, with values and columns as text. */
  #bind({ name, serializers }: Prepared, parameters: readonly unknown[]): Buffer {
    const values = parameters.map((value, nth) =>
      value === null || value === undefined ? null : (serializers[nth] ?? String)(value),
    );
    // A character of UTF-16 takes three bytes of UTF-8 at most.
    const most = values.reduce((sum, value) => sum + 4 + 3 * (value?.length ?? 0), 64 + name.length);
    if (most > this.#message.length) this.#message = Buffer.alloc(2 * most);
    const to = this.#message;
    to[0] = BIND;
    to[5] = 0;
    let at = 6 + to.write(name, 6, 'latin1');
    to[at] = 0;
    to.writeInt16BE(0, at + 1);
    at = to.writeInt16BE(values.length, at + 3);
    for (const value of values) {
      const length = value === null ? NO_VALUE : to.write(value, at + 4);
      to.writeInt32BE(length, at);
      at += 4 + Math.max(0, length);
    }
    at = to.writeInt16BE(0, at);
    to.writeInt32BE(at - 1, 1);
    at += EXECUTE_AND_SYNC.copy(to, at);
    return to.subarray(0, at);
  }

  #prepare(text: string): Prepared {
    const { serialize } = protocol;
    const name = `s${this.#prepared.size}`;
    const messages = this.#send(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const described = messages.find((message) => message instanceof protocol.messages.ParameterDescriptionMessage);
    const row = messages.find((message) => message instanceof protocol.messages.RowDescriptionMessage);
    const { serializers, parsers } = this.#pglite;
    const prepared: Prepared = {
      name,
      serializers: (described?.dataTypeIDs ?? []).map((type) => serializers[type] ?? String),
      columns: (row?.fields ?? []).map(({ name, dataTypeID }) => ({ name, read: parsers[dataTypeID] })),
    };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  #send(...parts: Uint8Array[]): Message[] {
    return read(this.#ask(Buffer.concat(parts)));
  }

  /** Answers at once. This is the one way that does not also have PGlite read the answer. */
  #ask(message: Uint8Array): Buffer {
    const parts: Buffer[] = [];
    const onRawData = (bytes: Uint8Array) => void parts.push(Buffer.from(bytes));
    void this.#pglite.execProtocolRawStream(message, { syncToFs: false, onRawData });
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }
}

/** Throws the error among them. */
function read(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  new protocol.Parser().parse(bytes, (message) => messages.push(message));
  const error = messages.find((message) => message instanceof protocol.messages.DatabaseError);
  if (error) throw error;
  return messages;
}

/** @param at where the count of its columns stands */
function rowAt(bytes: Buffer, at: number, columns: readonly Column[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  let next = at + 2;
  for (const { name, read } of columns) {
    const length = bytes.readInt32BE(next);
    next += 4;
    if (length === NO_VALUE) {
      row[name] = null;
      continue;
    }
    const text = bytes.toString('utf8', next, next + length);
    row[name] = read ? read(text) : text;
    next += length;
  }
  return row;
}
