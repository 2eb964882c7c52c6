import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

/** 1 January 1900 is what several booking systems have where no date is. */
const NULL_DATE = '1900-01-01T00:00:00Z';

const app = useApp({ authorities: { rh: { sources: ['epj'] } } });

async function send(path: string, type: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': type, Authorization: `Bearer ${app.token}` };
  const response = await app.app.request(path.replace('{source}', 'epj'), { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}
const booked = (id: string, start: string) => ({
  type: 'appointment.booked',
  data: { id, start, patient: { phone: '20123456' } },
});
const planned = async (reference: string): Promise<string[]> => {
  const { reminders } = await app.json<{ reminders: { status: string }[] }>(
    200,
    `/v1/authorities/rh/appointments/epj/${reference}`,
  );
  return reminders.map(({ status }) => status);
};

describe('a start at the null date of a booking system is taken in, and nothing is planned for it', () => {
  it('in JSON, and the other events of an array are taken like without it', async () => {
    const body = [
      booked('J-1', '2026-12-10T09:00:00Z'),
      booked('J-2', NULL_DATE),
      booked('J-3', '2026-12-10T09:00:00Z'),
    ];
    const { status, text } = await send('/v1/webhooks/{source}', 'application/json', JSON.stringify(body));
    expect([status, JSON.parse(text).results]).toMatchObject([
      207,
      [
        { result: 'accepted', reference: 'J-1', reminders: 2, alreadyHandedOver: [] },
        {
          result: 'accepted',
          reference: 'J-2',
          reminders: 0,
          alreadyHandedOver: [],
          reasons: ['in_past', 'booked_late'],
        },
        { result: 'accepted', reference: 'J-3', reminders: 2, alreadyHandedOver: [] },
      ],
    ]);
    expect(await planned('J-2')).toEqual(['expired', 'expired']);
  });

  it('in FHIR', async () => {
    const body = {
      resourceType: 'Appointment',
      id: 'F-1',
      status: 'booked',
      start: NULL_DATE,
      participant: [{ actor: { reference: 'Patient/1' } }],
    };
    const { status } = await send('/v1/fhir/{source}', 'application/fhir+json', JSON.stringify(body));
    expect([status, await planned('F-1')]).toEqual([200, ['expired', 'expired']]);
  });

  it('in HL7 v2', async () => {
    const body = 'MSH|^~\\&|A|B|C|D|20261124||SIU^S12|M-1|P|2.5\rSCH||H-1|||||||||^^^19000101000000+0000\rPID|1||P\r';
    const { status, text } = await send('/v1/hl7v2/{source}', 'application/hl7-v2', body);
    expect([status, text, await planned('H-1')]).toEqual([
      200,
      expect.stringContaining('MSA|AA|M-1'),
      ['expired', 'expired'],
    ]);
  });

  it('in CSV, tried and stored', async () => {
    const file = 'id;dato;tid;mobil\nC-1;01-01-1900;00.00;20123456\nC-2;10-12-2026;09.00;20123456\n';
    for (const query of ['?dryRun=true', '']) {
      const { status, text } = await send(`/v1/sources/{source}/imports${query}`, 'text/csv', file);
      expect([status, JSON.parse(text)]).toEqual([
        200,
        expect.objectContaining({ accepted: 2, reminders: 2, errors: [] }),
      ]);
    }
    expect(await planned('C-1')).toEqual(['expired', 'expired']);
  });
});
