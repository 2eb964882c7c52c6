import { Hl7Message as IndependentMessage } from '@medplum/core';
import { describe, expect, it } from 'vitest';
import type { SourceSettings } from '../../../src/domain/authority.ts';
import { writeAck } from '../../../src/formats/hl7v2/ack.ts';
import { encodeHl7 } from '../../../src/formats/hl7v2/charset.ts';
import { errorOf, refusal, warningOfReason } from '../../../src/formats/hl7v2/faults.ts';
import { ingestContext } from '../../support/ingest.ts';
import { type Fields, parse, siu } from './message.ts';

const { source, now } = ingestContext();
const NO_START = errorOf(refusal('required', 'SCH^1^11', 'no start time'));
const NOT_OURS = errorOf(refusal('unsupported_event', 'MSH^1^9', 'not taken here'));

function bytesOf(
  msh: Fields,
  error = null as typeof NO_START | null,
  settings: Partial<SourceSettings> = {},
): Buffer | null {
  const ack = writeAck(parse(siu({ msh })), error, { ...source, ...settings }, now);
  return ack && Buffer.from(ack);
}

const textOf = (...given: Parameters<typeof bytesOf>) => bytesOf(...given)?.toString('utf8') ?? null;
const linesOf = (...given: Parameters<typeof bytesOf>) => textOf(...given)?.split('\r') ?? [];
/** The acknowledgement as another library reads it. */
const readBack = (...given: Parameters<typeof bytesOf>) => IndependentMessage.parse((textOf(...given) ?? '').trimEnd());

