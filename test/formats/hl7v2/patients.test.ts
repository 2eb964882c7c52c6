import { describe, expect, it } from 'vitest';
import type { PatientEvent } from '../../../src/domain/appointment.ts';
import { choosePhone } from '../../../src/domain/phone.ts';
import { adt, elementOf, eventOf, read, refusalOf, segment, siu } from './message.ts';

const phonesOf = (pid: Readonly<Record<number, string>>) => eventOf(siu({ pid: { 13: '', ...pid } })).phone;
const keyOf = (pid3: string) => eventOf(siu({ pid: { 3: pid3 } })).patientKey?.toString();

describe('the numbers of a patient', () => {
  it.each<[string, Readonly<Record<number, string>>, string[] | null | undefined]>([
    ['PID-13, PID-14 and PID-40, all repetitions', { 13: '1~2', 14: '3^^CP', 40: '4~5' }, ['3', '1', '2', '4', '5']],
    ['mobile first: CP', { 13: '1^PRN^PH~2^PRN^CP' }, ['2', '1']],
    ['mobile first: PRS', { 13: '1~2^PRS' }, ['2', '1']],
    ['mobile first: MOBILE in XTN-2', { 13: '1^HOME~2^MOBILE' }, ['2', '1']],
    ['mobile first: MOBILE in XTN-4, in small letters', { 13: '1^HOME~2^^^mobile' }, ['2', '1']],
    ['temporary after home, work last', { 13: '1^WPN~2^VHN~3^PRN' }, ['3', '2', '1']],
    [
      'no PID-14 that is not marked as mobile',
      { 13: '1^VHN', 14: '2~3^WPN~4^WPN^PH~5^^^mobile~6^CP', 40: '7' },
      ['7', '1'],
    ],
    ...(['PRS', 'prs'] as const).map((use): [string, Record<number, string>, string[]] => [
      `PID-14 marked as mobile by ${use} in XTN-2`,
      { 14: `1^${use}` },
      ['1'],
    ]),
    ...['CP', 'MOB', 'CELL', 'Mobile'].map((kind): [string, Record<number, string>, string[]] => [
      `PID-14 marked as mobile by ${kind} in XTN-3`,
      { 14: `1^WPN^${kind}` },
      ['1'],
    ]),
    [
      'no PID-14 with an extension',
      { 14: '33445566^WPN^CP^^^^^123~33445566X12^PRS~33445566 x 12^^CP~33445566 ext. 12^^CP~33445566ext12^^CP~1^^CP' },
      ['1'],
    ],
    ['nothing where PID-14 alone is there, and not mobile', { 14: '20123456^WPN^PH' }, undefined],
    ['a mobile at work before a telephone at home', { 13: '1^PRN^PH', 14: '2^WPN^CP' }, ['2', '1']],
    [
      'XTN-12, then XTN-1, then the parts',
      { 13: '1^^CP^^45^20^123456^^^^^+4520123457' },
      ['+4520123457', '1', '+45 20 123456'],
    ],
    ['the parts without a country', { 13: '^PRN^CP^^^20^123456' }, ['20 123456']],
    ['the parts with 00 before the country', { 13: '^PRN^CP^^0045^^20123456' }, ['+45 20123456']],
    ['XTN-4 where XTN-1, XTN-7 and XTN-12 hold none', { 13: '^PRN^CP^20123456' }, ['20123456']],
    ['XTN-8 where they hold none', { 13: '^PRN^CP^^45^^^20123456' }, ['20123456']],
    ['XTN-5 and XTN-6 without XTN-7', { 13: '^PRN^CP^^45^20123456' }, ['+45 20123456']],
    ['XTN-4 behind a word in XTN-1', { 13: 'ukendt^PRN^CP^20123456' }, ['ukendt', '20123456']],
    ['not XTN-4 and XTN-8 where XTN-1 holds a number', { 13: '1^PRN^PH^20123457^^^^20123458' }, ['1']],
    ['not XTN-4 where XTN-7 holds a number', { 13: '^PRN^PH^20123457^^^123456' }, ['123456']],
    ['no e-mail in XTN-4', { 13: '^PRN^PH^20123456@b.dk~1' }, ['1']],
    ['no short extension alone in XTN-8', { 13: '^PRN^PH^^^^^1234~1' }, ['1']],
    ['no e-mail: NET', { 13: '1~a@b.dk^NET^Internet' }, ['1']],
    ['no e-mail: EMAIL', { 13: 'a@b.dk^EMAIL~1' }, ['1']],
    ['no e-mail without a mark', { 13: 'a@b.dk~1' }, ['1']],
    ['no X.400 address', { 13: '2^^X.400~1' }, ['1']],
    ['no e-mail where XTN-3 says Internet', { 13: '89898989^WPN^Internet~1' }, ['1']],
    ['no fax', { 13: '2^PRN^FX~1' }, ['1']],
    ['no fax by XTN-2 or XTN-4', { 13: '2^FX~3^^^FX~1' }, ['1']],
    ['no pager', { 13: '2^BPN^BP~1' }, ['1']],
    ['no modem', { 13: '2^PRN^MD~1' }, ['1']],
    ['no TDD, no TTY', { 13: '2^^TDD~3^^TTY~1' }, ['1']],
    ['nobody else’s: emergency and answering service', { 13: '2^EMR^PH~3^ASN^PH~1' }, ['1']],
    ['no number twice', { 13: '1~1', 40: '1' }, ['1']],
    ['no text beyond 64 characters', { 13: `${'1'.repeat(65)}~1` }, ['1']],
    ['nothing when the fields are empty', {}, undefined],
    ['nothing when there is only an e-mail', { 13: 'a@b.dk^NET' }, undefined],
    ['deleted by two quotation marks', { 13: '""' }, null],
    ['deleted by two quotation marks in XTN-1', { 13: '""^PRN^PH' }, null],
    ['not deleted while another is told', { 13: '""^PRN^PH', 14: '1^^CP' }, ['1']],
  ])('are %s', (_, pid, told) => {
    expect(phonesOf(pid)).toEqual(told);
  });

  it('are thirty at most', () => {
    const many = Array.from({ length: 200 }, (_, index) => `${index}^PRS`).join('~');
    expect(phonesOf({ 13: many, 14: many, 40: many })).toHaveLength(30);
  });

  it('are kept as received: whether one takes SMS is decided later', () => {
    const rules = { defaultRegion: 'DK', allowedCountries: ['DK'] };
    const sampleLike = '71234567^^CP^5555^^^1111^^^^^2222^20010110^20020110^^^^18~12121212^^CP';
    expect(choosePhone(phonesOf({ 13: sampleLike, 40: '89898989^WPN^Internet' }), rules).phone).toBe('+4571234567');
    expect(choosePhone(phonesOf({ 13: 'ukendt' }), rules)).toEqual({ phone: null, reason: 'invalid_number' });
  });
});

