import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';

/** Another try leaves the column as it is. */
const KEPT = Symbol('kept');
/** Another try writes what a first one would. */
const ANEW = Symbol('anew');
type Another = typeof KEPT | typeof ANEW | RawBuilder<unknown>;

/**
 * The columns of a message: its value at the first try, of the rows j (judged) and s (the start), and what another try
 * through its gateway makes of the message m.
 */
const COLUMNS = {
  id: [sql`j.message_id`, KEPT],
  authority_id: [sql`j.authority_id`, KEPT],
  reminder_id: [sql`j.reminder_id`, KEPT],
  inbound_id: [sql`null`, KEPT],
  template: [sql`j.template`, ANEW],
  language: [sql`j.language`, ANEW],
  department: [sql`j.department`, ANEW],
  due_day: [sql`j.due_day::date`, ANEW],
  gateway: [sql`s.gateway`, KEPT],
  gateway_message_id: [sql`null`, KEPT],
  sender: [sql`j.sender`, ANEW],
  phone_ciphertext: [sql`j.phone_ciphertext`, ANEW],
  phone_hash: [sql`j.phone_hash`, ANEW],
  country: [sql`j.country`, ANEW],
  text_ciphertext: [sql`j.text_ciphertext`, ANEW],
  template_version: [sql`j.template_version`, ANEW],
  status: [sql`'handing_over'`, ANEW],
  reason: [sql`null`, KEPT],
  code: [sql`null`, KEPT],
  attempts: [sql`1`, sql`m.attempts + 1`],
  encoding: [sql`j.encoding`, ANEW],
  segments: [sql`j.segments`, ANEW],
  gateway_segments: [sql`null`, KEPT],
  valid_until: [sql`j.expires_at`, ANEW],
  // In an uncertain message it says when to ask its gateway about the hand-over before this one.
  next_at: [sql`null`, ANEW],
  created_at: [sql`s.now`, KEPT],
  handed_over_at: [sql`s.now`, ANEW],
  updated_at: [sql`s.now`, ANEW],
} as const satisfies {
  readonly [Name in keyof Database['message']]?: readonly [first: RawBuilder<unknown>, another: Another];
};

const entries: readonly (readonly [string, readonly [RawBuilder<unknown>, Another]])[] = Object.entries(COLUMNS);
const NAMES = sql.join(entries.map(([name]) => sql.ref(name)));
const FIRST_TRY = sql.join(entries.map(([, [first]]) => first));
const ANOTHER_TRY = sql.join(
  entries
    .filter(([, [, another]]) => another !== KEPT)
    .map(([name, [, another]]) => {
      return sql`${sql.ref(name)} = ${another === ANEW ? sql.ref(`excluded.${name}`) : another}`;
    }),
);

/**
 * The part of the start that inserts the messages of those that go, or starts another try of those that were proven not
 * to be sent. It reads what was judged (`judged j`).
 */
export function insertMessages({
  gateway,
  now,
}: {
  readonly gateway: string;
  readonly now: Date;
}): RawBuilder<unknown> {
  return sql`
      insert into message as m (${NAMES})
      select ${FIRST_TRY} from judged j, (select ${gateway}::text as gateway, ${now}::timestamptz as now) s
      where j.verdict = 'start'
        -- A reminder that another gateway may have sent is not sent through this one, too.
        and not exists (select from message o where o.reminder_id = j.reminder_id and o.gateway <> ${gateway}
          and o.status <> 'not_sent')
      on conflict (reminder_id, gateway) do update set ${ANOTHER_TRY}
      -- A message with an outcome is never sent again, whatever made its reminder due.
      where m.status in ('not_sent', 'uncertain')
      returning m.id, m.reminder_id, m.attempts`;
}
