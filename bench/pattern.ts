import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type OpenDatabase, openDatabase } from '../src/database/connect.ts';
import { openStock, type Stock } from './rows.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * What one posted appointment came to in the database, with marks where another one differs: @T@ and @N@ are its
 * number, @K@ a hash.
 */
export interface Pattern {
  readonly sources: string;
  readonly appointment: Row;
  readonly reminders: readonly Row[];
}

/**
 * The statement that takes a new appointment in, with the pattern's parameters. It fails where nothing was written:
 * that would be faster than the service, and say nothing.
 */
export const ACCEPT =
  "select 1 / coalesce((accept_new($1::json, $2::json, $3::json, $4::json, $5::json, $6::json) = '{}')::integer, 0)";

export async function openPattern(serverUrl: string): Promise<Stock & { readonly pattern: Pattern }> {
  const stock = await openStock(serverUrl);
  const database = await openDatabase({ databaseUrl: stock.databaseUrl });
  const pattern = await readPattern(database);
  await database.close();
  return { ...stock, pattern };
}

/** @param database with the first appointment that its service was sent, and nothing else */
export async function readPattern({ db }: Pick<OpenDatabase, 'db'>): Promise<Pattern> {
  const rows = async (query: string) => (await sql.raw<{ row: Row }>(query).execute(db)).rows.map(({ row }) => row);
  const [source] = await rows(
    `select jsonb_build_object('id', s.id, 'version', s.version, 'authority_version', a.version) as row
     from source s join authority a on a.id = s.authority_id`,
  );
  const [appointment = {}] = await rows('select jsonb_strip_nulls(to_jsonb(a)) as row from appointment a');
  const reminders = await rows('select jsonb_strip_nulls(to_jsonb(r)) as row from reminder r order by due_at');
  return marked(source ?? {}, appointment, reminders);
}

function marked(source: Row, appointment: Row, reminders: readonly Row[]): Pattern {
  const own = { phone_hash: '\\x@K@' };
  const id = '@T@-7000-8000-@N@';
  return {
    sources: JSON.stringify([source]),
    appointment: { ...appointment, ...own, id, reference: 'P-@T@@N@', content_hash: own.phone_hash },
    reminders: reminders.map((reminder, nth) => ({
      ...reminder,
      ...own,
      id: `@T@-7000-800${nth + 1}-@N@`,
      appointment_id: id,
    })),
  };
}

/** Parameters of ACCEPT, the marks still in them. Nothing must be absent but these rows, as for the service. */
export function acceptParameters({ sources, appointment, reminders }: Pattern): string[] {
  const ofRequest = (row: Row) => ({ request: 0, ...row });
  return [
    sources,
    '[]',
    JSON.stringify([ofRequest(appointment)]),
    '[]',
    JSON.stringify(reminders.map(ofRequest)),
    '[]',
  ];
}

/** Puts the `nth` appointment's values in place of the marks. Ids made later sort later, as those of the service do. */
export function filled(text: string, nth: number): string {
  const time = (0x0190_0000_0000 + nth).toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(String(nth)).digest('hex');
  return text
    .replaceAll('@T@', `${time.slice(0, 8)}-${time.slice(8)}`)
    .replaceAll('@N@', '000000000000')
    .replaceAll('@K@', hash);
}
