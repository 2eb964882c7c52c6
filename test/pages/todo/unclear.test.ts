import { describe, expect, it } from 'vitest';
import { siu } from '../../formats/hl7v2/message.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';

let token: string;
let made = 0;
const { test, administrator } = scenario({
  authorities: { rh: { notices: { booked: true, moved: true, cancelled: true } } },
  people: { administrator: { role: 'administrator' } },
  prepare: async () => {
    ({ token } = await test.makeSource('rh', 'epj'));
  },
});

async function book(reference: string, code: string): Promise<void> {
  const at = { 7: `20261124090${String(100 + ++made)}`, 10: `M-${made}` };
  const body = siu({ msh: at, sch: { 2: `${reference}^EPJ`, 25: code } }, 'S12');
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/hl7-v2' };
  const response = await test.app.request('/v1/hl7v2/epj', { method: 'POST', headers, body });
  expect(await response.text()).toContain('unknown_status');
  await test.deps.receiver.idle();
}

interface Read {
  readonly status: string;
  readonly reminders: readonly { readonly status: string; readonly heldReason: string | null }[];
}
const read = (reference: string) => test.json<Read>(200, `/v1/authorities/rh/appointments/epj/${reference}`);
const waits = async (reference: string) =>
  (await read(reference)).reminders.some(({ heldReason }) => heldReason === 'status_unclear');
const obstacles = async () => {
  const page = await administrator.text('/admin?authority=rh&language=en');
  return readPage(page).section('obstacles')?.all('li') ?? [];
};

describe('a word that holds appointments', () => {
  it('is in the to-do list once a source, with their number and a link, until the page maps it', async () => {
    await book('A-1', 'Cancelled - late');
    await book('A-2', 'CANCELLED LATE');
    await book('A-3', 'Cncl');
    const rows = (await obstacles()).filter((row) => row.text.includes('as a status'));
    expect(rows).toHaveLength(2);
    expect(rows[0]?.text).toMatch(/Source epj uses “Cancelled.*” as a status.*2 appointments wait/i);
    expect(rows[1]?.text).toMatch(/“Cncl” as a status.*1 appointment waits/);
    for (const row of rows) expect(row.links).toEqual([expect.stringContaining('/admin/rules/unmapped?authority=rh')]);
    expect(await administrator.text('/admin/rules/unmapped?authority=rh')).toContain('Cncl');

    const form = { authority: 'rh', source: 'epj', field: 'status', value: 'Cncl', to: 'cancelled' };
    const response = await administrator.post('/admin/rules/unmapped', form);
    expect(response.headers.get('location')).toContain('done=mapped');
    expect(await read('A-3')).toMatchObject({ status: 'cancelled' });
    expect(await waits('A-1')).toBe(true);
    expect((await obstacles()).filter((row) => row.text.includes('as a status'))).toHaveLength(1);
  });

  it('ends what waits for it where the page, or a PUT of the source, ignores it', async () => {
    await book('B-1', 'LWBS');
    await book('B-2', 'Declined');
    const form = { authority: 'rh', source: 'epj', field: 'status', value: 'LWBS', to: 'ignore' };
    await administrator.post('/admin/rules/unmapped', form);
    expect([await waits('B-1'), await waits('B-2')]).toEqual([false, true]);
    const settings = { name: 'epj', statusMap: { LWBS: 'ignore', DECLINED: 'ignore' } };
    await test.put('/v1/authorities/rh/sources/epj', settings);
    for (const reference of ['B-1', 'B-2'])
      expect((await read(reference)).reminders.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });
});