describe('the language of a patient', () => {
  it.each([
    ['da', 'da'],
    ['dan', 'da'],
    ['ARA^Arabic^HL70296', 'ar'],
    ['ger', 'de'],
    ['en-US', 'en'],
    ['en_GB', 'en'],
    ['""', null],
    ['', undefined],
    ['Dansk', 'da'],
    ['English', 'en'],
    ['Arabic', 'ar'],
    ['99^Somali (Maxaa)', 'so'],
    ['SP^Spanish^L', 'es'],
    ['1', undefined],
    ['Ukendt', undefined],
    ['und', undefined],
  ])('of %s is %s', (pid15, told) => {
    expect(eventOf(siu({ pid: { 15: pid15 } })).language).toBe(told);
  });

  it('is not that of the message or the country', () => {
    expect(eventOf(siu({ msh: { 17: 'USA', 19: 'en-US' }, pid: { 15: '' } })).language).toBeUndefined();
  });
});

describe('who a patient is', () => {
  it.each([
    '2512489996^^^DNK&1.2.208.176.1.2&ISO',
    '251248-9996^^^CPR-registeret&1.2.208.176.1.2&ISO^NI',
    '2512489996^^^1.2.208.176.1.2^PI',
    '2512489996^^^urn:oid:1.2.208.176.1.2.1^PI',
    '2512489996^^^&1.2.208.176.1.6.1.1.2.3.4&ISO^PI',
    '2512489996^^^DNK^NNDNK',
    '2512489996^^^RH^NNDNK',
    '2512489996^^^DNK',
  ])('is the same by a CPR number alone and by %s', (pid3) => {
    expect(keyOf(pid3)).toBe(keyOf('2512489996'));
  });

  it.each([
    ['the booking system’s own id before a national one', '123^^^DNK^NI~P-1^^^RH^PI', 'hash of P-1^^^RH'],
    ['any other id before a national one by its kind', '123^^^AAA^NI~P-1^^^RH^VN', 'hash of P-1^^^RH'],
    ['any other id before a national one by who gave it', '123^^^DNK~P-1^^^RH^VN', 'hash of P-1^^^RH'],
    ['MR before PI, PT and MRN', '4^^^RH^MRN~3^^^RH^PT~2^^^RH^PI~1^^^RH^MR', 'hash of 1^^^RH'],
    ['one without a kind before other kinds', '1^^^RH^VN~2^^^RH', 'hash of 2^^^RH'],
    [
      'never the CPR number by its OID while there is another',
      '0101801234^^^&1.2.208.176.1.2&ISO~9^^^RH^SS',
      'hash of 9^^^RH',
    ],
    ['never the CPR number by its name while there is another', '0101801234^^^CPR^PI~9^^^RH^VN', 'hash of 9^^^RH'],
    ['never an X-eCPR while there is another', '0703921VJ4^^^&1.2.208.176.1.6.1.1&ISO^PI~9', 'hash of 9'],
    ['never what looks like one while there is another', '010180-1234^^^RH^MR~9^^^RH', 'hash of 9^^^RH'],
    ['the CPR number where there is nothing else', '0101801234^^^CPR^PI', 'hash of 0101801234'],
    ['the same CPR number with a hyphen', '010180-1234^^^CPR^PI', 'hash of 0101801234'],
    ['the same CPR number with blanks', '01 01 80 1234^^^&1.2.208.176.1.2&ISO^NI', 'hash of 0101801234'],
    ['the same CPR number by its kind', '010180 1234^^^REGION^CPR', 'hash of 0101801234'],
    ['the same CPR number by its name and OID', '010180-1234^^^DK-CPR&1.2.208.176.1.2&ISO', 'hash of 0101801234'],
    ['the same CPR number bare', '010180-1234', 'hash of 0101801234'],
    ['an X-eCPR with and without its OID', '070392-1vj4^^^&1.2.208.176.1.6.1.1&ISO', 'hash of 0703921VJ4'],
    ['a number of the same shape by another issuer', '010180-1234^^^RH^MR', 'hash of 0101801234^^^RH'],
    ['the OID of who gave it where it has no name', '9^^^&1.2.3&ISO^MR', 'hash of 9^^^1.2.3'],
    ['nobody without an id', '', undefined],
  ])('is determined by %s', (_, pid3, told) => {
    expect(keyOf(pid3)).toBe(told);
  });

  it('is the same in whatever order the ids come', () => {
    expect(keyOf('1^^^RH^MR~2^^^RH^MR~3^^^AUH^MR')).toBe(keyOf('2^^^RH^MR~3^^^AUH^MR~1^^^RH^MR'));
  });

  it('leaves no id behind but its hash', () => {
    const said = eventOf(siu({ pid: { 3: 'P-100^^^RH^MR~0101801234^^^CPR^PI', 19: '0101801234', 5: 'Jensen^Ida' } }));
    expect(JSON.stringify({ ...said, patientKey: undefined })).not.toMatch(/P-100|0101801234|Jensen/);
  });
});

