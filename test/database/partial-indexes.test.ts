import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { lookDue, lookTried } from '../../src/dispatch/look/look.sql.ts';
import { hasMore } from '../../src/events/deliveries.sql.ts';
import { findKnownAppointments } from '../../src/intake/known-appointments.sql.ts';
import { findAppointmentsOfPatient } from '../../src/intake/patients.sql.ts';
import { readBacklog } from '../../src/operations/backlog.sql.ts';
import { hasDueAnswers } from '../../src/replies/answers.sql.ts';
import { countAnswers, settleByStart } from '../../src/replies/inbound.sql.ts';
import { findParts } from '../../src/replies/waiting.sql.ts';
import { lockSomeOfNumber } from '../../src/staff/appointments/clear-number.sql.ts';
import { sumFolds } from '../../src/staff/audit.sql.ts';
import { eraseOptOutNumbers, eraseShadows } from '../../src/staff/citizens/citizens.sql.ts';
import { lockWithIds } from '../../src/staff/citizens/concerned.sql.ts';
import { findByDay } from '../../src/staff/find/find.sql.ts';
import { listAnswers } from '../../src/staff/find/story.sql.ts';
import { type OutcomeFilter, readPart } from '../../src/staff/outcomes/outcomes.sql.ts';
import { handedOverLate, plannedLate, unsent } from '../../src/staff/outcomes/parts.sql.ts';
import { countAnswersHandedOver } from '../../src/staff/templates/templates.sql.ts';
import { listSourceObstacles } from '../../src/staff/to-do/obstacles.sql.ts';
import { listUnreached, type UnreachedScope } from '../../src/staff/to-do/unreached.sql.ts';
import { listAudit } from '../../src/store/audit.ts';
import { forgetUnread } from '../../src/store/callbacks.ts';
import { orderDeliveries } from '../../src/store/event-endpoints.ts';
import { recordFreedSlots } from '../../src/store/events.ts';
import { findKeptOfNumber, purgeKept } from '../../src/store/known-patients.ts';
import { lockLiveOptOuts } from '../../src/store/opt-outs.ts';
import { openTestDatabase } from '../support/database.ts';
import { plansWith } from '../support/plans.ts';
import { useOpened } from '../support/scenario.ts';

const NOW = new Date('2026-12-01T09:00:00Z');
const LATER = new Date('2026-12-02T09:00:00Z');
const HASH = Buffer.alloc(32, 1);
const ID = '01890000-0000-7000-8000-000000000001';
const OUTCOMES: OutcomeFilter = {
  ...{ authorityId: 'rh', from: '2026-11-01', to: '2026-11-30', reason: null, gateway: null, country: null },
  ...{ departments: null, byName: false, template: null, language: null },
};
const CITIZENS: UnreachedScope = {
  ...{ authorityId: 'rh', from: NOW, to: LATER, firstDeadline: NOW, lastDeadline: LATER, earliestDeadline: NOW },
  ...{ otherNoticeUntil: null, departments: null, limit: 31 },
};
const NUMBER = { phoneHash: HASH, authorityIds: ['rh'] };
const ENDPOINT = { sourceId: 'emr', channel: 'webhook' } as const;
const AUDIT = { authorityId: null, client: null };
const search = (what: 'group' | 'deceased') => ({
  ...{ asked: 0, sourceId: 'emr', kind: null },
  ...(what === 'group' ? { what, value: 'A-1', key: null } : { what, value: null, key: HASH }),
});

