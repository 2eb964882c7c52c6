import { describe, expect, it } from 'vitest';
import {
  appointmentOf,
  bundle,
  type FhirClient,
  type Outcome,
  openFhirSource,
  patient,
  type ResponseBundle,
} from '../../support/fhir.ts';

let fhir: FhirClient;
openFhirSource((opened) => {
  ({ fhir } = opened);
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
