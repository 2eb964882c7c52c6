import { randomBytes } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { sourceSettings } from '../../../../src/http/schemas/source.ts';
import { fieldAt, labelOf } from '../../../../src/pages/set-up/audit/fields.ts';
import { fieldsOf } from '../../../../src/pages/set-up/audit/other-fields.ts';
import { writeAudit } from '../../../../src/store/audit.ts';
import { AuditReader } from '../../../support/audit-reader.ts';
import { scenario } from '../../../support/scenario.ts';

let audit: AuditReader;
const { test } = scenario({
  prepare: async () => {
    audit = await AuditReader.enter(test);
  },
});

describe('settings that the audit says changed', () => {
  it('have the labels and values of the page Rules', async () => {
    const before = {
      onCancel: 'event',
      noticeDelay: 'PT10M',
      sendingWindow: { publicHolidays: 'DK' },
      requireSecondFactor: true,
    };
    const after = {
      ...{ onCancel: 'phone', noticeDelay: 'PT1H', confirmEndsReminders: true, language: 'en', onUncertain: 'resend' },
      ...{ sendingWindow: { publicHolidays: null }, notices: { booked: true } },
      ...{ allowedCountries: ['DK', 'SE'], senders: { SE: '46701234567' }, keywords: { stop: ['slut nu'] } },
      withoutReminders: { departments: ['Øjne'], kinds: ['phone'] },
      ...{ retentionDays: 1000, contactPhone: '35 45 35 45', cvr: null },
    };
    expect(new Set((await audit.changed(before, after)).lines)).toEqual(
      new Set([
        ['Når en borger melder afbud på SMS', 'Bookingsystemet får besked', 'Borgeren bedes ringe'],
        ['Vent, før SMS’en sendes', '10 minutter', '1 time'],
        ['Ikke flere påmindelser om en aftale, som borgeren har bekræftet på SMS', 'Nej', 'Ja'],
        ['Sprog, når bookingsystemet ikke oplyser et', 'Dansk', 'Engelsk'],
        ['Når det ikke vides, om en SMS blev sendt', 'Send den ikke igen', 'Send den én gang til'],
        ['Hvornår der må sendes: Ikke på danske helligdage', 'Ja', 'Nej'],
        ['Når der sker noget med en aftale: SMS, når den er booket', 'Nej', 'Ja'],
        ['Den, der logger ind med adgangskode, skal også bruge en kode fra en godkendelsesapp', 'Ja', 'Nej'],
        ['Lande, hvis numre får SMS', 'Færøerne, Grønland, Norge, Tyskland', ''],
        ['Andre afsendere til enkelte landes numre: Sverige', '', '46701234567'],
        ['Egne ord: Disse betyder, at borgeren ikke vil have flere SMS’er', '', 'slut nu'],
        ['Får ingen påmindelser: Afdelinger', '', 'Øjne'],
        ['Får ingen påmindelser: Slags aftaler', '', 'Telefon'],
        ['Antal dage efter aftalen, før alt om borgeren slettes', '90', '1.000'],
        ['Telefonnummer til afbud og spørgsmål', '', '35 45 35 45'],
      ]),
    );
  });

  it('have the labels and values of the set-up of booking systems', async () => {
    const hmac = {
      header: 'X-Sign',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: '',
      secret: randomBytes(24).toString('hex'),
    };
    const after = {
      ...{ mode: 'shadow', absentPhone: 'clear', allowForeignNumbers: false, placeText: 'as_sent', mapping: 'cal.com' },
      ...{ typeMap: { V: 'video', N: 'none' }, idField: 'placer', auth: { hmac }, defaultRegion: 'SE' },
      fhirBaseUrl: 'https://fhir.example.org/r4',
    };
    const { lines } = await audit.changedSource({}, after, 'en');
    expect(new Set(lines)).toEqual(
      new Set([
        ['Mode', 'Live', 'Try without sending'],
        ['Country, where a number has no country code', 'Denmark', 'Sweden'],
        ['When a message has no phone number', 'Keep the one we have', 'Remove the one we have'],
        ['Use foreign numbers, too', 'Yes', 'No'],
        ['Places from FHIR and HL7 v2 that have no text yet', 'Not printed in the SMS', 'Printed as sent'],
        ['How JSON of the system is read', 'EasySMS and CloudEvents', 'Cal.com'],
        ['Types of appointments: V', '', 'By video'],
        ['Access: Secret', 'Not set', 'Set'],
        ['Types of appointments: N', '', 'No SMS.'],
        ['HL7 v2: number of the appointment', 'SCH-2', 'SCH-1'],
        ['Access: Header with the signature', '', 'X-Sign'],
        ['Access: Algorithm', '', 'sha256'],
        ['Access: Encoding', '', 'hex'],
        ['Access: The header is t=<seconds>,<signature>, as Calendly writes it', '', 'No'],
        ['Access: The same signed message is a repeat for 7 days', '', 'No'],
        ['FHIR server: Address', '', 'https://fhir.example.org/r4'],
      ]),
    );
  });

  it.each([
    ['da', 'Det, der står efter ? i adressen, er ændret', 'Ja'],
    ['en', 'What stands after the ? in the address has changed', 'Yes'],
  ] as const)('say that the query of an address changed, and not to what: %s', async (language, label, yes) => {
    const secret = randomBytes(24).toString('hex');
    const settings = (code: string) => {
      const url = `https://8.8.8.8/hook?code=${code}`;
      return { events: { url }, auth: { hmac: { header: 'X-Sign', secret, signedAddress: url } } };
    };
    const { lines } = await audit.changedSource(settings('s3cret-1'), settings('s3cret-2'), language);
    expect(lines.map(([name]) => name)).toEqual([expect.stringContaining(label), expect.stringContaining(label)]);
    expect(lines.map(([, ...values]) => values)).toEqual([
      ['', yes],
      ['', yes],
    ]);
  });

  it.each(['da', 'en'] as const)(
    'name no setting of a booking system, and no choice of one, by its code: %s',
    (language) => {
      const fields = fieldsOf('source.replace', language);
      const bare = Object.entries(sourceSettings.shape).flatMap(([name, schema]) => {
        const isNamed = labelOf(fields, [name]).every((part) => !part.isName);
        const values = choicesOf(schema).filter((value) => fieldAt(fields, [name])?.words?.(value) === undefined);
        return [...(isNamed ? [] : [name]), ...values.map((value) => `${name}: ${value}`)];
      });
      // `auth` holds a secret: the audit has `hmac` and `hmacSecretSet` in its place.
      expect(bare).toEqual(['auth']);
      for (const name of ['hmac', 'fhirAuthorizationSet', 'hmacSecretSet'])
        expect(labelOf(fields, [name])).toEqual([{ text: expect.not.stringMatching(name), isName: false }]);
    },
  );
});

