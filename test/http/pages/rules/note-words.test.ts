import { describe, expect, it } from 'vitest';
import { DECISIONS, type DecisionCode, type DryRunNote, decided } from '../../../../src/dry-run/notes.ts';
import { IGNORED, type IgnoredCode } from '../../../../src/formats/ignored.ts';
import { noteText } from '../../../../src/http/pages/rules/note-words.ts';
import { PROTOCOL_WORDS } from '../../../../src/http/pages/set-up/sources/protocol-words.ts';
import { SETTINGS_WORDS } from '../../../../src/http/pages/set-up/sources/settings-words.ts';
import { ENGLISH_WORDS } from '../../../support/english-words.ts';
import { sourceFiles } from '../../../support/source-files.ts';

/** Every code that a format gives, for what it refuses and for what it only warns of. */
const codesOfFormats = (): string[] => {
  const given = /(?:\brefusal\(\s*|\bcode: |\bfault\([^()]*?, )'([a-z_]+)'/g;
  const found = sourceFiles('src/formats').flatMap(({ code }) => [...code.matchAll(given)]);
  return [...new Set(found.map(([, code = '']) => code))];
};

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
      const text = noteText(note, 'da');
      const isDanish = text !== null && text !== note.detail && !ENGLISH_WORDS.test(text);
      return isDanish ? [] : [`${note.of} ${note.code}: ${text}`];
    });
    expect(english).toEqual([]);
  });

  it('names a setting as its field does', () => {
    const said = notes().map((note) => noteText(note, 'da'));
    const { placeholderTimes, choices } = PROTOCOL_WORDS.da;
    for (const label of [SETTINGS_WORDS.da.statusMap, SETTINGS_WORDS.da.locationMap, placeholderTimes])
      expect(said.filter((text) => text?.includes(`indstillinger under »${label}«`))).not.toEqual([]);
    expect(said.filter((text) => text?.includes(`»${choices.preAdmissions.label}«`))).not.toEqual([]);
  });

  it('is in English what its sender is told', () => {
    for (const note of notes()) expect(noteText(note, 'en')).toBe(note.detail);
  });

  it('has no words where nobody thought of its code', () => {
    for (const code of ['from_tomorrow', 'constructor'])
      expect(noteText({ of: 'warning', code, detail: 'This is new.' }, 'da')).toBeNull();
  });
});
