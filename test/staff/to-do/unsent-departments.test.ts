import { expect, it } from 'vitest';
import { readUnreached } from '../../../src/staff/to-do/unreached.ts';
import { findAuthority } from '../../../src/store/authorities.ts';
import { useApp } from '../../support/scenario.ts';
import { StoredRows } from '../../support/stored-rows.ts';

const app = useApp({ authorities: { rh: { sources: ['rh'] } } });

it.each([
  ['by its name', 'Røntgen', 'Røntgen'],
  ['as one of the others, since few patients were there', 'Sjælden', 'other'],
  ['as none, since it was seen after the reminder was planned', 'Sen', null],
])(
  'a citizen to phone is on the list of the department that statistics count %s, and on no other',
  async (_, name, counted) => {
    const { db, clock, deps } = app;
    const rows = new StoredRows(db, clock.now, deps.keyring);
    const start_at = new Date('2026-11-25T08:00:00Z');
    const appointment = await rows.appointment('rh', null, { department: name, start_at });
    await rows.reminder('rh', appointment, {
      ...{ status: 'suppressed', reason: 'no_phone', department: counted, next_at: null },
      expires_at: new Date('2026-11-25T06:00:00Z'),
    });
    const authority = await findAuthority(db, 'rh');
    if (!authority) throw new Error('the authority is missing');
    const listed = async (departments: string[]) => {
      const reader = { name: 'ward', seesNumbers: false, departments };
      const { soon, numberless } = await readUnreached(
        deps,
        reader,
        { ...authority, noticeChangedAt: null },
        clock.now,
      );
      return [...soon.items, ...numberless.items].map(({ department }) => department);
    };
    expect([await listed([name]), await listed(['Hud'])]).toEqual([[name], []]);
  },
);