/** The values among which a setting is chosen, if it is. */
function choicesOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodDefault) return choicesOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

describe('other entries of the audit', () => {
  it('say in words what a role, a pause or a price became', async () => {
    const id = await audit.authority();
    const until = '2026-12-24T12:00:00Z';
    await test.json(200, `/v1/authorities/${id}/pause`, { method: 'POST', body: { reason: 'Flytning', until } });
    expect(new Set((await audit.newest(id, 'authority.pause')).lines)).toEqual(
      new Set([
        ['Siden', '', '24. nov. 2026 kl. 12.00'],
        ['Slutter af sig selv', '', '24. dec. 2026 kl. 13.00'],
        ['Begrundelse', '', 'Flytning'],
      ]),
    );
    const person = { person: crypto.randomUUID(), role: 'viewer' };
    const entry = { actor: 'administrator', authorityId: id, target: person.person };
    const access = {
      before: { ...person, departments: ['Røntgen'] },
      after: { ...person, role: 'operator', departments: null },
    };
    await writeAudit(test.db, { ...entry, action: 'person.change', ...access }, test.clock.now);
    expect((await audit.newest(id, 'person.change')).lines).toEqual([
      ['Rolle', 'Læser', 'Sagsbehandler'],
      ['Afdelinger', 'Røntgen', 'Alle'],
    ]);
    const price = { country: 'DK', perSegment: 0.29, currency: 'DKK', from: '2026-01-01' };
    const prices = { before: [price], after: [{ ...price, perSegment: 0.31 }] };
    await writeAudit(test.db, { ...entry, action: 'gateway.prices', ...prices }, test.clock.now);
    const found = (await audit.newest(id, 'gateway.prices')).lines;
    expect(found).toEqual([['Danmark 1. jan. 2026: Pris pr. SMS', '0,29', '0,31']]);
  });
});
