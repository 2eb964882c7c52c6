import { expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { readBacklog } from '../../src/operations/backlog.sql.ts';
import { describeDatabases } from '../support/database.ts';
import { type due, HOUR, later, MINUTE, MONDAY, SECOND, startSending } from '../support/sending.ts';
import { insert } from '../support/stored-rows.ts';

describeDatabases('what the figures count', (open) => {
  it('is nothing in an empty database', async () => {
    const { db, close } = await open();
    expect(await readBacklog(db, MONDAY)).toEqual({
      ...{ oldestDue: null, due: 0, uncertain: 0, abandoned: 0, quarantined: 0, receiptsOverdue: 0 },
      oldestCallback: null,
      oldestAnswer: null,
      repliesOpen: 0,
      oldestReply: null,
      pauses: 0,
      failingEndpoints: [],
      oldestUnnumbered: null,
      lateEndpoints: [],
      accountsGuessed: 0,
    });
    await close();
  });

  it('is what waits longer than it should, and not what is on its way or done', async () => {
    const database = await open();
    const { db } = database;
    const sending = startSending(database);
    const { rows } = sending;
    await rows.authority('a');
    await rows.source('a', 'closed', 'paused');
    const make = async (reminder: Parameters<typeof due>[3]) =>
      (await sending.due('a', '+4520123456', reminder)).reminder;
    /** A process with so many groups of hand-overs without an outcome. */
    const noteProcess = async (heartbeatAt: Date, groups: number) => {
      const id = newId(MONDAY);
      const started = { started_at: later(-HOUR) };
      await insert(db, 'process', { id, name: 'p', version: '1.2.3', ...started, heartbeat_at: heartbeatAt });
      for (let nth = 0; nth < groups; nth++) {
        const group = { id: newId(MONDAY), process_id: id, message_ids: [newId(MONDAY)], ...started };
        await insert(db, 'hand_over_group', group);
      }
    };
    await make({ at: later(-90 * SECOND) });
    await make({ at: later(-30 * SECOND) });
    await make({ at: later(MINUTE) });
    await make({ reminder: { status: 'uncertain', next_at: null } });
    for (const status of ['uncertain', 'handing_over', 'accepted'] as const) {
      const handedOver = await make({ reminder: { status: 'handed_over', next_at: null } });
      await rows.message('a', handedOver, '+4520123456', { status, gateway: 'scripted', valid_until: later(HOUR) });
    }
    await noteProcess(later(-106 * SECOND), 1);
    await noteProcess(later(-104 * SECOND), 1);
    await noteProcess(later(-2 * HOUR), 0);
    await make({
      reminder: { status: 'suppressed', next_at: null, reason: 'internal_error', expires_at: later(HOUR) },
    });
    await make({
      reminder: { status: 'suppressed', next_at: null, reason: 'internal_error', expires_at: later(-HOUR) },
    });
    await make({ reminder: { status: 'suppressed', next_at: null, reason: 'opted_out', expires_at: later(HOUR) } });
    const message = {
      authority_id: 'a',
      template: 'reminder',
      language: 'da',
      gateway: 'scripted',
      sender: 'S',
      encoding: 'gsm7',
      segments: 1,
    } as const;
    const times = { created_at: MONDAY, updated_at: MONDAY };
    for (const validUntil of [later(-HOUR), later(HOUR)]) {
      await insert(db, 'message', {
        id: newId(MONDAY),
        ...message,
        reason: null,
        code: null,
        status: 'accepted',
        valid_until: validUntil,
        ...times,
      });
    }
    await insert(db, 'message', {
      id: newId(MONDAY),
      ...message,
      status: 'planned',
      valid_until: later(HOUR),
      next_at: later(-45 * SECOND),
      ...times,
    });
    for (const [appliedAt, receivedAt] of [
      [null, later(-70 * SECOND)],
      [MONDAY, later(-HOUR)],
    ] as const) {
      await insert(db, 'callback', {
        ...{ id: newId(MONDAY), gateway: 'scripted', kind: 'receipt', raw_ciphertext: Buffer.from('x'), note: null },
        ...{ dedupe_key: Buffer.from(receivedAt.toISOString()), received_at: receivedAt, applied_at: appliedAt },
      });
    }
    for (const [settledAt, receivedAt] of [
      [MONDAY, later(-5 * HOUR)],
      [null, later(-3 * HOUR)],
    ] as const) {
      const id = newId(receivedAt);
      const hash = rows.keyring.phoneHash('+4520123456');
      await insert(db, 'inbound_message', {
        id,
        gateway: 'scripted',
        phone_hash: hash,
        meaning: 'other',
        scope: 'authority',
        received_at: receivedAt,
      });
      await insert(db, 'inbound_authority', {
        inbound_id: id,
        authority_id: 'a',
        phone_hash: hash,
        needs_person: true,
        holds: false,
        settled_at: settledAt,
      });
    }
    const endpoint = { authority_id: 'a', source_id: 'a', taken: 0, last_result: null, owner: null } as const;
    await insert(db, 'event_endpoint', [
      { ...endpoint, channel: 'webhook', state: 'paused', failing_since: later(-2 * HOUR) },
      { ...endpoint, channel: 'fhir', state: 'live' },
    ]);
    // The triggers recorded these above.
    await db.deleteFrom('event_outbox').execute();
    const about = { type: 'slot.freed', appointment_id: newId(MONDAY) } as const;
    await insert(db, 'event_outbox', [
      { ...about, at: later(-5 * MINUTE), held_until: later(MINUTE) },
      { ...about, at: later(-5 * MINUTE), held_until: later(-80 * SECOND) },
      { ...about, at: later(-40 * SECOND) },
    ]);
    await rows.authority('b');
    await rows.authority('c');
    for (const source of ['b', 'c'])
      await insert(db, 'event_endpoint', {
        ...endpoint,
        authority_id: source,
        source_id: source,
        channel: 'webhook',
        state: 'live',
      });
    const event = { ...about, id: newId(MONDAY), authority_id: 'a', source_id: 'a', at: later(-HOUR) };
    await insert(db, 'event', { ...event, sequence: 1, reference: 'A-1', numbered_at: later(-70 * SECOND) });
    const delivery = { channel: 'webhook', status: 'pending', attempts: 0, appointment_id: newId(MONDAY) } as const;
    await insert(db, 'delivery', [
      { ...delivery, authority_id: 'b', source_id: 'b', sequence: 1, next_at: later(-2 * HOUR) },
      { ...delivery, authority_id: 'b', source_id: 'b', sequence: 2, next_at: later(HOUR) },
      { ...delivery, authority_id: 'c', source_id: 'c', sequence: 1, next_at: later(-59 * SECOND) },
    ]);
    const hash = (nth: number) => Buffer.alloc(32, nth);
    for (const [nth, failures, beganAt, known] of [
      [1, 20, later(-23 * HOUR), true],
      [2, 19, later(-HOUR), true],
      [3, 40, later(-24 * HOUR), true],
      [4, 40, later(-HOUR), false],
    ] as const) {
      const person = { id: newId(MONDAY), email_hash: hash(nth), created_at: MONDAY };
      if (known) await insert(db, 'person', person);
      await insert(db, 'sign_in_failure', { key_hash: hash(nth), failures, began_at: beganAt });
    }
    expect(await readBacklog(db, MONDAY)).toEqual({
      oldestDue: later(-90 * SECOND),
      due: 2,
      uncertain: 2,
      abandoned: 1,
      quarantined: 1,
      receiptsOverdue: 1,
      oldestCallback: later(-70 * SECOND),
      oldestAnswer: later(-45 * SECOND),
      repliesOpen: 1,
      oldestReply: later(-3 * HOUR),
      pauses: 1,
      failingEndpoints: [{ source: 'a', channel: 'webhook', state: 'paused', seconds: 7_200 }],
      oldestUnnumbered: later(-80 * SECOND),
      lateEndpoints: [
        { source: 'b', channel: 'webhook', seconds: 7_200 },
        { source: 'a', channel: 'fhir', seconds: 70 },
      ],
      accountsGuessed: 1,
    });
    await database.close();
  });
});
