import { describe, expect, it } from 'vitest';
import { listUnmapped } from '../../../src/store/unmapped.ts';
import { siu } from '../../formats/hl7v2/message.ts';
import type { DatabaseKind } from '../../support/database.ts';
import { useApp } from '../../support/scenario.ts';
import { later, MINUTE } from '../../support/sending.ts';

const PHONE = '20123456';
const OTHER = '20123457';

describe.each<DatabaseKind>(['embedded', 'postgres'])('codes that nobody has mapped (%s)', (kind) => {
  let messages = 0;
  const test = useApp({ each: true, kind, authorities: { rh: { sources: ['epj'] } } });

  /** Books or moves an appointment to a place. @param patient null: the message names none */
  async function book(reference: string, place: string, phone: string, patient: string | null = `P-${phone}`) {
    const pid = { 3: patient === null ? '' : `${patient}^^^RH^MR`, 13: `${phone}^PRN^CP` };
    const body = siu({
      ...{ msh: { 10: `m-${++messages}` }, sch: { 2: `${reference}^EPJ`, 8: '' }, pid },
      ail: { 3: `^^^^^^^^${place}` },
    });
    const headers = { 'Content-Type': 'application/hl7-v2' };
    expect((await test.request('/v1/hl7v2/epj', { token: test.token, body, headers })).status).toBe(200);
    await test.deps.receiver.idle();
  }
  const erase = (phone: string) =>
    test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: `+45${phone}` } });
  const listed = async () => (await listUnmapped(test.db, 'rh', 'epj')).map(({ value }) => value);

  it('go with the citizen whom they were seen on, also those of earlier places and of an earlier number', async () => {
    await book('A-1', 'Hos Jens Hansen', OTHER, 'P-1');
    await book('A-1', 'Hos naboen', PHONE, 'P-1');
    await book('A-1', 'Stue 1', PHONE, 'P-1');
    await book('A-2', 'Stue 2', OTHER);
    await erase(PHONE);
    expect(await listed()).toEqual(['Stue 2']);
    await book('A-1', 'Hos Jens Hansen', PHONE, 'P-1');
    expect(await listed()).toEqual(['Stue 2']);
  });

  it('go with each of few citizens whom they were seen on, within the hour and by the same process, too', async () => {
    await book('A-1', 'Birkevej 12', PHONE);
    await book('A-2', 'Birkevej 12', OTHER);
    await book('A-2', 'Stue 2', OTHER);
    await erase(OTHER);
    expect(await listed()).toEqual([]);
    test.clock.now = later(61 * MINUTE, test.clock.now);
    await book('A-3', 'Birkevej 12', PHONE);
    expect(await listed()).toEqual(['Birkevej 12']);
  });

  it('stay once they were seen on five patients, however many appointments of fewer had them before', async () => {
    for (let nth = 0; nth < 8; nth++) await book(`A-${nth}`, 'Hos Jens Hansen', PHONE, null);
    for (let nth = 0; nth < 5; nth++) await book(`B-${nth}`, 'Stue 4', `2012346${nth}`);
    await book('A-0', 'Stue 1', PHONE, null);
    await book('B-0', 'Stue 1', '20123460');
    expect(await listed()).toEqual(['Hos Jens Hansen', 'Stue 1', 'Stue 4']);
    await erase('20123460');
    expect(await listed()).toEqual(['Hos Jens Hansen', 'Stue 4']);
    await erase(PHONE);
    expect(await listed()).toEqual(['Stue 4']);
  });
});
