/**
 * SQL: reminders with the status that callers see, as a table to select from. It is written from the contract (§6) and
 * not taken from the code under test: what becomes of a hand-over stands on its message, and of several messages the
 * one that may have left counts. `stored_status` is the row's own.
 */
export const SHOWN_REMINDERS = `(
  select r.id, r.authority_id, r.appointment_id, r.slot, r.rule, r.due_at, r.expires_at, r.next_at, r.tries,
    r.status as stored_status, m.id as message_id, m.status as message_status, m.attempts::int as attempts, m.handed_over_at,
    case when r.status <> 'handed_over' then r.status
      when m.status is null or m.status = 'not_sent' then 'handing_over' else m.status end as status,
    case when r.status <> 'handed_over' then r.reason when m.status = 'uncertain' then r.reason else m.reason end as reason
  from reminder r left join lateral (
    select * from message x where x.reminder_id = r.id order by x.status = 'not_sent', x.id desc limit 1) m on true)`;
