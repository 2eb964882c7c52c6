import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';

import { useApp } from '../../support/scenario.ts';
import { insert } from '../../support/stored-rows.ts';

const minutes = (count: number) => count * 60_000;

describe.each(['embedded', 'postgres'] as const)('pause and resume (%s)', (kind) => {
  const test = useApp({ kind });
  beforeAll(async () => {
    for (const id of ['rh', 'rm']) {
      await test.makeAuthority(id);
      await test.makeSource(id, `${id}-epj`);
    }
    await test.makeSource('rh', 'rh-lab');
  });

  /** A reminder that was due ten minutes ago and is looked at again in an hour. */
  async function waitingReminder(source: string, change: Record<string, unknown> = {}): Promise<string> {
    const now = test.clock.now;
    const [id, appointment, authority] = [newId(now), newId(now), source.slice(0, 2)];
    await insert(test.db, 'appointment', {
      id: appointment,
      authority_id: authority,
      source_id: source,
      reference: id,
      content_hash: randomBytes(8),
      revision: 1,
      slot: 0,
      ...{ status: 'booked', kind: 'visit', source_mode: 'live', received_at: now, updated_at: now },
    });
    await insert(test.db, 'reminder', {
      id,
      authority_id: authority,
      source_id: source,
      appointment_id: appointment,
      slot: 0,
      revision: 1,
      rule: 'day-before',
      template: 'reminder',
      language: 'da',
      status: 'planned',
      due_at: new Date(now.getTime() - minutes(10)),
      due_day: '2026-11-24',
      expires_at: new Date(now.getTime() + minutes(600)),
      next_at: new Date(now.getTime() + minutes(60)),
      created_at: now,
      updated_at: now,
      ...change,
    });
    return id;
  }

  async function nextAt(id: string): Promise<Date | null | undefined> {
    return (await test.db.selectFrom('reminder').select('next_at').where('id', '=', id).executeTakeFirst())?.next_at;
  }
  const due = () => new Date(test.clock.now.getTime() - minutes(10));
  const later = () => new Date(test.clock.now.getTime() + minutes(60));

  it('shows who paused what, why and until when, and is audited', async () => {
    const key = await test.createKey('rh', 'operator');
    const until = new Date(test.clock.now.getTime() + minutes(30)).toISOString();
    const paused = { at: test.clock.now.toISOString(), until, reason: 'Strejke' };
    const body = { reason: 'Strejke', until: until.replace('Z', '+00:00') };
    const answer = await test.json(200, '/v1/authorities/rh/pause', { body, token: key });
    expect(answer).toEqual({ authority: 'rh', source: null, paused });
    expect(await test.json(200, '/v1/authorities/rh')).toMatchObject({ paused, version: 2 });
    const found = await test.json(200, '/v1/authorities/rh/resume', { method: 'POST', token: key });
    expect(found).toMatchObject({ paused: null });
    expect(await test.json(200, '/v1/authorities/rh')).toMatchObject({ paused: null, version: 3 });
    const { items } = await test.json<{ items: { action: string }[] }>(200, '/v1/authorities/rh/audit');
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          action: 'authority.pause',
          actor: expect.stringContaining('A operator'),
          before: null,
          after: paused,
        }),
        expect.objectContaining({ action: 'authority.resume', before: paused, after: null }),
      ]),
    );
  });

  it('holds one source and not the other', async () => {
    await test.json(200, '/v1/authorities/rh/pause', { body: { source: 'rh-epj', reason: 'Flytning' } });
    const answer = await test.json(200, '/v1/authorities/rh/sources/rh-epj');
    expect(answer).toMatchObject({ paused: { reason: 'Flytning', until: null }, version: 2 });
    expect(await test.json(200, '/v1/authorities/rh/sources/rh-lab')).toMatchObject({ paused: null, version: 1 });
    expect(await test.json(200, '/v1/authorities/rh')).toMatchObject({ paused: null });
    await test.json(200, '/v1/authorities/rh/resume', { body: {} });
    expect(await test.json(200, '/v1/authorities/rh/sources/rh-epj')).toMatchObject({ paused: { reason: 'Flytning' } });
    await test.json(200, '/v1/authorities/rh/resume', { body: { source: 'rh-epj' } });
    expect(await test.json(200, '/v1/authorities/rh/sources/rh-epj')).toMatchObject({ paused: null });
  });

  it('resuming makes waiting reminders due at once, in this authority alone', async () => {
    const [own, foreign] = [await waitingReminder('rh-epj'), await waitingReminder('rm-epj')];
    await test.json(200, '/v1/authorities/rh/resume', { method: 'POST' });
    expect([await nextAt(own), await nextAt(foreign)]).toEqual([due(), later()]);
  });

  it('resuming one source leaves the other sources paused', async () => {
    const [own, other] = [await waitingReminder('rh-epj'), await waitingReminder('rh-lab')];
    await test.json(200, '/v1/authorities/rh/resume', { body: { source: 'rh-epj' } });
    expect([await nextAt(own), await nextAt(other)]).toEqual([due(), later()]);
  });

  it('resuming leaves reminders alone that may have been sent, wait for a person, are not due yet or have ended', async () => {
    const ahead = { due_at: later(), next_at: later() };
    const held = [
      await waitingReminder('rh-epj', { status: 'handed_over' }),
      await waitingReminder('rh-epj', { held_reason: 'reply_needs_a_person' }),
      await waitingReminder('rh-epj', ahead),
    ];
    const over = await waitingReminder('rh-epj', { status: 'cancelled', next_at: null });
    await test.json(200, '/v1/authorities/rh/resume', { method: 'POST' });
    for (const id of held) expect(await nextAt(id)).toEqual(later());
    expect(await nextAt(over)).toBeNull();
  });

  it('a source that leaves the mode paused makes waiting reminders due at once', async () => {
    const put = (mode: string) => test.put('/v1/authorities/rh/sources/rh-lab', { name: 'Lab', mode });
    await put('paused');
    const reminder = await waitingReminder('rh-lab');
    await put('paused');
    expect(await nextAt(reminder)).toEqual(later());
    await put('live');
    expect(await nextAt(reminder)).toEqual(due());
  });

  it('replacing the settings does not lift a pause', async () => {
    await test.makeAuthority('kept');
    await test.json(200, '/v1/authorities/kept/pause', { body: { reason: 'x' } });
    await test.put('/v1/authorities/kept', { name: 'Kept', sender: 'Kept' });
    expect(await test.json(200, '/v1/authorities/kept')).toMatchObject({ paused: { reason: 'x' } });
  });

  it('accepts a resume without a body, also with a content type, and refuses an invalid body', async () => {
    await test.json(200, '/v1/authorities/rh/resume', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    await test.json(200, '/v1/authorities/rh/resume', { body: '' });
    await test.json(400, '/v1/authorities/rh/resume', { body: '{' });
    await test.json(422, '/v1/authorities/rh/resume', { body: { sourc: 'rh-epj' } });
  });

  it('refuses a pause without a reason, with an end that is past or has no offset, and of an unknown authority', async () => {
    const past = test.clock.now.toISOString();
    for (const body of [
      {},
      { reason: ' ' },
      { reason: 'x', until: past },
      { reason: 'x', until: '2027-01-01T08:00:00' },
      { reason: 'CPR 010170-1234' },
    ]) {
      await test.json(422, '/v1/authorities/rh/pause', { body });
    }
    await test.json(404, '/v1/authorities/nobody/pause', { body: { reason: 'x' } });
    await test.json(404, '/v1/authorities/nobody/resume', { method: 'POST' });
  });
});
