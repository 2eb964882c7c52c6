import { describe, expect, it } from 'vitest';
import { findAppointmentsByNumber } from '../../../../src/staff/find/find.ts';
import { type AuditEntry, writeAudit } from '../../../../src/store/audit.ts';
import { describeDatabases } from '../../../support/database.ts';
import type { PageClient } from '../../../support/pages.ts';
import { scenario, useOpened } from '../../../support/scenario.ts';

const QUARTER = Date.parse('2026-11-24T09:45:00Z');
const APPOINTMENT = '01890000-0000-7000-8000-000000000001';
const OTHER = '01890000-0000-7000-8000-000000000002';
const SEEN = { actor: 'key:abc Rapport', action: 'number.see', target: `appointment:${APPOINTMENT}` };

let chief: PageClient;
const { test, rows, at, ofNew } = scenario({
  authorities: { rh: { sources: ['rh'] } },
  prepare: async () => {
    chief = await at('administrator', 'rh', 'Carla Chef');
  },
});

const addressOf = (authority: string, rest = '') => `/admin/set-up/audit?authority=${authority}${rest}`;

/** Writes entries of an authority of its own, each so many minutes into the quarter. */
async function audited(authority: string, entries: readonly (Partial<AuditEntry> & { minute: number })[]) {
  const client = await ofNew(authority, {}, 'administrator');
  for (const { minute, ...entry } of entries) {
    const moment = new Date(QUARTER + minute * 60_000);
    await writeAudit(test.db, { ...SEEN, authorityId: authority, ...entry }, moment);
  }
  return client;
}

/** The look-ups that a page lists, each by who looked and how often. */
async function linesOf(client: PageClient, address: string) {
  const { rows: lines } = (await client.page(address)).table('');
  return lines
    .filter(({ Handling = '' }) => /^(?:Telefonnumre vist|Søgt efter|Alt om en borger)/.test(Handling))
    .map((line) => `${line.Hvem}: ${line.Handling?.replaceAll('\u00a0', ' ').replace(/ \([^)]*\)$/, '')}`);
}

/** Entries of one authority, and how many lines they stand on. */
const FOLDED: Readonly<Record<string, readonly [number, readonly Partial<AuditEntry & { minute: number }>[]]>> = {
  liste: [1, [{ target: 'to-do' }, { target: 'to-do', after: { appointments: [OTHER] } }]],
  lister: [2, [{ target: 'to-do' }, { target: 'inbound' }]],
  borgere: [2, [{}, { target: `appointment:${OTHER}` }]],
  personer: [2, [{}, { actor: 'key:def Anden' }]],
  slags: [2, [{}, { action: 'number.search' }]],
  kvarterer: [2, [{ minute: 14 }, { minute: 15 }]],
  kvarter: [1, [{ minute: 0 }, { minute: 14 }]],
  ...Object.fromEntries(
    (['appointments', 'messages', 'optOuts'] as const).map((found) => {
      const search = (id: string) => ({ action: 'number.search', target: found, after: { [found]: [id, 'x'] } });
      return [`fundet-${found}`.toLowerCase(), [2, [search(OTHER), search(OTHER), search(APPOINTMENT)]]] as const;
    }),
  ),
  intet: [1, [0, 1].map(() => ({ action: 'number.search', after: { appointments: [] } }))],
  numre: [2, [OTHER, APPOINTMENT].map((newest) => ({ action: 'citizen.look-up', after: { newest } }))],
};

