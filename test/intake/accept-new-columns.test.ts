import { type RawBuilder, sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { KEY_COLUMNS } from '../../src/intake/idempotency.sql.ts';
import { ALIAS_COLUMNS } from '../../src/intake/known-appointments.sql.ts';
import { APPOINTMENT_COLUMNS } from '../../src/store/appointments.ts';
import { REMINDER_COLUMNS } from '../../src/store/reminders.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';

let definition: string;
const database = useOpened(openTestDatabase);
beforeAll(async () => {
  const { rows } = await sql<{ text: string }>`
    select pg_get_functiondef('accept_new'::regproc) as text`.execute(database.db);
  definition = rows[0]?.text ?? '';
});

const listOf = (text = ''): string[] => text.split(',').map((name) => name.trim().replaceAll('"', ''));
const namesOf = (names: RawBuilder<unknown>) => listOf(sql`${names}`.compile(database.db).sql);

it.each([
  ['appointment', APPOINTMENT_COLUMNS.names],
  ['appointment_alias', ALIAS_COLUMNS.names],
  ['reminder', REMINDER_COLUMNS.names],
  ['idempotency_key', KEY_COLUMNS.names],
])(
  'the short way of new bookings writes the same columns of %s as the general one, each from its own',
  (table, names) => {
    const insert = new RegExp(
      `insert into ${table} \\(([^)]*)\\)\\s+select\\s+([^()]*?)\\s+from json_populate_recordset\\(null::${table},`,
    );
    const [, columns, values] = insert.exec(definition) ?? [];
    expect(listOf(columns).sort()).toEqual(namesOf(names).sort());
    expect(listOf(values)).toEqual(listOf(columns).map((name) => `x.${name}`));
  },
);