describe('an acknowledgement', () => {
  it('goes back to who sent the message', () => {
    const [msh, msa, rest] = linesOf({ 3: 'A^1.2^ISO', 4: 'B', 5: 'C', 6: 'D', 10: ' 00017 ' });
    const [sent, after = ''] = msh?.split('||ACK') ?? [];
    expect(sent).toBe('MSH|^~\\&|C|D|A^1.2^ISO|B|20261124120000+0100');
    expect(after).toMatch(/^\^S12\^ACK\|[0-9a-f]{20}\|P\|2\.5\.1\|\|\|\|\|\|UNICODE UTF-8$/);
    expect([msa, rest]).toEqual(['MSA|AA| 00017 ', '']);
  });

  it('is read by another library as it is meant', () => {
    const ack = readBack({ 10: '00017' }, NO_START);
    expect(ack.segments.map(({ name }) => name)).toEqual(['MSH', 'MSA', 'ERR']);
    expect([1, 2].map((field) => ack.getSegment('MSA')?.getField(field).toString())).toEqual(['AE', '00017']);
    expect([1, 2, 3].map((part) => ack.getSegment('ERR')?.getComponent(2, part))).toEqual(['SCH', '1', '11']);
    expect(ack.getSegment('ERR')?.getComponent(3, 1)).toBe('101');
    expect([4, 7].map((field) => ack.getSegment('ERR')?.getField(field).toString())).toEqual(['E', 'no start time']);
    expect(ack.getSegment('MSH')?.getField(9).toString()).toBe('ACK^S12^ACK');
    expect(ack.getSegment('MSH')?.getField(18).toString()).toBe('UNICODE UTF-8');
  });

  it('has the delimiters of the message', () => {
    const message = parse('MSH#*+!%#EPJ#RH#SMS#RH###SIU*S12#C-1#P#2.5.1');
    const text = Buffer.from(writeAck(message, NO_START, source, now) ?? []).toString();
    const ack = IndependentMessage.parse(text);
    const found = text.split('\r').slice(1, 3);
    expect(found).toEqual(['MSA#AE#C-1', 'ERR##SCH*1*11#101*Required field missing*HL70357#E###no start time']);
    expect(ack.getSegment('MSA')?.getField(2).toString()).toBe('C-1');
    expect(ack.getSegment('MSH')?.getComponent(9, 2)).toBe('S12');
  });

  it('of a batch goes to who sent it, about its first message, or about the batch where it holds none', () => {
    const batch = 'BHS#*+!%#EPJ#RH#SMS#RX#20261124##N#comment#B-1';
    const answered = (text: string) =>
      Buffer.from(writeAck(parse(text), errorOf(refusal('several_messages', '', 'x')), source, now) ?? []).toString();
    expect(answered(`${batch}\rMSH#*+!%#EPJ#RH#SMS#RH###SIU*S12#C-1#P#2.5.1`).split('\r')[1]).toBe('MSA#AR#C-1');
    const [msh, msa] = answered(batch).split('\r');
    expect(msh).toMatch(/^MSH#\*\+!%#SMS#RX#EPJ#RH#[\d+]+##ACK#[0-9a-f]{20}##/);
    expect(msa).toMatch(/^MSA#AR#B-1#/);
  });

  it('repeats no more of a header than a header may hold', () => {
    const long = 'x'.repeat(300_000);
    const [msh = '', msa] = linesOf({ 3: long, 4: long, 5: long, 6: long, 10: long, 11: long });
    expect(
      msh
        .split('|')
        .map((field) => field.length)
        .filter((length) => length > 50),
    ).toEqual([255, 255, 255, 255, 255]);
    expect(msa).toBe(`MSA|AA|${'x'.repeat(199)}`);
  });

  it('of an accepted message carries its warnings, each in an ERR of severity W', () => {
    const warnings = [{ pointer: 'AIL^1^3', code: 'no_place', detail: 'no place' }, ...warningOfReason('no_phone')];
    const lines = (version: string) =>
      Buffer.from(writeAck(parse(siu({ msh: { 12: version } })), null, source, now, warnings) ?? [])
        .toString()
        .split('\r')
        .slice(1, -1);
    expect(lines('2.5.1')).toEqual([
      'MSA|AA|C-1',
      'ERR||AIL^1^3|101^Required field missing^HL70357|W|no_place||no place',
      expect.stringMatching(/^ERR\|\|PID\^1\^13\|101\^Required field missing\^HL70357\|W\|no_phone\|\|No phone number/),
    ]);
    expect(lines('2.4')).toEqual([
      expect.stringMatching(/^MSA\|AA\|C-1\|Warning: no place \(AIL-3\) Warning: No phone number .* \(PID-13\)$/),
    ]);
  });

  it('of a refused message carries no warnings', () => {
    const warnings = warningOfReason('no_phone');
    const text = Buffer.from(writeAck(parse(siu()), NO_START, source, now, warnings) ?? []).toString();
    expect(text.split('\r').filter((line) => line.startsWith('ERR'))).toHaveLength(1);
  });

  it('escapes delimiters in a text of ours', () => {
    const error = { ...NO_START, text: 'a|b^c\\d' };
    expect(linesOf({}, error)[2]).toContain('a\\F\\b\\S\\c\\E\\d');
    expect(linesOf({ 2: '^~' }, error)[2]).toContain('a b c\\d');
  });

  it.each([
    ['2.5', true],
    ['2.5.1', true],
    ['2.8', true],
    ['2.10', true],
    ['3', true],
    ['2.4', false],
    ['2.3', false],
    ['', false],
  ])('of version %s has an ERR: %s', (version, hasErr) => {
    const [, msa, err] = linesOf({ 12: version }, NO_START);
    if (hasErr)
      expect([msa, err]).toEqual(['MSA|AE|C-1', 'ERR||SCH^1^11|101^Required field missing^HL70357|E|||no start time']);
    else expect([msa, err]).toEqual(['MSA|AE|C-1|101 Required field missing: no start time (SCH-11)', '']);
  });

  it.each([
    ['2.2', 'ACK'],
    ['2.3', 'ACK'],
    ['2.3.1', 'ACK^S12^ACK'],
    ['2.4^DNK', 'ACK^S12^ACK'],
    ['', 'ACK'],
  ])('of version %s is of the type %s', (version, type) => {
    expect(readBack({ 12: version }).getSegment('MSH')?.getField(9).toString()).toBe(type);
  });

  it('echoes control ids of any length as they came, and has ids of its own that are never the same', () => {
    const id = 'x'.repeat(199);
    expect(linesOf({ 10: id })[1]).toBe(`MSA|AA|${id}`);
    expect(linesOf({ 10: ' 4711 \\T\\ b ' })[1]).toBe('MSA|AA| 4711 \\T\\ b ');
    expect(readBack({}).getSegment('MSH')?.getField(10).toString()).not.toBe(
      readBack({}).getSegment('MSH')?.getField(10).toString(),
    );
  });

  it('lets no framing of MLLP through', () => {
    expect(linesOf({ 3: 'A\u000bB', 10: 'C\u001cD' })[1]).toBe('MSA|AA|CD');
    expect(textOf({ 3: 'A\u000bB' })).not.toContain('\u000b');
  });

  it('is in the characters of the message', () => {
    const message = encodeHl7(siu({ msh: { 3: 'Hjørring', 18: '8859/1' } }), 'windows-1252');
    const ack = Buffer.from(writeAck(parse(message), null, source, now) ?? []);
    expect(ack.toString('latin1')).toContain('|Hjørring|');
    expect(ack.toString('latin1')).toContain('|8859/1\r');
  });

  it('has the time of the source’s zone', () => {
    expect(readBack({}, null, { timeZone: 'America/St_Johns' }).getSegment('MSH')?.getField(7).toString()).toBe(
      '20261124073000-0330',
    );
  });
});

describe('acknowledgements', () => {
  const codeOf = (...given: Parameters<typeof bytesOf>) => linesOf(...given)[1]?.split('|')[1] ?? null;

  it.each<[string, string, string, string | null, string | null, string | null]>([
    ['original', '', '', 'AA', 'AE', 'AR'],
    ['original', 'AL', 'NE', 'AA', 'AE', 'AR'],
    ['original', 'NE', 'NE', 'AA', 'AE', 'AR'],
    ['enhanced', '', '', 'AA', 'AE', 'AR'],
    ['enhanced', 'AL', 'NE', 'CA', 'CE', 'CR'],
    ['enhanced', 'AL', 'AL', 'CA', 'CE', 'CR'],
    ['enhanced', 'ER', 'NE', null, 'CE', 'CR'],
    ['enhanced', 'SU', 'NE', 'CA', null, null],
    ['enhanced', 'NE', 'AL', 'AA', 'AE', 'AR'],
    ['enhanced', 'NE', 'ER', null, 'AE', 'AR'],
    ['enhanced', 'NE', 'NE', null, null, null],
  ])('in %s mode with MSH-15 %s and MSH-16 %s: %s, %s, %s', (mode, commit, application, taken, wrong, notOurs) => {
    const ackMode = mode as 'original' | 'enhanced';
    const codes = [null, NO_START, NOT_OURS].map((error) =>
      codeOf({ 15: commit, 16: application }, error, { ackMode }),
    );
    expect(codes).toEqual([taken, wrong, notOurs]);
  });

  it.each([
    ['missing_segment', 'AE', '100'],
    ['several_messages', 'AR', '100'],
    ['required', 'AE', '101'],
    ['date_only', 'AE', '102'],
    ['time_does_not_exist', 'AE', '102'],
    ['invalid_instant', 'AE', '102'],
    ['cpr', 'AE', '102'],
    ['unsupported_type', 'AR', '200'],
    ['unsupported_event', 'AR', '201'],
    ['unknown_reference', 'AE', '204'],
    ['key_reused', 'AE', '205'],
  ] as const)('%s is %s %s', (code, ackCode, condition) => {
    const error = errorOf(refusal(code, 'SCH^1^2', 'a reason'));
    expect(error).toMatchObject({ ackCode, code: condition, location: 'SCH^1^2', text: 'a reason' });
  });

  it('of an unknown appointment without a patient is about the patient that a new one needs', () => {
    const error = errorOf(refusal('unknown_reference', '/data/id', 'a reason'), true);
    expect(error).toMatchObject({ ackCode: 'AE', code: '100', location: 'PID' });
    expect(errorOf(refusal('required', '/data/id', 'a reason'), true)).toMatchObject({ code: '101' });
  });
});
