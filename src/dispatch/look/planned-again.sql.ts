import { sql } from 'kysely';
import { LANGUAGES } from '../../domain/authority.ts';
import { OTHER_DEPARTMENTS } from '../../domain/reminder.ts';

/**
 * The language that a reminder `r` takes from its appointment once it is known not to have been sent. Events during
 * the call left it alone, since the message counts under it.
 *
 * The appointment is read as it was when the statement began, also where that waited for the reminder's lock: a change
 * that an intake commits meanwhile, which left the reminder alone as well, is missed until the appointment's next
 * event. A statement of its own for the locks would prevent it, at the price of one more round trip with each outcome
 * that is to go again.
 */
export const LANGUAGE_NOW = sql`coalesce((
  select case when a.language = any(${LANGUAGES}::text[]) then a.language else o.language end
  from appointment a join authority o on o.id = a.authority_id where a.id = r.appointment_id), r.language)`;

/**
 * The department likewise, with the same gap, as `DepartmentCounting` counts it: staff of one find by it what was not
 * sent there.
 */
export const DEPARTMENT_NOW = sql`(
  select case when a.department is null or a.department = r.department then a.department
    when exists (select from department d where d.authority_id = o.id and d.name = a.department)
      or jsonb_path_exists(o.settings, '$.rules[*].when.departments[*] ? (@ == $name)',
        jsonb_build_object('name', a.department)) then a.department
    else ${sql.lit(OTHER_DEPARTMENTS)} end
  from appointment a join authority o on o.id = a.authority_id where a.id = r.appointment_id)`;
