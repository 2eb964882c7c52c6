import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { purge } from '../../../src/operations/purge.ts';
import type { TestApp } from '../../support/app.ts';
import {
  appointmentOf,
  bundle,
  type FhirClient,
  fhirClient,
  type Outcome,
  openFhirSource,
  patient,
  type ResponseBundle,
  statesOf,
} from '../../support/fhir.ts';

let test: TestApp;
let fhir: FhirClient;
openFhirSource((opened) => {
  ({ test, fhir } = opened);
});

const OLD = '20123456';
const NEW = '20123457';
const codesOf = ({ issue }: Outcome) => issue.map(({ details }) => details.coding[0].code);
const textOf = (outcome: Outcome | undefined) =>
  (outcome?.issue ?? []).map(({ details, diagnostics }) => `${details.text} ${diagnostics ?? ''}`).join('\n');
const put = (resource: { resourceType: string; id?: unknown }) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${String(resource.id)}` },
});
const outcomesOf = ({ entry = [] }: ResponseBundle) => entry.map(({ response }) => response.outcome);

/** Books two appointments of a patient with the old number. */
async function bookTwo(id: string, client = fhir): Promise<void> {
  for (const nth of [1, 2]) await client.put(200, `/Appointment/${id}-${nth}`, appointmentOf(`${id}-${nth}`, id));
  await client.put(200, `/Patient/${id}`, patient(id, OLD));
}
const phonesOf = async (...references: string[]) =>
  Promise.all(references.map(async (reference) => (await fhir.stored(reference))?.phone));

describe('a patient in a Bundle beside an appointment', () => {
  it.each(['transaction', 'batch', 'history'])(
    'that has a request of its own reaches all appointments of the patient, and the outcome says which: %s',
    async (type) => {
      const id = `own-${type}`;
      await bookTwo(id);
      const third = put(appointmentOf(`${id}-3`, id));
      const answer = await fhir.post<ResponseBundle>(200, bundle(type, [third, put(patient(id, NEW))]));
      expect(await phonesOf(`${id}-1`, `${id}-2`, `${id}-3`)).toEqual(Array(3).fill(`+45${NEW}`));
      const [ofAppointment, ofPatient] = outcomesOf(answer);
      expect([ofAppointment, ofPatient].map((each) => each && codesOf(each))).toEqual([['accepted'], ['accepted']]);
      expect(textOf(ofPatient)).toContain(`Appointments ${id}-1, ${id}-2.`);
    },
  );

  it('with a POST of its own does the same, and a single PUT says which appointments it reached', async () => {
    await bookTwo('posted');
    const entry = { resource: patient('posted', NEW), request: { method: 'POST', url: 'Patient' } };
    const [, posted] = outcomesOf(
      await fhir.post<ResponseBundle>(200, bundle('transaction', [put(appointmentOf('posted-1', 'posted')), entry])),
    );
    expect(textOf(posted)).toContain('Appointment posted-2.');
    expect(await phonesOf('posted-1', 'posted-2')).toEqual(Array(2).fill(`+45${NEW}`));
    const again = await fhir.put(200, '/Patient/posted', patient('posted', OLD));
    expect(textOf(again)).toContain('Appointments posted-1, posted-2.');
  });

  it('without a request of its own is read with that appointment alone', async () => {
    await bookTwo('included');
    const included = { resource: patient('included', NEW), search: { mode: 'include' } };
    const match = { resource: appointmentOf('included-1', 'included') };
    const answer = await fhir.post<ResponseBundle>(200, bundle('searchset', [match, included]));
    expect(await phonesOf('included-1', 'included-2')).toEqual([`+45${NEW}`, `+45${OLD}`]);
    expect(outcomesOf(answer).map(codesOf)).toEqual([['accepted'], ['ignored']]);
  });

  it('that is only asked for or deleted changes no other appointment', async () => {
    await bookTwo('asked');
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const entry = { resource: patient('asked', NEW), request: { method, url: 'Patient/asked' } };
      await fhir.post(200, bundle('batch', [put(appointmentOf('asked-1', 'asked')), entry]));
    }
    expect(await phonesOf('asked-2')).toEqual([`+45${OLD}`]);
  });

  it('says that nothing has changed where it brings nothing new', async () => {
    await bookTwo('same');
    const answer = await fhir.post<ResponseBundle>(
      200,
      bundle('transaction', [put(appointmentOf('same-1', 'same')), put(patient('same', OLD))]),
    );
    expect(outcomesOf(answer).map(codesOf)).toEqual([['accepted'], ['duplicate']]);
  });
});

/** The client of a source of its own. */
async function sourceWith(settings: Record<string, unknown> = {}, authority = 'rh') {
  const id = `own-${++made}`;
  const { token } = await test.makeSource(authority, id, settings);
  return { id, client: fhirClient(test, token, id, authority) };
}
let made = 0;

/** Books an appointment of a patient that comes without a number. @returns its number, and what became of its reminders */
async function book(client: FhirClient, reference: string, patientId: string, more: object = {}) {
  const outcome = await client.put(200, `/Appointment/${reference}`, appointmentOf(reference, patientId, more));
  const stored = await client.stored(reference);
  return { phone: stored?.phone ?? null, states: [...new Set(statesOf(stored))], outcome };
}

async function later(ms: number, work: () => Promise<void>): Promise<void> {
  const { now } = test.clock;
  test.clock.now = new Date(now.getTime() + ms);
  await work();
  test.clock.now = now;
}

const HOUR = 3_600_000;

describe('an appointment that comes without a number', () => {
  it('gets the one that its Patient brought before, with the language', async () => {
    const { client } = await sourceWith();
    const spoken = { communication: [{ language: { coding: [{ code: 'en' }] } }] };
    const kept = await client.put(200, '/Patient/first', patient('first', OLD, spoken));
    expect(codesOf(kept)).toEqual(['accepted']);
    expect(textOf(kept)).toContain('Kept until an appointment refers to this patient, for PT24H at most.');
    expect(await book(client, 'A-1', 'first')).toMatchObject({ phone: `+45${OLD}`, states: ['planned'] });
    expect(await client.stored('A-1')).toMatchObject({ language: 'en' });
    const { rows } = await sql<{ kept: boolean }>`
      select bool_or(phone_hash is not null or phone_ciphertext is not null or kept_at is not null) as kept
      from known_patient where source_id = ${`own-${made}`}`.execute(test.db);
    expect(rows).toEqual([{ kept: false }]);
  });

  it('gets that of the patient’s other appointments ahead in the same source', async () => {
    const { client } = await sourceWith({ keepPatients: 'PT0S' });
    await client.put(200, '/Appointment/B-1', appointmentOf('B-1', 'other'));
    await client.put(200, '/Patient/other', patient('other', OLD));
    expect(await book(client, 'B-2', 'other')).toMatchObject({ phone: `+45${OLD}`, states: ['planned'] });
    expect(await book(client, 'B-3', 'stranger')).toMatchObject({ phone: null, states: ['suppressed: no_phone'] });
  });

  it('gets none of other appointments that are over, called off, or only a test', async () => {
    const { client } = await sourceWith();
    const with_ = (id: string, more: object) => ({
      ...appointmentOf(id, id, more),
      contained: undefined,
    });
    const send = (id: string, more: object) =>
      client.post(200, bundle('collection', [{ resource: with_(id, more) }, { resource: patient(id, OLD) }]));
    await send('cancelled', { status: 'cancelled' });
    await send('over', { start: '2026-11-01T09:00:00Z' });
    await send('test', { meta: { security: [{ code: 'HTEST' }] } });
    await send('ahead', {});
    const phones = await Promise.all(
      ['cancelled', 'over', 'test', 'ahead'].map(async (id) => (await book(client, `next-${id}`, id)).phone),
    );
    expect(phones).toEqual([null, null, null, `+45${OLD}`]);
  });

  it('gets none where the patient’s other appointments have different ones', async () => {
    const { client } = await sourceWith();
    for (const [nth, phone] of [OLD, NEW].entries()) {
      const entries = [{ resource: appointmentOf(`D-${nth}`, 'two') }, { resource: patient('two', phone) }];
      await client.post(200, bundle('collection', entries));
    }
    expect(await book(client, 'D-3', 'two')).toMatchObject({ phone: null });
  });

  it('is told both ways in which a number may come', async () => {
    const { client } = await sourceWith();
    const { outcome } = await book(client, 'N-1', 'nobody');
    expect(textOf(outcome)).toContain('Not planned because of: no_phone.');
    const text = textOf(outcome);
    expect(text).toMatch(/with the appointment .*contained.* or by itself .*PUT Patient\/\{id\}.*keepPatients/);
  });

  it('gets no number of a patient of another source, or of another authority', async () => {
    const [one, two] = [await sourceWith(), await sourceWith()];
    await test.makeAuthority('other');
    const third = await sourceWith({}, 'other');
    await one.client.put(200, '/Patient/same', patient('same', OLD));
    await one.client.put(200, '/Appointment/S-1', appointmentOf('S-1', 'same'));
    await one.client.put(200, '/Patient/kept', patient('kept', OLD));
    for (const { client } of [two, third])
      for (const id of ['same', 'kept']) expect(await book(client, `S-${id}`, id)).toMatchObject({ phone: null });
  });

  it('takes the number also where an earlier version of it had none, and keeps its own otherwise', async () => {
    const { client } = await sourceWith();
    expect(await book(client, 'V-1', 'v')).toMatchObject({ phone: null });
    const entries = [{ resource: appointmentOf('V-2', 'v') }, { resource: patient('v', OLD) }];
    await client.post(200, bundle('collection', entries));
    const moved = { start: '2026-12-09T09:00:00+01:00' };
    const states = expect.arrayContaining(['planned']);
    expect(await book(client, 'V-1', 'v', moved)).toMatchObject({ phone: `+45${OLD}`, states });
    const other = [{ resource: appointmentOf('V-2', 'v') }, { resource: patient('v', NEW) }];
    await client.post(200, bundle('collection', other));
    const found = await book(client, 'V-1', 'v', { start: '2026-12-10T09:00:00+01:00' });
    expect(found).toMatchObject({ phone: `+45${OLD}` });
  });

  it('gets none that its Patient has withdrawn, or that absentPhone removes', async () => {
    const { client } = await sourceWith();
    await client.put(200, '/Patient/w', patient('w', OLD));
    await client.put(200, '/Patient/w', patient('w', null, { telecom: [{ system: 'phone', value: OLD, use: 'old' }] }));
    expect(await book(client, 'W-1', 'w')).toMatchObject({ phone: null });
    const clearing = await sourceWith({ absentPhone: 'clear' });
    await clearing.client.put(200, '/Patient/w', patient('w', OLD));
    expect(await book(clearing.client, 'W-1', 'w')).toMatchObject({ phone: null });
  });

  it('is a duplicate when it comes again, whatever number it was given', async () => {
    const { client } = await sourceWith();
    await client.put(200, '/Patient/r', patient('r', OLD));
    await book(client, 'R-1', 'r');
    expect(codesOf((await book(client, 'R-1', 'r')).outcome)).toEqual(['duplicate']);
  });

  it('of several patients gets each one’s own', async () => {
    const { client } = await sourceWith();
    await client.put(200, '/Patient/g1', patient('g1', OLD));
    await client.put(200, '/Patient/g2', patient('g2', NEW));
    const participant = ['g1', 'g2', 'g3'].map((id) => ({ actor: { reference: `Patient/${id}` } }));
    await client.post(200, appointmentOf('G', 'g1', { participant }));
    const phones = await Promise.all(['g1', 'g2', 'g3'].map(async (id) => (await client.stored(`G~${id}`))?.phone));
    expect(phones).toEqual([`+45${OLD}`, `+45${NEW}`, null]);
  });
});

describe('what is kept of a Patient', () => {
  it.each([
    ['PT24H by default', {}, 24],
    ['as long as keepPatients says', { keepPatients: 'PT2H' }, 2],
    ['up to seven days', { keepPatients: 'P7D' }, 168],
  ])('is used %s, and not after it', async (_name, settings, hours) => {
    const { client } = await sourceWith(settings);
    await client.put(200, '/Patient/a', patient('a', OLD));
    await client.put(200, '/Patient/b', patient('b', OLD));
    await later(hours * HOUR - 1, async () => {
      expect(await book(client, 'K-1', 'a')).toMatchObject({ phone: `+45${OLD}` });
    });
    await later(hours * HOUR, async () => {
      expect(await book(client, 'K-2', 'b')).toMatchObject({ phone: null });
    });
  });

  it('is nothing with PT0S', async () => {
    const { client, id } = await sourceWith({ keepPatients: 'PT0S' });
    expect(codesOf(await client.put(200, '/Patient/z', patient('z', OLD)))).toEqual(['ignored']);
    expect(await test.db.selectFrom('known_patient').selectAll().where('source_id', '=', id).execute()).toEqual([]);
    expect(await book(client, 'Z-1', 'z')).toMatchObject({ phone: null });
  });

  it('is what it said last: a newer version counts, an older one does not', async () => {
    const { client } = await sourceWith();
    const version = (versionId: string, phone: string) =>
      client.put(200, '/Patient/n', patient('n', phone, { meta: { versionId } }));
    await version('2', NEW);
    await version('1', OLD);
    expect(await book(client, 'M-1', 'n')).toMatchObject({ phone: `+45${NEW}` });
  });

  it('comes again with a repeat of the same Patient, when its time has passed', async () => {
    const { client } = await sourceWith({ keepPatients: 'PT1H' });
    const said = patient('again', OLD, { meta: { versionId: '1' } });
    await client.put(200, '/Patient/again', said);
    await later(2 * HOUR, async () => {
      await client.put(200, '/Patient/again', said);
      expect(await book(client, 'T-1', 'again')).toMatchObject({ phone: `+45${OLD}` });
    });
  });

  it('goes on under the record that replaced it', async () => {
    const { client } = await sourceWith();
    await client.put(200, '/Patient/old', patient('old', OLD));
    const link = [{ other: { reference: 'Patient/new' }, type: 'replaced-by' }];
    await client.put(200, '/Patient/old', patient('old', OLD, { link, active: false }));
    expect(await book(client, 'L-1', 'new')).toMatchObject({ phone: `+45${OLD}` });
    expect(await book(client, 'L-2', 'old')).toMatchObject({ phone: null });
  });

  it('keeps an SMS from a patient who has died', async () => {
    const { client } = await sourceWith();
    await client.put(200, '/Patient/dead', patient('dead', OLD, { deceasedBoolean: true }));
    expect((await book(client, 'X-1', 'dead')).states).not.toContain('planned');
  });

  it('keeps the text of a place, which may be an address, out of the SMS of a protected patient', async () => {
    const { client } = await sourceWith({ placeText: 'as_sent' });
    const protectedOne = { meta: { security: [{ code: 'R' }] } };
    const place = { actor: { display: 'Hjemme i stuen', type: 'Location', reference: 'Location/1' } };
    const at = (id: string) => ({ participant: [{ actor: { reference: `Patient/${id}` } }, place] });
    await client.put(200, '/Patient/safe', patient('safe', OLD, protectedOne));
    // The first one ends what is kept of the number; the protection stays as long as there are appointments.
    for (const reference of ['P-1', 'P-2']) {
      expect(await book(client, reference, 'safe', at('safe'))).toMatchObject({ phone: `+45${OLD}` });
      expect(await client.stored(reference)).toMatchObject({ location: null });
    }
    const told = bundle('collection', [
      { resource: appointmentOf('Q-1', 'told', at('told')) },
      { resource: patient('told', OLD, protectedOne) },
    ]);
    await client.post(200, told);
    expect(await book(client, 'Q-2', 'told', at('told'))).toMatchObject({ phone: `+45${OLD}` });
    expect(await client.stored('Q-2')).toMatchObject({ location: null });
    await client.put(200, '/Patient/told', patient('told', OLD));
    await book(client, 'Q-3', 'told', at('told'));
    expect(await client.stored('Q-3')).toMatchObject({ location: { text: 'Hjemme i stuen' } });
  });

  it('is found and erased by its number, and nothing gives it back', async () => {
    const { client, id } = await sourceWith();
    await client.put(
      200,
      '/Patient/mine',
      patient('mine', '22304151', { communication: [{ language: { text: 'da' } }] }),
    );
    await client.put(200, '/Patient/dead', patient('dead', '22304151'));
    await client.put(200, '/Patient/dead', patient('dead', '22304151', { deceasedBoolean: true }));
    const phone = { phone: '+4522304151' };
    const held = await test.json<{ patients: unknown[] }>(200, '/v1/authorities/rh/citizens/lookup', { body: phone });
    const found = held.patients;
    expect(found).toEqual([{ source: id, keptAt: test.clock.now.toISOString(), language: 'da', protected: false }]);
    const erased = await test.json(200, '/v1/authorities/rh/citizens/erase', { body: phone });
    expect(erased).toMatchObject({ appointments: 0, patients: 1 });
    expect(await book(client, 'mine-1', 'mine')).toMatchObject({ phone: null });
    expect((await book(client, 'dead-1', 'dead')).states).not.toContain('planned');
  });

  it('goes at the next purge after its time, with the row where there is no appointment', async () => {
    const { client, id } = await sourceWith({ keepPatients: 'PT2H' });
    await client.put(200, '/Appointment/over', appointmentOf('over', 'had', { start: '2026-11-01T09:00:00Z' }));
    for (const each of ['had', 'none']) await client.put(200, `/Patient/${each}`, patient(each, OLD));
    const kept = async () => {
      const rows = await test.db.selectFrom('known_patient').selectAll().where('source_id', '=', id).execute();
      return [rows.length, rows.filter(({ phone_hash }) => phone_hash !== null).length];
    };
    const now = test.clock.now.getTime();
    await purge(test.deps, { auditRetentionDays: 365 }, new Date(now + 2 * HOUR - 1));
    expect(await kept()).toEqual([2, 2]);
    await purge(test.deps, { auditRetentionDays: 365 }, new Date(now + 2 * HOUR));
    expect(await kept()).toEqual([1, 0]);
  });

  it('is in clear nowhere', async () => {
    const { client } = await sourceWith();
    await client.put(200, '/Patient/clear', patient('clear', '22304150'));
    const { rows } = await sql<{ row: string }>`select k::text as row from known_patient k`.execute(test.db);
    expect(rows.map(({ row }) => row).join()).not.toContain('22304150');
    expect(rows.map(({ row }) => row).join()).not.toContain(Buffer.from('22304150').toString('hex'));
  });
});
