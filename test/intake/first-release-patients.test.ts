import { describe, expect, it } from 'vitest';
import { readHl7v2 } from '../../src/formats/hl7v2/read.ts';
import { adt, parse, segment, siu } from '../formats/hl7v2/message.ts';
import { receiveReading } from '../support/receive.ts';
import { useApp } from '../support/scenario.ts';
import { finished } from '../support/steps.ts';
import { insert, update } from '../support/stored-rows.ts';

const NEW_PHONE = '+4520123457';

describe.each(['embedded', 'postgres'] as const)('patients that the first release stored (%s)', (kind) => {
  let sources = 0;
  let messages = 0;
  const test = useApp({ kind, authorities: ['rh'] });

  async function send(source: string, text: string): Promise<void> {
    // A second message with the same control id would be a repetition.
    const body = Buffer.from(text.replace('|C-1|', `|C-${++messages}|`));
    const { results } = await receiveReading(test.deps.receiver, { sourceId: source, body }, (context) =>
      finished(readHl7v2(parse(body), context)),
    );
    expect(results).toMatchObject([{ result: 'accepted' }]);
  }
  const stored = (source: string) =>
    test.db.selectFrom('appointment').selectAll().where('source_id', '=', source).executeTakeFirstOrThrow();

  /** A booking whose patient has the key that the first release made of an id with its issuer. */
  async function bookedBefore(id: string): Promise<string> {
    const source = `epj-${++sources}`;
    await test.makeSource('rh', source);
    await send(source, siu({ pid: { 3: id } }));
    const patient_key = test.deps.keyring.patientKey(source, id.replace(/\^NNDNK$/, ''), { asGiven: true });
    await update(test.db, 'appointment', { source_id: source }, { patient_key });
    return source;
  }

  describe.each(['150385-1234^^^CPR^NNDNK', '1503851234^^^CPR^NNDNK', '150385-1234'])('as %s', (id) => {
    it('get the number that an A31 brings', async () => {
      const source = await bookedBefore(id);
      await send(source, adt('A31', segment('PID', { 3: id, 13: NEW_PHONE })));
      expect((await stored(source)).phone_hash).toEqual(test.deps.keyring.phoneHash(NEW_PHONE));
    });

    it('are remembered as dead when an A31 says so', async () => {
      const source = await bookedBefore(id);
      await send(source, adt('A31', segment('PID', { 3: id, 30: 'Y' })));
      expect(await stored(source)).toMatchObject({ deceased: true });
    });

    it('keep their number when an appointment moves and the message has none', async () => {
      const source = await bookedBefore(id);
      const moved = { 11: '^^^202612020900^202612020930' };
      await send(source, siu({ sch: moved, pid: { 3: id, 13: '' } }, 'S13'));
      const { phone_hash, start_at } = await stored(source);
      expect(phone_hash).toEqual(test.deps.keyring.phoneHash('+4520123456'));
      expect(start_at?.toISOString()).toBe('2026-12-02T08:00:00.000Z');
    });
  });

  const CPR = '150385-1234';
  const START = '2026-12-01T09:00:00+01:00';
  const MOVED = '2026-12-02T09:00:00+01:00';

  /** Messages of each format about an appointment of the patient: with a number, moved without one, and of another one. */
  interface Spoken {
    readonly path: string;
    readonly type: string;
    readonly body: (id: string, start: string, phone?: string) => string;
  }
  const json: Spoken = {
    path: 'webhooks',
    type: 'application/json',
    body: (id, start, phone) =>
      JSON.stringify({
        type: 'appointment.booked',
        data: { id, start, patient: { id: CPR, ...(phone && { phone }) } },
      }),
  };
  const fhir: Spoken = {
    path: 'fhir',
    type: 'application/fhir+json',
    body: (id, start, phone) =>
      JSON.stringify({
        ...{ resourceType: 'Bundle', type: 'collection' },
        entry: [
          {
            resource: {
              ...{ resourceType: 'Appointment', id, status: 'booked', start },
              participant: [{ actor: { reference: `Patient/${CPR}` }, status: 'accepted' }],
            },
          },
          ...(phone
            ? [{ resource: { resourceType: 'Patient', id: CPR, telecom: [{ system: 'phone', value: phone }] } }]
            : []),
        ],
      }),
  };
  describe.each([
    ['JSON', json],
    ['FHIR', fhir],
  ] as const)(`as ${CPR}, by %s`, (_name, { path, type, body }) => {
    const open = async () => {
      const source = `epj-${++sources}`;
      const { token } = await test.makeSource('rh', source);
      const say = async (text: string) => {
        const response = await test.request(`/v1/${path}/${source}`, {
          token,
          body: text,
          headers: { 'Content-Type': type },
        });
        expect([response.status, await response.text()]).toEqual([expect.toBeOneOf([200, 202]), expect.any(String)]);
      };
      const former = test.deps.keyring.patientKey(source, CPR, { asGiven: true });
      return { source, say, former };
    };

    it('keep their number when an appointment moves and the event has none', async () => {
      const { source, say, former } = await open();
      await say(body('A-1', START, '20123456'));
      await update(test.db, 'appointment', { source_id: source }, { patient_key: former });
      await say(body('A-1', MOVED));
      const { phone_hash, start_at, patient_key } = await stored(source);
      expect(start_at?.toISOString()).toBe('2026-12-02T08:00:00.000Z');
      expect(phone_hash).toEqual(test.deps.keyring.phoneHash('+4520123456'));
      expect(patient_key).toEqual(test.deps.keyring.patientKey(source, CPR));
    });
  });

  it('get the number that a FHIR Patient brings', async () => {
    const source = `epj-${++sources}`;
    const { token } = await test.makeSource('rh', source);
    const former = test.deps.keyring.patientKey(source, CPR, { asGiven: true });
    const headers = { 'Content-Type': fhir.type };
    await test.request(`/v1/fhir/${source}`, { token, body: fhir.body('A-1', START, '20123456'), headers });
    await update(test.db, 'appointment', { source_id: source }, { patient_key: former });
    const patient = { resourceType: 'Patient', id: CPR, telecom: [{ system: 'phone', value: NEW_PHONE }] };
    await test.request(`/v1/fhir/${source}/Patient/${CPR}`, {
      ...{ method: 'PUT', token, body: JSON.stringify(patient), headers },
    });
    expect((await stored(source)).phone_hash).toEqual(test.deps.keyring.phoneHash(NEW_PHONE));
  });

  it.each([
    ['HL7 v2', 'hl7v2', 'application/hl7-v2', siu({ pid: { 3: CPR } })],
    ['FHIR', 'fhir', fhir.type, fhir.body('A-1', START, '20123456')],
  ])('are known to be dead when a new appointment comes: %s', async (_name, path, type, body) => {
    const source = `epj-${++sources}`;
    const { token } = await test.makeSource('rh', source);
    const patient_key = test.deps.keyring.patientKey(source, CPR, { asGiven: true });
    const row = { id: crypto.randomUUID(), authority_id: 'rh', source_id: source };
    await insert(test.db, 'known_patient', { ...row, patient_key, deceased: true, updated_at: test.clock.now });
    await test.request(`/v1/${path}/${source}`, { token, body, headers: { 'Content-Type': type } });
    expect(await stored(source)).toMatchObject({ deceased: true });
  });
});
