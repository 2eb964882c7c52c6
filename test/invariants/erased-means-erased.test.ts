import { beforeAll, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { purge } from '../../src/operations/purge.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { findCanaries, findHashes, OpenedCiphertexts, spellingsOf } from '../support/canaries.ts';
import { APPOINTMENT, FORMATS, SIU } from '../support/every-field.ts';
import { startFhirServer } from '../support/fhir-server.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useApp } from '../support/scenario.ts';

const CANARY = 'Kanariefugl';
/** The numbers of the messages of every-field.ts: of the citizen, and of a guardian. */
const NUMBERS = ['20123456', '20123457', '20123458', '20123450'];
/** Numbers that their appointment does not have any more when they are erased. */
const [CHANGED, CLEARED, WRONG] = ['20123451', '20123452', '20123453'] as const;
const ERASED = [...NUMBERS, CHANGED, CLEARED, WRONG];
/** The number that took the place of `CHANGED`: that of somebody who asks for nothing. */
const OTHERS = '20123459';
const CPR = '0101901234';
/** None of them stands in clear anywhere, erased or not, but in references, whose digits nobody can tell from others. */
const SPELLED = [...ERASED, CPR].flatMap(spellingsOf);
const DAY = 86_400_000;
/**
 * An appointment's own id stays, so that a later event about it brings no number back. Requests are answered again with
 * it for a week.
 */
const KEPT = [
  ...['appointment.reference', 'appointment.group_reference', 'appointment.replaced_by', 'idempotency_key.response'],
  // Reference of the appointment, as long as that is there.
  'event.reference',
];

/** References that hold a number: of a citizen who has it, had it, or was said to have it, and a CPR number. */
const NAMING: readonly (readonly [reference: string, number: string])[] = [
  ...[...NUMBERS, CLEARED, WRONG].map((number) => [`REF-${number}`, number] as const),
  [`ABC${CPR}`, NUMBERS[0] ?? ''],
];
/** Where they stand until then. */
const NAMED = ['appointment.group_reference', 'appointment.reference', 'appointment.replaced_by', 'event.reference'];

/** A life with everything in it: every field of every format, handed over, received, answered, refused. */
async function live(app: TestApp, gateway: ScriptedGateway): Promise<void> {
  await app.makeAuthority('rh', { maxPerNumberPerDay: 1000 });
  for (const format of FORMATS) {
    const { token } = await app.makeSource('rh', format.name, format.settings);
    const send = (path: string, body: string, headers: Record<string, string> = {}) =>
      app.request(path, { token, method: 'POST', body, headers: { 'Content-Type': format.type, ...headers } });
    for (const [nth, { body }] of format.variants(CANARY).entries()) {
      const home = body.replaceAll('"kind":"visit"', '"kind":"home"').replaceAll('"A-', '"H-');
      await send(format.address, body, { 'Idempotency-Key': `${CANARY}-${format.name}-${nth}` });
      if (home !== body) await send(format.address, home);
      await send(`/v1/sources/${format.name}/test`, body);
    }
  }
  await moves(app);
  await namesItself(app);
  await pollHalf(app);
  await namesOfFields(app);
  const token = await bookOfOneNumber(app);
  await app.deps.receiver.idle();
  app.clock.now = new Date('2026-11-30T09:00:00Z');
  const caller = new GatewayCaller(gateway, app.deps);
  const dispatcher = new Dispatcher(app.deps, caller);
  await dispatcher.drain();
  await dispatcher.stop();
  const callbacks = ERASED.flatMap((number) => [
    ...gateway.sent
      .filter(({ to }) => to === `+45${number}`)
      .slice(0, 5)
      .map(({ reference }) => gateway.receipt(reference, 'delivered')),
    gateway.inbound(`+45${number}`, `+45${number}`, `${CANARY} spørger, cpr ${spellingsOf(CPR).join(', ')}`),
    gateway.inbound(`+45${number}`, '1204', `Ring til ${spellingsOf(number).join(' eller ')}`),
    gateway.inbound(`+45${number}`, CANARY, 'STOP'),
  ]);
  for (const { path, query } of callbacks) await app.request(`${path}?${new URLSearchParams(query)}`, { token: null });
  // Whom these are about nobody can read.
  for (const what of ['inbound?text', 'receipts?reference=018f0000-0000-7000-8000-000000000000&msisdn'])
    await app.request(`/v1/callbacks/scripted/${what}=4520123456 ${CANARY}&token=test-token`, { token: null });
  await app.deps.receipts.idle();
  await sendAnswers(app.deps, caller);
  await sweep(app.deps, app.deps.receipts as never, app.clock.now);
  await takeNumbersAway(app, token);
  expect(await numberRecordedEvents(app.deps, app.clock.now)).toBeGreaterThan(100);
  await app.json(200, '/v1/authorities/rh/pause', { body: { reason: 'Strømafbrydelse' } });
  for (const number of ERASED) {
    const phone = `+45${number}`;
    const optOut = { phone, reason: `${CANARY} ringede` };
    const { id } = await app
      .json<{ id: string }>(201, '/v1/authorities/rh/opt-outs', { body: optOut })
      .catch(() => app.json<{ id: string }>(200, '/v1/authorities/rh/opt-outs', { body: optOut }));
    await app.json(204, `/v1/authorities/rh/opt-outs/${id}`, { method: 'DELETE', body: { reason: CANARY } });
    await app.json(201, '/v1/authorities/rh/opt-outs', { body: optOut });
  }
}

/** Appointments, a series and a move whose ids are numbers. */
async function namesItself(app: TestApp): Promise<void> {
  const { token } = await app.makeSource('rh', 'referring');
  for (const [nth, [id, phone]] of NAMING.entries()) {
    const body = { type: 'appointment.booked', data: { id, start: '2026-12-01T09:00:00+01:00', patient: { phone } } };
    const headers = { 'Idempotency-Key': `named-${nth}` };
    await app.json(202, '/v1/webhooks/referring', { token, body, headers });
  }
  const [first = '', second = '', third = ''] = NUMBERS;
  for (const occurrence of ['1', '2']) {
    const sch = `SCH|P-S${occurrence}^ORD|SER-${first}^EPJ|${occurrence}|`;
    const body = SIU.join('\r').replace('SCH|P-A-0^ORD|A-0^EPJ||', sch).replace('|A-0|P', `|S-${occurrence}|P`);
    const headers = { 'Content-Type': 'application/hl7-v2' };
    expect((await app.request('/v1/hl7v2/referring', { token, body, headers })).status).toBe(200);
  }
  await move(app, token, `REF-${second}`, `NEW-${third}`, second);
}

/** An appointment that gets another id. */
const move = (app: TestApp, token: string, replaces: string, id: string, phone: string) =>
  app.json(202, '/v1/webhooks/referring', {
    token,
    body: {
      type: 'appointment.rescheduled',
      data: { id, replaces, start: '2026-12-01T10:00:00+01:00', patient: { phone } },
    },
  });

const post = (app: TestApp, token: string, id: string, data: object) =>
  app.json(202, '/v1/webhooks/numbers', { token, body: { type: 'appointment.updated', data: { id, ...data } } });
const HOME = { kind: 'home', location: { text: `${CANARY}vej 12` }, department: `Hos ${CANARY}` };
const HOSPITAL = { location: { code: '4711', text: 'Opgang 7' }, department: 'Klinik 7' };
const ONES: readonly (readonly [number: string, data: object])[] = [
  [CHANGED, HOSPITAL],
  [CLEARED, HOME],
  [WRONG, HOSPITAL],
];

/** An appointment for each number that will lose it, at a source whose codes nobody has mapped. */
async function bookOfOneNumber(app: TestApp): Promise<string> {
  const { token } = await app.makeSource('rh', 'numbers', { placeText: 'mapped' });
  for (const [number, data] of ONES) {
    const patient = { phone: number, ...(number === CLEARED && { id: 'P-1' }) };
    const body = {
      type: 'appointment.booked',
      data: {
        id: `N-${number.slice(-1)}`,
        start: '2026-12-01T09:00:00+01:00',
        patient,
        contactPhone: `0045 ${number}`,
        ...data,
      },
    };
    await app.json(202, '/v1/webhooks/numbers', { token, body });
  }
  return token;
}

/** The booking system changes one number and clears another; staff settle that a third is somebody else's. */
async function takeNumbersAway(app: TestApp, token: string): Promise<void> {
  await post(app, token, 'N-1', { patient: { phone: OTHERS } });
  await post(app, token, 'N-2', { patient: { phone: null } });
  const wrong = app.deps.keyring.phoneHash(`+45${WRONG}`);
  const { id } = await app.db
    .selectFrom('inbound_message')
    .select('id')
    .where('phone_hash', '=', wrong)
    .limit(1)
    .executeTakeFirstOrThrow();
  await app.json(200, `/v1/authorities/rh/inbound/${id}/settle`, { body: { action: 'wrong_number' } });
  await app.deps.receiver.idle();
}

/** An appointment at one place after another, and of a group in which a patient has a number for an id. */
async function moves(app: TestApp): Promise<void> {
  const { token } = await app.makeSource('rh', 'moving');
  for (const [nth, place] of [`${CANARY}vej 12`, `Hos ${CANARY}`, 'Stue 4'].entries()) {
    const body = SIU.join('\r')
      .replace('S12', nth === 0 ? 'S12' : 'S14')
      .replace('|A-0|P', `|m-${nth}|P`);
    const headers = { 'Content-Type': 'application/hl7-v2' };
    const sent = body
      .replace('AMB4^Stue 4^^RH^^^^^Opgang 4', `^^^^^^^^${place}`)
      .replace('PV1|1|O|AMB9^x^x', 'PV1|1|O');
    expect((await app.request('/v1/hl7v2/moving', { token, body: sent, headers })).status).toBe(200);
  }
  const contained = NUMBERS.map((id) => {
    const telecom = [{ system: 'phone', value: id, use: 'mobile' }];
    return { resourceType: 'Patient', id: `4${id.replace('20', '520')}`, telecom };
  });
  const group = {
    ...APPOINTMENT,
    id: 'group',
    contained,
    participant: contained.map(({ id }) => ({ actor: { reference: `#${id}` } })),
  };
  const headers = { 'Content-Type': 'application/fhir+json' };
  expect((await app.request('/v1/fhir/moving', { token, body: group, headers })).status).toBe(200);
  // Patients who are kept until an appointment comes.
  for (const [nth, value] of ERASED.entries()) {
    const body = { resourceType: 'Patient', id: `kept-${nth}`, telecom: [{ system: 'phone', value }] };
    expect((await app.request('/v1/fhir/moving', { token, body, headers })).status).toBe(200);
  }
}

/** Fields that are named after the citizen: in what is refused, and in what is taken in with a warning. */
async function namesOfFields(app: TestApp): Promise<void> {
  const { token } = await app.makeSource('rh', 'naming');
  for (const [nth, name] of [CANARY, ...NUMBERS, CPR].entries()) {
    const data = { id: `F-${nth}`, start: '2026-12-01T09:00:00+01:00' };
    const events = [{ mobil: '+45 30 00 00 00' }, { [name]: { cpr: 'x' } }].map((named) => ({
      type: 'appointment.booked',
      data: { ...data, [name]: named },
    }));
    const headers = { 'Idempotency-Key': `named ${name}` };
    expect((await app.request('/v1/webhooks/naming', { token, body: events, headers })).status).toBe(207);
  }
}

/** A poll of a FHIR server that stops before a page whose address names the citizen. */
async function pollHalf(app: TestApp): Promise<void> {
  const server = await startFhirServer();
  const { token } = await app.makeSource('rh', 'polled', { fhirBaseUrl: `${server.url}/fhir/` });
  const next = `${server.url}/fhir/next?patient=${CANARY}&phone=${NUMBERS[0]}`;
  const link = [{ relation: 'next', url: next }];
  server.answers.set('/fhir/Appointment', { resourceType: 'Bundle', type: 'searchset', link });
  server.answers.set('/fhir/next', (_, response) => void response.writeHead(500).end());
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  expect((await app.request('/v1/fhir/polled', { token, method: 'POST', body: '', headers })).status).toBe(503);
  await server.close();
}

describe('a citizen with every field filled in every format', () => {
  const app = useApp({ deps: () => ({ gateways: [gateway] }) });
  let sealed: OpenedCiphertexts;
  const gateway = new ScriptedGateway();
  const found = async () => (await findCanaries(app.db, [CANARY])).filter((at) => !KEPT.includes(at));
  const opened = () => sealed.find(app.db, [CANARY, ...SPELLED]);
  const hashes = () => ERASED.map((number) => app.deps.keyring.phoneHash(`+45${number}`));
  beforeAll(async () => {
    sealed = new OpenedCiphertexts(app.deps.keyring.cipher);
    await live(app, gateway);
  });

  it('stands in no column any more, in no writing, once erased: neither in clear nor encrypted, nor as a hash', async () => {
    expect(gateway.sent.length).toBeGreaterThan(100);
    expect(await findCanaries(app.db, SPELLED)).toEqual(NAMED);
    expect(await found()).toEqual(
      expect.arrayContaining(['appointment.location_text', 'appointment.department', 'opt_out.reason']),
    );
    const ciphertexts = [
      ...['appointment.place', 'callback.raw', 'inbound_message.text', 'message.text', 'opt_out.phone'],
      'fhir_feed.next_page',
    ];
    expect(await opened()).toEqual(expect.arrayContaining(ciphertexts.map((column) => `${column}_ciphertext`)));
    expect(await findHashes(app.db, hashes())).toEqual(
      expect.arrayContaining(['callback.phone_hash', 'department.patients', 'unmapped_value.patients']),
    );
    const result = await findHashes(app.db, [app.deps.keyring.phoneHash(`+45${WRONG}`)]);
    expect(result).toContain('appointment.wrong_phone_hash');
    for (const number of ERASED)
      await app.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: `+45${number}` } });
    expect([await found(), await findCanaries(app.db, SPELLED)]).toEqual([[], []]);
    // Nobody can read whom it is about; a refusal stays known by the hash of its number.
    expect([await opened(), await findHashes(app.db, hashes())]).toEqual([
      ['callback.raw_ciphertext'],
      ['opt_out.phone_hash'],
    ]);
    await purge(app.deps, { auditRetentionDays: 730 }, new Date(app.clock.now.getTime() + 14 * DAY + 1));
    expect(await opened()).toEqual([]);
  });

  it('what became, or may be, somebody else’s, and what the number was wrong for, stays theirs', async () => {
    const rows = await app.db
      .selectFrom('appointment')
      .select(['reference', 'phone_hash', 'location_text', 'department', 'erased_at'])
      .where('source_id', '=', 'numbers')
      .orderBy('reference')
      .execute();
    const kept = { location_text: 'Opgang 7', department: 'Klinik 7', erased_at: null };
    expect(rows).toMatchObject([
      { reference: 'N-1', phone_hash: app.deps.keyring.phoneHash(`+45${OTHERS}`), ...kept },
      { reference: 'N-2', phone_hash: null, location_text: null, department: null, erased_at: null },
      { reference: 'N-3', phone_hash: null, ...kept },
    ]);
  });

  it('nor does a later event bring anything back', async () => {
    const { token } = await app.json<{ token: string }>(201, '/v1/authorities/rh/sources/numbers/secrets', {
      method: 'POST',
    });
    for (const [nth, number] of [CLEARED, WRONG].entries())
      await post(app, token, `N-${nth + 2}`, { patient: { phone: number }, location: { text: 'Opgang 8' } });
    const referring = await app.json<{ token: string }>(201, '/v1/authorities/rh/sources/referring/secrets', {
      method: 'POST',
    });
    for (const [reference, phone] of NAMING) {
      const data = { id: reference, start: '2026-12-02T09:00:00+01:00', patient: { phone } };
      const body = { type: 'appointment.updated', data };
      const given = await app.json(202, '/v1/webhooks/referring', { token: referring.token, body });
      expect(JSON.stringify(given)).not.toContain(reference);
    }
    await move(app, referring.token, `REF-${NUMBERS[2]}`, `AGAIN-${NUMBERS[3]}`, NUMBERS[2] ?? '');
    for (const format of FORMATS) {
      const { token } = await app.json<{ token: string }>(201, `/v1/authorities/rh/sources/${format.name}/secrets`, {
        method: 'POST',
      });
      for (const { body } of format.variants(CANARY)) {
        const newer = body.replaceAll('"version":3', '"version":4').replaceAll('"versionId":"3"', '"versionId":"4"');
        await app.request(format.address, {
          token,
          method: 'POST',
          body: newer.replaceAll('2026-11-24T', '2026-11-25T'),
          headers: { 'Content-Type': format.type },
        });
      }
    }
    expect([await found(), await findCanaries(app.db, SPELLED), await opened()]).toEqual([[], [], []]);
  });
});

it('nor does a citizen whose retention has passed', async () => {
  const gateway = new ScriptedGateway();
  const app = await openTestApp('embedded', { gateways: [gateway] });
  const sealed = new OpenedCiphertexts(app.deps.keyring.cipher);
  await live(app, gateway);
  await purge(app.deps, { auditRetentionDays: 730 }, new Date('2027-06-01T00:00:00Z'));
  const left = await findCanaries(app.db, [CANARY, ...SPELLED]);
  // A refusal in force keeps its reason and its number, for the staff who may lift it.
  expect(left.filter((at) => at !== 'opt_out.reason' && !KEPT.includes(at))).toEqual([]);
  expect(left).not.toContain('event.reference');
  expect(await sealed.find(app.db, [CANARY, ...SPELLED])).toEqual(['opt_out.phone_ciphertext']);
  const hashes = ERASED.map((number) => app.deps.keyring.phoneHash(`+45${number}`));
  expect(await findHashes(app.db, hashes)).toEqual(['opt_out.phone_hash']);
  await app.close();
});
