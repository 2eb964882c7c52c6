import { describe, expect, it } from 'vitest';
import { DECISIONS, type DecisionCode, type DryRunNote, decided } from '../../../src/dry-run/notes.ts';
import { IGNORED, type IgnoredCode } from '../../../src/formats/ignored.ts';
import { noteSentence } from '../../../src/pages/rules/note-words.ts';
import { SOURCE_SETTINGS } from '../../../src/pages/settings/source.tsx';
import { ENGLISH_WORDS } from '../../support/english-words.ts';
import { sourceFiles } from '../../support/source-files.ts';

/** Codes of warnings that an ACK alone tells: a dry run has a decision in their place. */
const OF_ACK = new Set(['in_past']);

/** Every code that a format gives, for what it refuses and for what it only warns of. */
const codesOfFormats = (): string[] => {
  const given = /(?:\brefusal\(\s*|\bcode: |\bfault\([^()]*?, )'([a-z_]+)'/g;
  const found = sourceFiles('src/formats').flatMap(({ code }) => [...code.matchAll(given)]);
  return [...new Set(found.map(([, code = '']) => code))].filter((code) => !OF_ACK.has(code));
};

/** Names of a source's settings in the API. */
const SETTING_OF_API = /\b(?:[a-z]+Map|placeText|placeholderTimes|preAdmissions|idField|source|mapping)\b/;

const notes = (): DryRunNote[] => [
  ...(Object.keys(IGNORED) as IgnoredCode[]).map((code) => ({ of: 'ignored' as const, code, detail: IGNORED[code] })),
  ...(Object.keys(DECISIONS) as DecisionCode[]).map(decided),
  ...codesOfFormats().map((code) => ({ of: 'warning' as const, code, detail: 'Told to the sender.' })),
  ...(['stop', 'phone'] as const).map((code) => ({ of: 'way-out' as const, code, detail: 'Told to the sender.' })),
];

describe('a note about a message that is tried', () => {
  it('has Danish words, whatever it is about and whichever code a format gives', () => {
    const all = notes();
    expect(all.length).toBeGreaterThan(80);
    for (const code of ['midnight', 'excel_number', 'nothing_stored', 'temporary_id', 'unknown_reference'])
      expect(codesOfFormats()).toContain(code);
    const english = all.flatMap((note) => {
      const text = noteSentence(note, 'da');
      const isDanish = text !== null && text !== note.detail && !ENGLISH_WORDS.test(text);
      return isDanish ? [] : [`${note.of} ${note.code}: ${text}`];
    });
    expect(english).toEqual([]);
  });

  it.each([
    ['da', 'indstillinger under »', '»', '«'],
    ['en', 'under “', '“', '”'],
  ] as const)('names a setting as its field does, and never as the API: %s', (language, before, open, close) => {
    const said = notes().map((note) => noteSentence(note, language) ?? '');
    const { statusMap, locationMap, placeText, placeholderTimes, idField, preAdmissions } = SOURCE_SETTINGS;
    for (const { label } of [statusMap, locationMap, placeholderTimes, idField, preAdmissions])
      expect(said.filter((text) => text.includes(`${before}${label[language]}${close}`))).not.toEqual([]);
    const values = [placeText.kind.choices?.as_sent, preAdmissions.kind.choices?.appointment];
    for (const name of [placeText.label, ...values])
      expect(said.filter((text) => text.includes(`${open}${name?.[language]}${close}`))).not.toEqual([]);
    expect(said.filter((text) => SETTING_OF_API.test(text))).toEqual([]);
  });

  it('about a message of which nothing is stored says which kind becomes an appointment, and advises nothing else', () => {
    const note = { of: 'warning' as const, code: 'nothing_stored', detail: 'Nothing was stored.' };
    expect(noteSentence(note, 'da')).toMatch(
      /^Ingen aftale i beskeden bliver gemt\. Aftaler læses i SIU S12 til S24 og S26; en forhåndsindlæggelse \(ADT\) /,
    );
    expect(noteSentence(note, 'en')).toMatch(
      /^No appointment in the message is stored\. Appointments are read in SIU S12 to S24 and S26; a pre-admission /,
    );
  });

  it('is in English what its sender is told, unless that names a setting or a source', () => {
    const own = notes().filter((note) => noteSentence(note, 'en') !== note.detail);
    for (const { of, detail } of own.filter(({ of }) => of === 'decision' || of === 'ignored'))
      expect([of, /source|reading back|reference|Map\b|placeText/.test(detail)]).toEqual([of, true]);
    expect(own.length).toBeLessThan(20);
  });

  it('has no words where nobody thought of its code', () => {
    for (const code of ['from_tomorrow', 'constructor'])
      expect(noteSentence({ of: 'warning', code, detail: 'This is new.' }, 'da')).toBeNull();
  });
});
