import { describe, expect, it } from 'vitest';
import { isProtectedSender } from '../../../src/domain/text/sender-names.ts';

describe('a sender', () => {
  it.each([
    ...['NemID', 'MitID', 'MITID', 'mit id', 'M1tID', 'MitlD', 'MitID DK', 'MitID Info', 'Politi', 'P0liti', 'POL1TI'],
    ...['Politiet', 'SKAT', '5KAT', 'Skat DK', 'SKAT Info', 'Skattestyr', 'Sundhed dk', 'Sundheddk', '5undhed dk'],
    ...['Borger dk', 'B0rgerdk', 'eBoks', 'E Boks', 'DigitalPost', 'Danske Bank', 'DanskeBank', 'Nordea', 'N0rdea'],
    ...['Nordea Info', 'Jyske Bank', 'Sydbank', 'Nykredit', 'MobilePay', 'M0bilePay', 'rnobilepay', 'Nets', '112'],
    ...['NytMitID', 'DitNemID', 'Nyt M1tID', 'MinSKAT', 'Min Skat', 'SkatRetur', 'SKATRetur', 'MinSkAT', 'NetsKort'],
    ...['MINSKAT', 'minskat', 'M1NSKAT', 'MIN5KAT', 'MINSKATDK', 'SKATRETUR', 'NYTSKAT', 'SKATKODE', 'VISAKORT'],
    ...['visakortdk', 'NETSKORT', 'DINPOLITI', 'POLITIINFO', 'FRARETTEN', 'MINEBOKS', 'DINATP', 'MYVISACARD'],
    ...['Skatten', 'SKATTEN', 'SKAT24', 'SKAT2026', 'SKAT 24', 'SKATretur1', 'SkatteInfo', 'Skatteforv', 'MobilPay'],
    ...['Danske', 'DANSKE1', 'Sundhedst', 'Sundhedsst', 'Sygesikring', 'MitID24', 'Nordea1', 'SKA7'],
    ...['VisaKort', 'Visa-kort', 'DitVisa', 'MinMobilePay', 'DinPoliti', 'Din eBoks', 'RingNordea', 'MinBorgerDK'],
  ])('%j looks like an authority or a bank', (sender) => expect(isProtectedSender(sender, [])).toBe(true));

  it.each([
    ...['Sundhed', 'Region H', 'Rigshosp', 'RH', 'Borger', 'Klinikken', 'Lægerne', '1204', '4560575797', 'Herlev Hosp'],
    ...['Skatespot', 'Netsundhed', 'Visabel', 'Kommunen', 'Aarhus', 'Odense UH', 'Tandlaegen', 'Petersen', 'Test'],
    ...['Planets', 'Visaer', 'Netsyn', 'Klinets', 'Havneboks', 'PET CT', 'RH PET', 'Afsnit 112', 'Afd 114'],
    ...['PLANETS', 'FORRETTEN', 'VISABEL', 'NETSUNDHED', 'ADVISA', 'KOSMOPOLIT', 'HAVNEBOKS', 'NETSYN'],
    ...['SKATESPOT', 'MINTID', 'MINKLINIK', 'DINLAEGE', 'NYTHOSPITAL', 'DANSKELAEGER', 'KORTINFO', 'TANDVAGT'],
    ...['PET 2', 'PET CT 1', 'Danske Diako', 'DanskLaege', 'Sundhedstje', 'Sundhedshus', 'Afsnit 12', 'RH 4123'],
    ...['CPR Kursus', 'NetSundhed', 'MinTid', 'Forretten', 'Advisa', 'Kosmopolit', 'Nyt Hospital', 'MitSygehus'],
  ])('%j does not', (sender) => expect(isProtectedSender(sender, [])).toBe(false));

  it('is allowed to its owner by its very name', () => {
    expect(isProtectedSender('Politi', ['Politi'])).toBe(false);
    expect(isProtectedSender('P0liti', ['Politi'])).toBe(true);
  });
});