describe('look-ups in the audit', () => {
  it.each(Object.entries(FOLDED))(
    'stand on as many lines as there are actors, citizens or lists, and quarters: %s',
    async (authority, [count, entries]) => {
      const client = await audited(
        authority,
        entries.map((entry) => ({ minute: 1, ...entry })),
      );
      expect(await linesOf(client, addressOf(authority))).toHaveLength(count);
      const { items } = await test.json<{ items: { action: string }[] }>(200, `/v1/authorities/${authority}/audit`);
      const api = items.filter(({ action }) => /^(?:number|citizen)\./.test(action));
      expect([api.length, Object.keys(items[0] ?? {}).includes('fold')]).toEqual([entries.length, false]);
    },
  );

  it('tell how often and until when, and each stands on the page behind, which leads back to the same search', async () => {
    const client = await audited('bag', [{ minute: 1 }, { minute: 3, action: 'key.create' }, { minute: 9 }]);
    const address = addressOf('bag', '&from=2026-11-24');
    expect(await linesOf(client, address)).toEqual([
      'API-nøgle abc Rapport: Telefonnumre vist 2 gange, senest kl. 10.54',
    ]);
    const behind = (await client.page(address)).link(/fold=/) ?? '';
    const page = await client.page(behind);
    const times = page.table('').rows.map((row) => row['']?.replace(/Skrevet .*/, '').replaceAll('\u00a0', ' '));
    expect(times).toEqual(['24. nov. 2026 kl. 10.54', '24. nov. 2026 kl. 10.46']);
    expect(page.link('Tilbage til loggen')).toBe(address);
    const elsewhere = behind.replace('authority=bag', 'authority=rh');
    expect((await chief.page(elsewhere)).all('tbody')).toEqual([]);
  });

  it('are left out by an address alone, which keeps it while searching', async () => {
    const client = await audited('skjult', [{ minute: 1 }, { minute: 2, action: 'key.create', target: OTHER }]);
    const off = (await client.page(addressOf('skjult'))).link('Skjul opslag') ?? '';
    expect(off).toBe(addressOf('skjult', '&lookups=off'));
    const page = await client.page(off);
    expect([await linesOf(client, off), page.column('Handling').length > 0]).toEqual([[], true]);
    expect(page.field('lookups').value).toBe('off');
    expect(page.links.filter((href) => /actor=/.test(href)).every((href) => href.includes('lookups=off'))).toBe(true);
    expect(await linesOf(client, page.link('Vis opslag') ?? '')).toHaveLength(1);
    expect(await linesOf(client, addressOf('skjult'))).toHaveLength(1);
  });

  it('are paged without one left out or twice, while others come', async () => {
    const entries = Array.from({ length: 130 }, (_, nth) => ({ minute: -nth, target: `list-${Math.floor(nth / 2)}` }));
    const deeds = entries.map((entry, nth) => ({ ...entry, action: 'key.create', actor: `key:${nth}` }));
    const client = await audited('sider', [...entries, ...deeds]);
    const shown: string[] = [];
    for (let address: string | undefined = addressOf('sider'); address !== undefined; ) {
      const page = await client.page(address);
      shown.push(...page.table('').rows.map((row) => JSON.stringify(row)));
      await writeAudit(test.db, { ...SEEN, authorityId: 'sider', target: 'list-0' }, new Date(QUARTER + 60_000));
      address = page.link('Næste side');
    }
    const own = shown.filter((row) => row.includes('API-nøgle'));
    const quarters = new Set(entries.map(({ minute, target }) => `${Math.floor(minute / 15)} ${target}`));
    expect(own).toHaveLength(quarters.size + deeds.length);
  });

  it('are told from those of other citizens where people search for numbers', async () => {
    for (const [phone, reference] of [
      ['+4520123456', 'A-1'],
      ['+4520123457', 'A-2'],
    ] as const)
      await rows.appointment('rh', phone, { reference });
    const reader = { name: 'key:find Find', seesNumbers: true };
    const find = (phone: string) =>
      findAppointmentsByNumber(test.deps, reader, { authorityId: 'rh', phone }, new Date(QUARTER));
    for (const phone of ['+4520123456', '+4520123457', '+4520123456']) await find(phone);
    const lines = await linesOf(chief, addressOf('rh', '&action=number.search'));
    expect(lines.map((line) => line.includes('2 gange')).sort()).toEqual([false, true]);
  });
});

describe('a decision in the audit', () => {
  it.each(['inbound.settle', 'inbound.undo'])('leads to the reply and its appointment: %s', async (action) => {
    const authority = action.replace('.', '-');
    const client = await ofNew(authority, {}, 'administrator');
    const appointment = await rows.appointment(authority, '+4520123456', { reference: 'B-7' });
    const reply = await rows.cancellation(authority, '+4520123456', appointment);
    const entry = {
      actor: 'administrator',
      action,
      authorityId: authority,
      target: reply,
      after: { action: 'ignore' },
    };
    await writeAudit(test.db, entry, test.clock.now);
    const page = await client.page(addressOf(authority));
    expect(page.link('Aftale B-7')).toBe(`/admin/find/${appointment}?authority=${authority}`);
    const replies = await client.page(page.link('Svaret') ?? '');
    expect(replies.part('article').attributes['aria-labelledby']).toBe(`svar-${reply}`);
    expect(page.link('Svaret')).toMatch(new RegExp(`#svar-${reply}$`));
  });
});

describeDatabases('look-ups at once', (open, kind) => {
  const database = useOpened(open);

  it('stand on one line', async () => {
    const entry = { ...SEEN, authorityId: null };
    const look = () => writeAudit(database.db, entry, new Date(QUARTER));
    await Promise.all(Array.from({ length: kind === 'postgres' ? 20 : 3 }, look));
    const folds = await database.db.selectFrom('audit').select('fold').distinct().execute();
    expect(folds).toHaveLength(1);
  });

  it('are hidden by nobody who writes a line into the database by hand', async () => {
    const hand = { ...SEEN, action: 'key.create', at: new Date(QUARTER), id: OTHER, fold: APPOINTMENT };
    await database.db.insertInto('audit').values(hand).execute();
    const row = database.db.selectFrom('audit').select('fold').where('id', '=', OTHER);
    expect(await row.executeTakeFirstOrThrow()).toEqual({ fold: null });
  });
});