describe('death', () => {
  it.each([
    [{ 30: 'Y' }, true],
    [{ 30: 'N' }, false],
    [{ 29: '20261120' }, true],
    [{ 29: '20261120', 30: 'N' }, false],
    [{ 30: '""' }, undefined],
    [{}, undefined],
  ])('with %j is %s', (pid, told) => {
    expect(eventOf(siu({ pid })).deceased).toBe(told);
  });
});

describe('news of a patient', () => {
  const pid = segment('PID', { 3: 'P-100^^^RH^MR', 13: '20123457^PRN^CP', 15: 'eng', 30: 'Y' });

  it.each(['A08', 'A31'])('%s brings number, language and death', (event) => {
    const patient: PatientEvent = {
      patientKey: Buffer.from('hash of P-100^^^RH'),
      formerKeys: [],
      phone: ['20123457'],
      language: 'en',
      deceased: true,
    };
    expect(elementOf(adt(event, 'EVN|A08', pid))).toEqual({ kind: 'patient', patient });
  });

  it('A40 brings the keys of before, also where MRG-1 leaves out who gave the id', () => {
    const { elements } = read(
      adt('A40', pid, 'PD1', 'MRG|P-7', segment('PID', { 3: 'P-200^^^RH' }), 'MRG|P-8^^^AUH~P-200^^^RH'),
    );
    const keys = elements.map((element) =>
      element.kind === 'patient' ? element.patient.formerKeys.map(String) : element.kind,
    );
    expect(keys).toEqual([['hash of P-7', 'hash of P-7^^^RH'], ['hash of P-8^^^AUH']]);
  });

  it.each([
    ['without a PID', adt('A08'), 'PID missing_segment'],
    ['without an id', adt('A31', 'PID|1||""'), 'PID^1^3 required'],
    ['that merges nobody', adt('A40', pid), 'MRG missing_segment'],
  ])('%s is refused', (_, message, told) => {
    expect(refusalOf(message)).toBe(told);
  });

  it('of a test changes nothing', () => {
    expect(elementOf(adt('A08', pid).replace('|P|', '|T|')).kind).toBe('ignored');
  });
});

