import { describe, expect, it } from 'vitest';
import { applyWaitingInbound } from '../../src/replies/apply-waiting.ts';
import { inboundRow } from '../../src/replies/raw-inbound.ts';
import { findParts, MOST_PARTS } from '../../src/replies/waiting.sql.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { insertCallbacks } from '../../src/store/callbacks.ts';
import { later, MINUTE } from '../support/sending.ts';
import { NUMBER, openTownOfWrittenTo, type Town } from './town.ts';

describe('an SMS that comes in parts', () => {
  let town: Town;
  let phone: string;
  let authority: string;
  let reference = 0;
  openTownOfWrittenTo((its) => {
    ({ town, phone, authority } = its);
    reference++;
  });

  const part = (nth: number, of: number, text: string, more: object = {}) =>
    town.reply(phone, text, { part: { reference: `r${reference}`, nth, of }, ...more });
  const texts = () => town.texts(phone);
  const waitAndApply = async (ms: number) => {
    const now = later(ms, town.app.clock.now);
    return applyWaitingInbound(town.app.deps, now);
  };

  it('is one reply once the last part is there, whatever the order', async () => {
    await part(3, 3, 'tirsdag.');
    await part(1, 3, 'Jeg kan ');
    expect(await texts()).toEqual([]);
    await part(2, 3, 'ikke komme på ');
    expect(await texts()).toEqual(['Jeg kan ikke komme på tirsdag.']);
    expect(await town.listed(phone)).toEqual([`${authority}, cancel, needs a person`]);
    expect(await town.answers(phone)).toHaveLength(1);
  });

  it('is not said twice by parts that are repeated, before and after it is whole', async () => {
    const first = { gatewayMessageId: `p1-${reference}` };
    await part(1, 2, 'Hej ', first);
    await part(1, 2, 'Hej ', first);
    await part(2, 2, 'igen', { gatewayMessageId: `p2-${reference}` });
    await part(1, 2, 'Hej ', first);
    expect(await texts()).toEqual(['Hej igen']);
    await waitAndApply(20 * MINUTE);
    expect(await texts()).toEqual(['Hej igen']);
  });

  it('keeps the parts of one id apart', async () => {
    const same = { gatewayMessageId: `same-${reference}` };
    await part(1, 2, 'Hej ', same);
    await part(2, 2, 'igen', same);
    expect(await texts()).toEqual(['Hej igen']);
  });

  it('is not mixed with another one under way', async () => {
    await part(1, 2, 'Den ene ');
    await part(2, 2, 'anden', { part: { reference: 'other', nth: 2, of: 2 } });
    await part(1, 2, 'Den ', { part: { reference: 'other', nth: 1, of: 2 } });
    await part(2, 2, 'første');
    expect((await texts()).sort()).toEqual(['Den anden', 'Den ene første']);
  });

  it('is not mixed with that of another number', async () => {
    const other = town.newPhone();
    await part(1, 2, 'Mit ');
    await town.reply(other, 'nummer', { part: { reference: `r${reference}`, nth: 2, of: 2 } });
    expect([await texts(), await town.texts(other)]).toEqual([[], []]);
  });

  it('is shown to staff without what is missing after ten minutes', async () => {
    await part(1, 4, 'Jeg er');
    await part(4, 4, 'på mandag');
    await waitAndApply(9 * MINUTE);
    expect(await texts()).toEqual([]);
    await waitAndApply(11 * MINUTE);
    expect(await texts()).toEqual(['Jeg er […] på mandag']);
    expect(await town.listed(phone)).toEqual([`${authority}, other, needs a person`]);
    expect(await waitAndApply(12 * MINUTE)).toEqual({ fetched: 0, parts: 0 });
  });

  it.each([
    ['STOP', 'maybe_stop, needs a person, holds'],
    ['JA', 'other, needs a person'],
    ['HJÆLP', 'other, needs a person'],
  ])('goes to a person when %s is all that came', async (text, expected) => {
    await part(2, 2, text);
    await waitAndApply(11 * MINUTE);
    expect(await town.listed(phone)).toEqual([`${authority}, ${expected}`]);
    expect(await town.refused(phone)).toEqual([]);
  });

  it('is a STOP to one authority although another one erases the citizen between its parts', async () => {
    const other = await town.authority();
    const { db, keyring, clock } = { ...town.app.deps, clock: town.app.clock };
    await part(1, 2, 'ST');
    await eraseCitizen({ db, keyring }, { authorityId: other, phone, actor: 'test' }, clock.now);
    await part(2, 2, 'OP');
    expect(await texts()).toEqual(['STOP']);
    expect(await town.refused(phone)).toEqual([authority]);
  });

  it('waits on for parts that came a moment ago', async () => {
    await part(1, 3, 'a');
    town.app.clock.now = later(8 * MINUTE, town.app.clock.now);
    await part(2, 3, 'b');
    await waitAndApply(5 * MINUTE);
    expect(await texts()).toEqual([]);
    await part(3, 3, 'c');
    expect(await texts()).toEqual(['abc']);
  });

  it('is put together, and a STOP, whatever number of lone parts waits from the same number; others have their turn', async () => {
    const other = town.newPhone();
    await town.reply(other, 'Hej', { part: { reference: 'lone', nth: 1, of: 2 } });
    const { deps, db, clock } = town.app;
    const rows = Array.from({ length: MOST_PARTS }, (_, nth) => {
      const event = { gatewayMessageId: `lone-${nth}`, from: phone, to: NUMBER, text: `lone ${nth}`, at: null };
      const whole = { event: { ...event, part: { reference: `lone-${nth}`, nth: 1, of: 2 } }, alone: false };
      const row = inboundRow(deps, town.gateway, town.gateway.inbound(phone, NUMBER, ''), whole, clock.now);
      return { ...row, phoneHash: deps.keyring.phoneHash(phone), note: 'part' };
    });
    await insertCallbacks(db, rows);
    const waiting = async () =>
      (await findParts(db, { gateway: 'scripted', phoneHash: deps.keyring.phoneHash(phone) })).length;
    clock.now = later(MINUTE, clock.now);
    await part(1, 2, 'ST');
    expect(await waiting()).toBe(MOST_PARTS);
    await part(2, 2, 'OP');
    expect(await town.refused(phone)).toEqual([authority]);
    expect(await texts()).toHaveLength(3);
    expect(await waiting()).toBe(MOST_PARTS - 2);
    await waitAndApply(11 * MINUTE);
    expect([await waiting(), await town.texts(other)]).toEqual([0, ['Hej […]']]);
  });

  it('does not keep the gateway’s receipts or the backlog waiting', async () => {
    await part(1, 2, 'a');
    town.app.clock.now = later(MINUTE, town.app.clock.now);
    expect(await town.app.deps.receipts.applyAbandoned()).toBe(0);
    await part(2, 2, 'b');
    expect(await texts()).toEqual(['ab']);
  });
});

