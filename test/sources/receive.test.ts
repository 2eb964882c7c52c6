import { beforeAll, describe, expect, it } from 'vitest';
import type { IngestResult } from '../../src/formats/format.ts';
import { eventWith } from '../support/ingest.ts';
import { receiveReading } from '../support/receive.ts';
import { useApp } from '../support/scenario.ts';

describe('a source whose settings change while a request is on the way', () => {
  const app = useApp({ authorities: ['rh'] });
  beforeAll(async () => {
    await app.makeSource('rh', 'epj');
  });

  /** Sends an appointment, and changes the source so many times after it was authenticated. */
  const send = (reference: string, changes: number) => {
    let left = changes;
    const read = async (): Promise<IngestResult> => {
      if (left-- > 0) await app.put('/v1/authorities/rh/sources/epj', { name: `EPJ ${reference} ${left}` });
      return {
        elements: [{ kind: 'appointment', event: eventWith({ reference, start: new Date('2026-12-08T09:00:00Z') }) }],
        array: false,
      };
    };
    return receiveReading(app.deps.receiver, { sourceId: 'epj' }, read);
  };

  it('is read anew', async () => {
    expect((await send('A-1', 2)).results).toMatchObject([{ result: 'accepted', reference: 'A-1' }]);
  });

  it('that never rest is asked for the request once more, and nothing is stored', async () => {
    await expect(send('A-2', 3)).rejects.toMatchObject({ status: 503, code: 'busy', retryAfterSeconds: 1 });
    expect(await app.db.selectFrom('appointment').select('reference').execute()).toEqual([{ reference: 'A-1' }]);
  });
});

describe('every way in', () => {
  const app = useApp({ authorities: ['rh'] });
  let token: string;
  beforeAll(async () => {
    ({ token } = await app.makeSource('rh', 'epj'));
  });

  const hl7 = (id: string) =>
    [
      'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|17|P|2.5.1',
      `SCH||${id}|||||||||^^^20261201090000`,
      'PID|1||P-1',
    ].join('\r');
  const appointment = (id: string) =>
    JSON.stringify({ resourceType: 'Appointment', id, status: 'booked', start: '2026-12-01T09:00:00' });
  const json = (id: string) =>
    JSON.stringify({ type: 'appointment.booked', data: { id, start: '2026-12-01T09:00:00' } });

  it.each<[string, string, string, (id: string) => string]>([
    ['JSON', '/v1/webhooks/epj', 'application/json', json],
    ['FHIR', '/v1/fhir/epj', 'application/fhir+json', appointment],
    ['HL7 v2', '/v1/hl7v2/epj', 'application/hl7-v2', hl7],
    ['CSV', '/v1/sources/epj/imports', 'text/csv', (id) => `id;start\n${id};01-12-2026 09:00`],
  ])(
    'reads %s by settings that have just changed, though the old ones were remembered',
    async (_, path, type, body) => {
      const starts: (Date | null)[] = [];
      for (const [id, timeZone] of [
        [`${type} 1`, 'Europe/Copenhagen'],
        [`${type} 2`, 'Atlantic/Faroe'],
      ].map(([id = '', zone = '']) => [id.replaceAll(/\W/g, '-'), zone] as const)) {
        await app.put('/v1/authorities/rh/sources/epj', { name: 'EPJ', timeZone });
        const response = await app.request(path, { token, body: body(id), headers: { 'Content-Type': type } });
        expect(response.status).toBeLessThan(300);
        const stored = app.db.selectFrom('appointment').select('start_at').where('reference', '=', id);
        starts.push((await stored.executeTakeFirstOrThrow()).start_at);
      }
      expect(starts).toEqual([new Date('2026-12-01T08:00:00Z'), new Date('2026-12-01T09:00:00Z')]);
    },
  );
});
