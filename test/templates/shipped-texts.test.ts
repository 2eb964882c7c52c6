import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/authority.ts';
import { TEMPLATE_NAMES } from '../../src/domain/reminder.ts';
import { nonGsmCharacters } from '../../src/domain/sms/segments.ts';
import { checkTemplate, loadShippedTemplates, render } from '../../src/templates/index.ts';
import { BARE_SAMPLE, LONG_SAMPLE } from '../../src/templates/variables.ts';

const FOLDER = new URL('../../templates/', import.meta.url);
const languages = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const texts = languages.flatMap(({ name: language }) => TEMPLATE_NAMES.map((name) => ({ language, name })));

test('every language that an authority may choose is there', () => {
  expect(languages.map(({ name }) => name).sort()).toEqual([...LANGUAGES].sort());
});

describe.each(texts)('the shipped text $language/$name', ({ language, name }) => {
  const text = readFileSync(new URL(`${language}/${name}.txt`, FOLDER), 'utf8');
  const template = loadShippedTemplates()
    .all()
    .find((one) => one.language === language && one.name === name);

  test('is one line that needs no advice', () => {
    expect(text).toMatch(/^[^\n]+\n$/);
    expect(checkTemplate(text, name)).toMatchObject({ faults: [], warnings: [], encoding: 'gsm7', segments: 1 });
    expect(nonGsmCharacters(text)).toEqual([]);
  });

  test.each([
    ['long', LONG_SAMPLE],
    ['few', BARE_SAMPLE],
    ['hardly any', { ...BARE_SAMPLE, authority: '' }],
    ['no time among', { ...LONG_SAMPLE, time: '' }],
  ])('is one GSM-7 segment and well set with %s values', (_values, values) => {
    if (!template) throw new Error('not loaded');
    const rendered = render(template, values);
    expect(rendered).toMatchObject({ encoding: 'gsm7', segments: 1 });
    if (rendered.refused || values.authority === '') return;
    expect(rendered.text).toMatch(/^[A-Z].*[^.]\.$/);
    expect(rendered.text).not.toMatch(/ {2}| [,.]|,,|null|undefined|[{}]/);
  });

  test('has no trace of a time where the appointment has none', () => {
    if (!template) throw new Error('not loaded');
    const rendered = render(template, { ...LONG_SAMPLE, time: '' });
    expect(rendered.refused === undefined && rendered.text).not.toMatch(language === 'da' ? / kl[ .]/ : / at[ .,:]/);
    expect(template.needsTime).toBe(false);
  });

  test('contains nothing about the purpose of the appointment', () => {
    expect(text).not.toMatch(/behandling|undersøgelse|læge|operation|department|treatment|doctor|test/i);
  });
});

describe('a folder of texts is refused whole, with every fault', () => {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true });
  });
  const copy = () => {
    const folder = mkdtempSync(join(tmpdir(), 'easysms-texts-'));
    made.push(folder);
    for (const { language, name } of texts) {
      mkdirSync(join(folder, language), { recursive: true });
      writeFileSync(join(folder, language, `${name}.txt`), readFileSync(new URL(`${language}/${name}.txt`, FOLDER)));
    }
    return folder;
  };

  test('a valid copy is accepted', () => {
    const shipped = loadShippedTemplates(copy());
    expect(shipped.all()).toHaveLength(texts.length);
    expect(shipped.get('reminder', 'da')).toMatchObject({ name: 'reminder', language: 'da', version: 0 });
    expect(shipped.get('reminder', 'da').text).not.toMatch(/\n$/);
  });

  test('missing, misnamed and broken texts are all listed', () => {
    const folder = copy();
    rmSync(join(folder, 'en', 'help.txt'));
    writeFileSync(join(folder, 'da', 'remnider.txt'), 'Hej');
    writeFileSync(join(folder, 'da', 'reminder.txt'), 'Hej\n{{ dato }} kl. {{ tid }}');
    mkdirSync(join(folder, 'fr'));
    const KNOWN = 'date, time, weekday, location, department, authority, contactPhone';
    expect(() => loadShippedTemplates(folder)).toThrow(
      [
        'fr/: not among LANGUAGES of src/domain/authority.ts',
        'da/remnider.txt: there is no template of this name',
        `da/reminder.txt: line 2, column 4: There is no variable "dato". Known: ${KNOWN}.`,
        `da/reminder.txt: line 2, column 19: There is no variable "tid". Known: ${KNOWN}.`,
        'en/help.txt: is missing',
      ].join('\n'),
    );
  });

  test('a folder that does not exist', () => {
    expect(() => loadShippedTemplates('/nowhere/at/all')).toThrow(/the folder does not exist/);
  });
});
