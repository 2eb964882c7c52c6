import { describe, expect, it } from 'vitest';
import { cleanPrinted } from '../../../src/domain/sms/sms-text.ts';

describe('the text of a place', () => {
  it.each([
    ['Opgang 4, evil‧com', 'Opgang 4,'],
    ['evil·dk Opgang 4', 'Opgang 4'],
    ['evil•dk', null],
    ['Opgang 4 evil .dk', 'Opgang 4'],
    ['hxxps evil[.]dk', null],
    ['hxxp://evil[.]dk/login', null],
    ['Se evil[.]dk/login', 'Se'],
    ['evil [dot] dk', null],
    ['evil(.)dk', null],
    ['evil dot dk', null],
    ['Evil DOT Co DOT uk', null],
    ['evil punktum dk', null],
    ['login.evil dot dk', null],
    ['Opgang 4, evil dot dk slash login', 'Opgang 4, slash login'],
  ])('loses a link that is disguised: %s', (sent, printed) => {
    expect(cleanPrinted(sent)).toBe(printed);
  });

  it.each([
    'Bekræft med MitID',
    'Log ind med MitID på skærmen',
    'LOG IND: M1tID',
    'log  ind med Nem ID',
    'Betal med MobilePay 1204',
    'Godkend i Danske Bank',
    'Du skal bekræfte det hos Nordea',
    'Sign in with MitID',
    'Please confirm: PayPal',
    'Pay by MobilePay',
    'Opgang 4. Husk at betale i MobilePay',
  ])('is lost where it calls people to sign in or to pay: %s', (sent) => {
    expect(cleanPrinted(sent)).toBeNull();
  });

  it.each([
    'Borgerservice, MitID',
    'MitID-hjælp, Rådhuset 2. sal',
    'Opgang 4, st. tv.',
    'Lokale 2 .th',
    'Betalingscenter, indgang 3',
    'Log ind-skranken, stuen',
    'Payers Plads 4',
    'Godkendelsesnævnet, lokale 12',
    'Herlev · Opgang 4',
    'Dot Hansens Vej 4',
    'Rum dot 4',
    'Ambulatorium A [1. sal]',
    'Blodprøver (st.) Herlev',
  ])('stays as it is where nothing calls or leads away: %s', (sent) => {
    expect(cleanPrinted(sent)).toBe(sent);
  });

  it('is printed as staff have written it', () => {
    for (const text of ['Log ind med MitID på skærmen', 'Borgerservice: betal med MobilePay'])
      expect(cleanPrinted(text, 'kept')).toBe(text);
  });
});