/** A statement of the product for each partial index of the schema. */
const STATEMENTS: Readonly<Record<string, (db: Kysely<Database>) => Promise<unknown>>> = {
  appointment_phone: (db) => lockSomeOfNumber(db, 'rh', HASH),
  appointment_called_off: (db) =>
    findByDay(
      db,
      { authorityId: 'rh', departments: null },
      { from: NOW, to: LATER, source: null, after: null, limit: 51 },
    ),
  appointment_group: (db) => findKnownAppointments(db, [search('group')]),
  appointment_wrong_phone: (db) => listUnreached(db, CITIZENS, CITIZENS),
  appointment_replaced: (db) => lockWithIds(db, { sourceId: 'emr', ids: ['A-1'] }),
  appointment_unclear: (db) =>
    listSourceObstacles(db, 'rh', {
      ...{ now: NOW, silentBefore: NOW, unchangedSince: NOW, refusedSince: NOW },
    }),
  appointment_patient: (db) => findAppointmentsOfPatient(db, { sourceId: 'emr', patientKey: HASH }, false, NOW),
  reminder_next: (db) => lookDue(db, { now: NOW, limit: 500, share: null, which: { behind: null } }),
  reminder_next_of_authority: (db) =>
    lookDue(db, {
      now: NOW,
      limit: 500,
      share: null,
      which: { authorities: [{ authority: 'rh', behind: null }], each: 9 },
    }),
  reminder_tried: (db) => lookTried(db, NOW, 10),
  reminder_quarantined: (db) => readBacklog(db, NOW),
  reminder_restored: (db) => readBacklog(db, NOW),
  reminder_unsent: (db) => listUnreached(db, CITIZENS, CITIZENS),
  reminder_ended: (db) => readPart(db, unsent({ ...OUTCOMES, status: 'expired' }, OUTCOMES, null), 50),
  reminder_late: (db) => readPart(db, plannedLate(OUTCOMES, null), 50),
  reminder_shadow: (db) => eraseShadows(db, 'rh', HASH, NOW),
  message_number: (db) => countAnswers(db, { phoneHash: HASH, templates: null, since: NOW }),
  message_answers: (db) => hasDueAnswers(db, 'link', NOW),
  message_answers_of: (db) =>
    countAnswersHandedOver(db, { authorityId: 'rh', name: 'opt-out-confirmed', first: NOW, end: LATER }),
  message_inbound: (db) => listAnswers(db, 'rh', ID, [ID], false),
  staff_answer_appointment: (db) => listAnswers(db, 'rh', ID, [ID], false),
  message_late: (db) => readPart(db, handedOverLate({ ...OUTCOMES, statuses: ['delivered'] }, null), 50),
  callback_waiting: (db) => readBacklog(db, NOW),
  callback_unread: (db) => forgetUnread(db, NOW, 10),
  callback_phone: (db) => findParts(db, { gateway: 'link', phoneHash: HASH }),
  inbound_authority_open: (db) => readBacklog(db, NOW),
  inbound_authority_hold: (db) => settleByStart(db, NUMBER, NOW),
  known_patient_phone: (db) => findKeptOfNumber(db, 'rh', HASH),
  known_patient_kept: (db) => purgeKept(db, 'rh', NOW),
  sign_in_failure_many: (db) => readBacklog(db, NOW),
  opt_out_live: (db) => lockLiveOptOuts(db, HASH, ['rh']),
  opt_out_lifted: (db) => eraseOptOutNumbers(db, 'rh', HASH),
  event_outbox_held: (db) =>
    recordFreedSlots(
      db,
      [{ appointmentId: ID, slot: 1 }],
      { reason: 'booking_system', inboundId: null, heldUntil: null },
      NOW,
    ),
  event_endpoint_failing: (db) => readBacklog(db, NOW),
  delivery_next: (db) => hasMore(db, ENDPOINT, [], NOW),
  audit_line: (db) => listAudit(db, { ...AUDIT, authorityId: 'rh', lookUps: 'folded' }, null, 101),
  audit_line_newest: (db) => listAudit(db, { ...AUDIT, lookUps: 'folded' }, null, 101),
  audit_line_actor: (db) => listAudit(db, { ...AUDIT, actor: 'administrator', lookUps: 'folded' }, null, 101),
  audit_deed: (db) => listAudit(db, { ...AUDIT, authorityId: 'rh', lookUps: 'off' }, null, 101),
  audit_deed_newest: (db) => listAudit(db, { ...AUDIT, lookUps: 'off' }, null, 101),
  audit_fold: (db) => sumFolds(db, [ID]),
  delivery_pending: (db) => orderDeliveries(db, ENDPOINT, [ID], NOW),
};

/** Unique ones that hold a rule alone: statements look aliases up by the primary key. */
const RULES = ['appointment_alias_unique'];

describe('partial indexes', () => {
  const test = useOpened(openTestDatabase);

  it('all have a statement here', async () => {
    const { rows } = await sql<{ name: string }>`
      select indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
      where i.indpred is not null and c.relnamespace = 'public'::regnamespace`.execute(test.db);
    expect(rows.map(({ name }) => name).sort()).toEqual([...RULES, ...Object.keys(STATEMENTS)].sort());
  });

  it.each(Object.entries(STATEMENTS))(
    '%s: its condition is that of the statement which is to use it',
    async (name, work) => {
      expect(await plansWith(test.db, name, work)).toMatch(new RegExp(`(?:using|Scan on) ${name}\\b`));
    },
  );
});
