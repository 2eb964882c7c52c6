import { describe, expect, it } from 'vitest';
import { readFhir } from '../../src/formats/fhir/read-fhir.ts';
import { readHl7v2 } from '../../src/formats/hl7v2/read.ts';
import { ingestContext } from '../support/ingest.ts';
import { appointment, contextOf } from './fhir/reading.ts';
import { adt, parse, segment, siu } from './hl7v2/message.ts';

const MANY = 50;

function stepsOf(steps: Generator<undefined, unknown>): number {
  let taken = 0;
  while (!steps.next().done) taken++;
  return taken;
}

describe('a message of HL7 v2 is read in as many steps as it has', () => {
  const unknownStart = { sch: { 11: '' } };
  const pid = segment('PID', { 3: 'P-100^^^RH^MR' });
  it.each([
    ['AIS', siu({ ...unknownStart, more: Array(MANY).fill(segment('AIS', { 3: 'x', 4: 'y' })) })],
    ['AIG', siu({ ...unknownStart, more: Array(MANY).fill(segment('AIG', { 8: 'y' })) })],
    ['AIL', siu({ ...unknownStart, more: Array(MANY).fill(segment('AIL', { 6: 'y' })) })],
    ['AIP', siu({ ...unknownStart, more: Array(MANY).fill(segment('AIP', { 6: 'y' })) })],
    ['AIL that are taken away', siu({ ail: null, more: Array(MANY).fill(segment('AIL', { 2: 'D' })) })],
    ['TQ1', siu({ ...unknownStart, more: Array(MANY).fill(segment('TQ1', { 1: '1' })) })],
    ['patients of an appointment', siu({ more: Array(MANY).fill(pid) })],
    ['patients of a merge', adt('A40', ...Array(MANY).fill(pid))],
  ])('%s', (_, message) => {
    expect(stepsOf(readHl7v2(parse(message), ingestContext({})))).toBeGreaterThanOrEqual(MANY - 1);
  });
});

describe('an Appointment of FHIR is read in as many steps as it has', () => {
  const participant = (type: string) =>
    Array.from({ length: MANY }, (_, nth) => ({ actor: { reference: `${type}/${nth}`, display: 'Opgang 4' } }));
  it.each(['Location', 'Patient', 'Practitioner'])('%s', (type) => {
    const body = appointment({ participant: participant(type) });
    expect(stepsOf(readFhir({ method: 'POST', body }, contextOf()))).toBeGreaterThanOrEqual(MANY);
  });
});