describe('a keyword that the gateway has acted on', () => {
  let town: Town;
  let phone: string;
  let authority: string;
  openTownOfWrittenTo((its) => {
    ({ town, phone, authority } = its);
  });

  it('opts out without a confirmation of ours', async () => {
    const planned = await town.planned(authority, phone);
    await town.reply(phone, 'STOP', { handled: 'stop' });
    expect([await town.refused(phone), await town.answers(phone)]).toEqual([[authority], []]);
    expect(await town.state(planned)).toBe('suppressed opted_out');
    expect(await town.listed(phone)).toEqual([`${authority}, stop`]);
  });

  it('opts out whatever the word meant, and shows it to staff', async () => {
    await town.reply(phone, 'CANCEL', { handled: 'stop' });
    expect([await town.refused(phone), await town.answers(phone)]).toEqual([[authority], []]);
    expect(await town.listed(phone)).toEqual([`${authority}, stop, needs a person`]);
  });

  it('lifts the opt-out again', async () => {
    await town.reply(phone, 'STOP', { handled: 'stop' });
    await town.reply(phone, 'START', { handled: 'start' });
    expect([await town.refused(phone), await town.answers(phone)]).toEqual([[], []]);
  });

  it('is not answered when it asks for help', async () => {
    await town.reply(phone, 'HELP', { handled: 'help' });
    expect([await town.answers(phone), await town.listed(phone)]).toEqual([[], [`${authority}, help`]]);
  });
});
