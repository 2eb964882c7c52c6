import { type PGlite, protocol } from '@electric-sql/pglite';
import type { PostgresQueryResult } from 'kysely';

export type Answer = PostgresQueryResult<unknown>;

/** A statement that the database has parsed. */
interface Prepared {
  readonly name: string;
  readonly serializers: readonly ((value: unknown) => string)[];
  readonly columns: readonly { readonly name: string; readonly read: (text: string) => unknown }[];
}

type Message = Parameters<Parameters<protocol.Parser['parse']>[1]>[0];

/**
 * The session of an embedded database, which parses and plans each text once only: with one message for each run, and
 * at once, a statement costs a third of what `PGlite.query` takes, and simulated months are made of nothing else.
 */
export class Session {
  readonly #pglite: PGlite;
  readonly #prepared = new Map<string, Prepared>();

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
    // One plan for all values: a plan that depends on how often a text ran would depend on what other seeds did. And
    // nothing of it is to be kept.
    this.#send(protocol.serialize.query('set plan_cache_mode = force_generic_plan; set synchronous_commit = off'));
  }

  /** Throws what the database refuses. */
  run(text: string, parameters: readonly unknown[]): Answer {
    const prepared = this.#prepared.get(text) ?? this.#prepare(text);
    const { name, serializers, columns } = prepared;
    const values = parameters.map((value, nth) =>
      value === null || value === undefined ? null : (serializers[nth] ?? String)(value),
    );
    const { serialize } = protocol;
    const messages = this.#send(serialize.bind({ statement: name, values }), serialize.execute({}), serialize.sync());
    const rows: Record<string, unknown>[] = [];
    let tag = '';
    for (const message of messages) {
      if (message instanceof protocol.messages.DataRowMessage) rows.push(rowOf(columns, message.fields));
      else if (message instanceof protocol.messages.CommandCompleteMessage) tag = message.text;
    }
    const [command, ...counts] = tag.split(' ');
    return { command: command as Answer['command'], rowCount: Number(counts.at(-1) ?? 0), rows };
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
      columns: (row?.fields ?? []).map(({ name, dataTypeID }) => ({
        name,
        read: parsers[dataTypeID] ?? ((value: string) => value),
      })),
    };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  #send(...parts: Uint8Array[]): Message[] {
    const messages: Message[] = [];
    new protocol.Parser().parse(this.#pglite.execProtocolRawSync(Buffer.concat(parts)), (message) =>
      messages.push(message),
    );
    const error = messages.find((message) => message instanceof protocol.messages.DatabaseError);
    if (error) throw error;
    return messages;
  }
}

function rowOf(columns: Prepared['columns'], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [nth, field] of fields.entries()) {
    const column = columns[nth];
    if (column) row[column.name] = field === null ? null : column.read(field);
  }
  return row;
}
