import { beforeEach, describe, expect, it } from 'vitest';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { useTown } from './town.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let phone: string;
let authority: string;
const town = useTown();
beforeEach(async () => {
  phone = town.newPhone();
  authority = await town.authority();
  await town.wrote(authority, phone);
});

const ago = (ms: number) => new Date(town.app.clock.now.getTime() - ms);
const pass = (ms: number) => {
  town.app.clock.now = ago(-ms);
};
/** A citizen's SMS that comes now and was written so long ago; null: its supplier does not say when. */
const comes = (text: string, written: number | null, of = phone) =>
  town.reply(of, text, { at: written === null ? null : ago(written) });
const SUPPRESSED = 'suppressed opted_out';

describe('a START that was written before the STOP and comes behind it', () => {
  it('lifts nothing: a person reads it, and the citizen is told so', async () => {
    const planned = await town.planned(authority, phone);
    await comes('STOP', MINUTE);
    await comes('START', 10 * MINUTE);
    expect([await town.state(planned), await town.refused(phone)]).toEqual([SUPPRESSED, [authority]]);
    expect(await town.listed(phone)).toContain(`${authority}, start, needs a person`);
    const found = (await town.answers(phone)).map((answer) => answer.split(' ')[1]);
    expect(found).toEqual(['opt-out-confirmed', 'reply-received']);
  });

  it('lifts nothing where the supplier does not say when the STOP was written, nor behind one that was said again', async () => {
    const planned = await town.planned(authority, phone);
    await comes('STOP', null);
    pass(HOUR);
    await comes('START', 2 * HOUR);
    expect(await town.refused(phone)).toEqual([authority]);
    await comes('STOP', 10 * MINUTE);
    await comes('START', 30 * MINUTE);
    expect([await town.state(planned), await town.refused(phone)]).toEqual([SUPPRESSED, [authority]]);
  });

  it('lifts nothing for the whole installation', async () => {
    const stranger = town.newPhone();
    const planned = await town.planned(authority, stranger);
    await comes('STOP', MINUTE, stranger);
    await comes('START', HOUR, stranger);
    expect([await town.state(planned), await town.refused(stranger)]).toEqual([SUPPRESSED, ['all']]);
    expect(await town.listed(stranger)).toContain(`${authority}, start, needs a person`);
  });

  it('lifts no opt-out that staff have recorded since', async () => {
    const planned = await town.planned(authority, phone);
    const record = { authorityId: authority, phone, reason: 'phone', recordedBy: 'key:esk_1 Front desk' };
    await recordOptOut(town.app.deps, record, town.app.clock.now);
    await comes('START', HOUR);
    expect([await town.state(planned), await town.refused(phone)]).toEqual([SUPPRESSED, [authority]]);
  });

  it('leaves what may be a STOP to a person, and what that holds stays held', async () => {
    const planned = await town.planned(authority, phone);
    await comes('Stop det der', MINUTE);
    await comes('START', HOUR);
    expect(await town.state(planned)).toBe('planned reply_needs_a_person');
    await comes('START', 0);
    expect(await town.state(planned)).toBe('planned');
  });
});

describe('a START lifts the opt-out', () => {
  const lifted = async (planned: string) => {
    expect([await town.state(planned), await town.refused(phone)]).toEqual(['planned', []]);
    expect(await town.listed(phone)).toContain(`${authority}, start`);
    expect(await town.answers(phone)).toContain(`${authority} opt-in-confirmed 4560575797`);
  };

  it.each([
    ['that was written before it and came late itself', 40 * MINUTE, 30 * MINUTE],
    ['where the two are no further apart than clocks may be', MINUTE, MINUTE + 30 * SECOND],
    ['where the supplier does not say when it was written', MINUTE, null],
    ['where the supplier’s clock is ahead', MINUTE, -HOUR],
    ['where the supplier’s clock is an hour behind', HOUR + MINUTE, HOUR],
    ['where the supplier’s clock was ahead when the STOP came', -HOUR, 0],
  ])('%s', async (_, stop, start) => {
    const planned = await town.planned(authority, phone);
    await comes('STOP', stop);
    await comes('START', start);
    await lifted(planned);
  });

  it('that the authority has, whatever another one was told since', async () => {
    const other = await town.authority({ sender: '4560575798' });
    await town.wrote(other, phone, '4560575798');
    const planned = await town.planned(authority, phone);
    await comes('STOP', HOUR);
    await town.reply(phone, 'STOP', { at: ago(MINUTE), to: '4560575798' });
    await comes('START', 30 * MINUTE);
    expect([await town.state(planned), await town.refused(phone)]).toEqual(['planned', [other]]);
  });

  it('once it is written anew', async () => {
    const planned = await town.planned(authority, phone);
    await comes('STOP', MINUTE);
    await comes('START', HOUR);
    pass(MINUTE);
    await comes('START', 0);
    await lifted(planned);
  });
});