describe('what is about no appointment', () => {
  it.each(['SIU^S25', 'SIU^S99', 'SIU', 'SRM^S01', 'ORU^R01', 'ADT^A01', 'ACK^S12', 'ACK'])(
    '%s is taken and left alone',
    (type) => {
      expect(elementOf(siu({ msh: { 9: type } })).kind).toBe('ignored');
    },
  );

  it.each([
    ['SIU^S25', 'MSH^1^9 unsupported_event'],
    ['ADT^A01', 'MSH^1^9 unsupported_event'],
    ['SRM^S01', 'MSH^1^9 unsupported_type'],
    ['ORU^R01^ORU_R01', 'MSH^1^9 unsupported_type'],
  ])('%s is refused where the source’s settings say so', (type, told) => {
    expect(refusalOf(siu({ msh: { 9: type } }), { unknownEvents: 'reject' })).toBe(told);
  });

  it('an acknowledgement is never refused, and a message without a type always', () => {
    expect(elementOf(siu({ msh: { 9: 'ACK^S12^ACK' } }), { unknownEvents: 'reject' }).kind).toBe('ignored');
    expect(refusalOf(siu({ msh: { 9: '' } }))).toBe('MSH^1^9 required');
  });

  it.each([
    ['SIU_S15', ''],
    ['SIU^^SIU_S15', ''],
    ['SIU', 'EVN|S15'],
    ['siu^s15', ''],
  ])('the event is found in %s %s', (type, evn) => {
    expect(eventOf(siu({ msh: { 9: type }, more: evn ? [evn] : [] })).status).toBe('cancelled');
  });
});
