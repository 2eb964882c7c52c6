import { beforeEach, describe, expect, it } from 'vitest';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { undoSettle } from '../../src/staff/replies/undo-settle.ts';
import { update } from '../support/stored-rows.ts';
import { useTown } from './town.ts';

const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const MOTHER = Buffer.alloc(32, 1);
const FATHER = Buffer.alloc(32, 2);
const HELD = 'planned reply_needs_a_person';
const ENDED = 'cancelled deceased';

let phone: string;
let authority: string;
const town = useTown();
beforeEach(async () => {
  phone = town.newPhone();
  authority = await town.authority();
});

const openReply = async () => {
  const { items } = await town.app.json<{ items: { id: string; meaning: string }[] }>(
    200,
    `/v1/authorities/${authority}/inbound?needsPerson=true`,
  );
  return items[0] ?? { id: '', meaning: '' };
};
const settle = async (action: 'deceased' | 'ignore', appointment?: string) => {
  const { id } = await openReply();
  const about = appointment ? { appointment: { source: authority, reference: appointment } } : {};
  await settleReply(
    { ...town.app.deps, db: town.app.db },
    STAFF,
    { authorityId: authority, id, action, ...about },
    town.app.clock.now,
  );
  return id;
};
const outbox = async () => {
  const rows = await town.app.db.selectFrom('event_outbox').selectAll().where('inbound_id', 'is not', null).execute();
  return rows.map(({ appointment_id, type, reason }) => [appointment_id, type, reason]);
};

describe('a reply that tells of a death', () => {
  it('holds all that is planned for the number, is answered plainly, and goes to a person and the booking system', async () => {
    const { appointment, planned } = await town.reminded(authority, phone);
    const other = await town.planned(authority, phone);
    await town.reply(phone, 'Min mor er død, så hun kommer ikke. Stop med at skrive');
    expect([await town.state(planned), await town.state(other)]).toEqual([HELD, HELD]);
    expect(await town.listed(phone)).toEqual([`${authority}, deceased, needs a person, holds`]);
    const found = (await town.sendAnswers(phone)).map(({ text }) => text);
    expect(found).toEqual(['Tak for beskeden. En medarbejder ser på det.']);
    expect(await outbox()).toContainEqual([appointment, 'citizen.replied', 'deceased']);
    expect(await town.refused(phone)).toEqual([]);
  });

  it('is answered in its own language', async () => {
    await town.reminded(authority, phone);
    await town.reply(phone, 'My mother has passed away');
    const found = (await town.sendAnswers(phone)).map(({ text }) => text);
    expect(found).toEqual(['Thank you for the message. A member of staff will look into it.']);
  });

  it('stands above all others that wait', async () => {
    await town.reminded(authority, phone);
    await town.reply(phone, 'Min mor er død');
    const other = town.newPhone();
    await town.reminded(authority, other);
    await town.reply(other, 'AFBUD');
    expect((await openReply()).meaning).toBe('deceased');
  });

  it('keeps a START of that number waiting for a person, too', async () => {
    const { planned } = await town.reminded(authority, phone);
    await town.reply(phone, 'Min mor er død');
    await town.reply(phone, 'START');
    expect([await town.state(planned), (await town.listed(phone))[1]]).toEqual([
      HELD,
      `${authority}, start, needs a person`,
    ]);
  });
});

describe('staff who settle it as a death', () => {
  it('end all reminders of that patient in the authority, notices too, and none of another patient on the number', async () => {
    const { planned } = await town.reminded(authority, phone, { patient_key: MOTHER });
    const ownPhone = await town.rows.appointment(authority, town.newPhone(), { patient_key: MOTHER });
    const later = await town.rows.reminder(authority, ownPhone);
    const notice = await town.rows.reminder(authority, ownPhone, { rule: 'confirmation', template: 'confirmation' });
    const father = await town.rows.reminder(
      authority,
      await town.rows.appointment(authority, phone, { patient_key: FATHER }),
    );
    const elsewhere = await town.authority();
    const there = await town.rows.reminder(
      elsewhere,
      await town.rows.appointment(elsewhere, phone, { patient_key: MOTHER }),
    );
    await town.reply(phone, 'Min mor er død');
    await settle('deceased');
    const states = await Promise.all([planned, later, notice, father, there].map((id) => town.state(id)));
    expect(states).toEqual([ENDED, ENDED, ENDED, 'planned', 'planned']);
  });

  it('end those of the appointment alone where its patient has no key', async () => {
    const { planned } = await town.reminded(authority, phone);
    const other = await town.planned(authority, phone);
    await town.reply(phone, 'Min mor er død');
    await settle('deceased');
    expect([await town.state(planned), await town.state(other)]).toEqual([ENDED, 'planned']);
  });

  it('end those of the patient whose SMS was answered, where that appointment is past', async () => {
    const past = { patient_key: MOTHER, start_at: new Date('2026-11-20T08:00:00Z') };
    await town.reminded(authority, phone, past);
    const ahead = await town.rows.reminder(
      authority,
      await town.rows.appointment(authority, phone, { patient_key: MOTHER }),
    );
    await town.reply(phone, 'Min mor er død');
    await settle('deceased');
    expect(await town.state(ahead)).toBe(ENDED);
  });

  it('choose the appointment where it may be about several', async () => {
    const first = await town.reminded(authority, phone, { patient_key: MOTHER });
    const second = await town.reminded(authority, phone, { patient_key: FATHER });
    await town.reply(phone, 'Min mor er død');
    await expect(settle('deceased')).rejects.toMatchObject({ status: 422 });
    await settle('deceased', second.reference);
    expect([await town.state(first.planned), await town.state(second.planned)]).toEqual(['planned', ENDED]);
  });

  it('can take that back: what ended is planned again and held, unless the booking system knows of the death', async () => {
    const { planned } = await town.reminded(authority, phone, { patient_key: MOTHER });
    const dead = await town.rows.appointment(authority, phone, { patient_key: MOTHER });
    const known = await town.rows.reminder(authority, dead);
    await town.reply(phone, 'Min mor er død');
    const id = await settle('deceased');
    await expect(
      settleReply(
        { ...town.app.deps, db: town.app.db },
        STAFF,
        { authorityId: authority, id, action: 'deceased' },
        town.app.clock.now,
      ),
    ).rejects.toMatchObject({ status: 409 });
    await update(town.app.db, 'appointment', { id: dead }, { deceased: true });
    await undoSettle({ ...town.app.deps, db: town.app.db }, STAFF, { authorityId: authority, id }, town.app.clock.now);
    expect([await town.state(planned), await town.state(known)]).toEqual([HELD, ENDED]);
    expect(await town.listed(phone)).toEqual([`${authority}, deceased, needs a person, holds`]);
  });

  it('tell the booking system where the words did not, and not if they take it back', async () => {
    const { appointment } = await town.reminded(authority, phone);
    await town.reply(phone, 'Karen Hansen er død');
    const id = await settle('deceased');
    const told = [appointment, 'citizen.replied', 'deceased'];
    expect(await outbox()).toContainEqual(told);
    await undoSettle({ ...town.app.deps, db: town.app.db }, STAFF, { authorityId: authority, id }, town.app.clock.now);
    expect(await outbox()).not.toContainEqual(told);
  });
});
