import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTemplate, compileTemplate, render, TemplateRefused, type Variables } from '../../src/templates/index.ts';

const values: Variables = {
  date: '1. december',
  time: '9.00',
  weekday: 'tirsdag',
  location: 'Opgang 4',
  department: null,
  authority: 'Rigshospitalet',
  contactPhone: null,
};
const wording = (text: string) => compileTemplate('reminder', 'da', 1, text);
const sms = (text: string, changed: Partial<Variables> = {}) => render(wording(text), { ...values, ...changed });

describe('a wording is refused, with line and column', () => {
  test.each([
    ['', 'empty', 1, 1],
    [' \n ', 'empty', 1, 1],
    ['{% comment %}Hej{% endcomment %}', 'empty', 1, 1],
    ['Kl. {{tid}}', 'unknown_variable', 1, 7],
    ['Hej\r\n\r\n  {{ patient }}', 'unknown_variable', 3, 6],
    ['{{ date.length }}', 'unknown_variable', 1, 4],
    ['{{ date | truncate: x }}', 'unknown_variable', 1, 21],
    ['{{ constructor }}', 'unknown_variable', 1, 4],
    ['{% if cpr %}x{% endif %}', 'unknown_variable', 1, 7],
    ['{{ keyword }}', 'unknown_variable', 1, 4],
    ['Den {date}', 'single_brace', 1, 5],
    ['Den\n{{date}} kl. {time}}', 'single_brace', 2, 14],
    ['Den {{{date}}}', 'single_brace', 1, 5],
    ['Den date}}', 'single_brace', 1, 9],
    ['Den {{date', 'unclosed', 1, 5],
    ['Den {{date} kl. {{time}}', 'unclosed', 1, 5],
    ['Hej\n{% if date %}x', 'unclosed', 2, 1],
    ['{% if date ', 'unclosed', 1, 1],
    ['{% for a in date %}x{% endfor %}', 'unknown_tag', 1, 1],
    ['{% include "/etc/passwd" %}', 'unknown_tag', 1, 1],
    ['{% assign a = 1 %}x', 'unknown_tag', 1, 1],
    ['{% endif %}', 'unknown_tag', 1, 1],
    ['Den {{ date | date: "%d" }}', 'unknown_filter', 1, 5],
    ['{{ }}', 'syntax', 1, 4],
    ['x\u0000y', 'control_character', 1, 2],
    ['x\ud800y', 'control_character', 1, 2],
    ['x'.repeat(800), 'too_long', 1, 1],
    ['x'.repeat(4001), 'too_long', 1, 4001],
    ['’'.repeat(10) + 'ç'.repeat(330), 'too_long', 1, 1],
  ])('%j: %s', (text, code, line, column) => {
    expect(checkTemplate(text).faults[0]).toMatchObject({ pointer: '/text', code, line, column });
    expect(() => wording(text)).toThrow(TemplateRefused);
  });

  test('every fault of a kind is named', () => {
    expect(checkTemplate('{{a}} {{date}}\n{{b}}').faults.map(({ line, column }) => [line, column])).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('no message repeats a number', () => {
    const faults = [
      '{{ x2512489996 }}',
      '{% p2512489996 %}',
      '{{ date | f2512489996 }}',
      '2512489996 {{ 2512489996',
      '{{ "2512489996 }}',
    ].flatMap((text) => checkTemplate(text).faults);
    expect(faults).toHaveLength(5);
    expect(JSON.stringify(faults)).not.toMatch(/\d{6}/);
  });

  test('whatever is written, the answer is a check and never a crash', () => {
    const pieces = [
      '{{',
      '}}',
      '{%',
      '%}',
      '{',
      '}',
      'if',
      'unless',
      'endif',
      'comment',
      'endcomment',
      'date',
      'location',
      '|',
      'truncate',
      'default',
      ':',
      '"',
      "'",
      '-',
      '.',
      '[',
      ']',
      '(1..9)',
      ' ',
      '\n',
      'and',
      '==',
      'contains',
      '-1',
      '1e99',
      ',',
      'å',
      '😀',
    ];
    const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join(' '));
    const tags = fc
      .array(fc.constantFrom(...pieces.slice(6, 33)), { maxLength: 6 })
      .map((parts) => `x{{ ${parts.join(' ')} }}`);
    fc.assert(
      fc.property(fc.oneof(soup, tags, fc.string({ unit: 'binary' })), (text) => {
        const { faults, segments } = checkTemplate(text);
        if (faults.length > 0)
          expect(faults[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
        else {
          expect(segments).toBeGreaterThan(0);
          expect(sms(text)).toMatchObject({ segments: expect.any(Number) });
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a wording is filled in', () => {
  test.each([
    ['Husk {{weekday}} d. {{date}} kl. {{time}}', 'Husk tirsdag d. 1. december kl. 9.00'],
    ['Kl. {{time}}{% if location %}, {{location}}{% endif %}.', 'Kl. 9.00, Opgang 4.'],
    ['Kl. {{time}}{% if department %}, {{department}}{% endif %}.', 'Kl. 9.00.'],
    ['{% unless contactPhone %}Ring ikke{% else %}Ring {{contactPhone}}{% endunless %}', 'Ring ikke'],
    ['{% if department %}a{% elsif location %}b{% else %}c{% endif %}', 'b'],
    ['{{ department | default: "Receptionen" }}', 'Receptionen'],
    ['{{ weekday | capitalize }} x {{ location | upcase }}', 'Tirsdag x OPGANG 4'],
    ['Kl.{%- if time -%} {{ time }} {%- endif -%} .', 'Kl.9.00.'],
    ['x{{ department }}y', 'xy'],
    ['Linje 1\r\nLinje 2\n', 'Linje 1\nLinje 2'],
    ['  “Hej” – {{date}}… ', '"Hej" - 1. december...'],
  ])('%j', (text, printed) => {
    expect(sms(text)).toMatchObject({ text: printed });
  });

  test('a value is printed as it is, never run', () => {
    const found = sms('{{location}}!', { location: '{{authority}} {% x & <b> \ue000' });
    expect(found).toMatchObject({ text: '{{authority}} {% x & <b> \ue000!' });
  });

  test('putting a text together gives what rendering it gives', () => {
    const piece = fc.constantFrom(
      'x ',
      '{{date}}',
      '{{- location -}}',
      '{{ department }}',
      ' {% if location %}L{{location}}{% else %}-{% endif %} ',
      '{%- unless department %} D {% endunless -%}',
      '{% if contactPhone %}{% if department %}{{department}}{% endif %}{{contactPhone}}' +
        '{% elsif location %}l{% endif %}',
      '\n',
      '{{authority}}',
    );
    const text = fc.array(piece, { maxLength: 8 }).map((parts) => `.${parts.join('')}.`);
    const value = fc.option(fc.constantFrom('', 'a', ' b ', '{{date}}', '\ue001', 'æ'), { nil: null });
    fc.assert(
      fc.property(text, value, value, value, (source, location, department, contactPhone) => {
        const filled = { ...values, location, department, contactPhone };
        // A filter prevents the fast path of assembling the text.
        expect(wording(source).print(filled)).toBe(wording(`${source}{{ "" | strip }}`).print(filled));
      }),
      { numRuns: 500 },
    );
  });
});

describe('an SMS is refused at the last gate', () => {
  test('when it contains a CPR number, also one assembled from its parts', () => {
    expect(sms('Til {{location}}', { location: '251248-9996' })).toEqual({ refused: 'holds_cpr' });
    const found = sms('{{location}}-{{department}}x', { location: '251248', department: '9996' });
    expect(found).toEqual({ refused: 'holds_cpr' });
    expect(sms('{{location}}', { location: '２５１２４８９９９６' })).toEqual({ refused: 'holds_cpr' });
  });
  test('when it is over 5 segments', () => {
    expect(sms('{{location}}', { location: 'x'.repeat(5 * 153) })).toMatchObject({ segments: 5 });
    expect(sms('{{location}}', { location: 'x'.repeat(5 * 153 + 1) })).toEqual({ refused: 'too_long' });
  });
  test('when it is empty, or a value is missing', () => {
    expect(sms('{{date}}', { date: ' ' })).toEqual({ refused: 'failed' });
    expect(render(wording('x {{date | upcase}}'), {} as Variables)).toEqual({ refused: 'failed' });
  });
});

describe('an author is warned', () => {
  test('that it is empty without a place', () => {
    const found = checkTemplate('{% if location %}{{location}}{% endif %}');
    expect(found).toMatchObject({ faults: [], warnings: [expect.stringMatching(/^It is empty without/)] });
    expect(sms('{{location}}', { location: null })).toEqual({ refused: 'failed' });
  });

  test.each([
    ['Kl. {{time}}', []],
    ['“Kl.” – {{time}}…', []],
    ['Garçon ç', [/"ç" \(U\+00E7\)/]],
    ['Hej 😀', [/U\+1F600/]],
    ['x'.repeat(161), [/2 segments/]],
    ['Onkologisk Ambulatorium', [/"onkologisk"/]],
    ['Din HIV-test', [/"hiv"/]],
    ['archivet, hivemind', [/"hivemind"/]],
    ['{{department}}', [/department/]],
    ['Ang. 251248-9996', [/CPR/]],
    ['Se www.rh.dk', [/link/]],
  ])('%j', (text, warnings) => {
    const given = checkTemplate(`${text} {{date}}`).warnings;
    expect(given).toHaveLength(warnings.length);
    for (const [at, warning] of warnings.entries()) expect(given[at]).toMatch(warning);
  });

  test('a text about an appointment that leaves out its date or its time', () => {
    const found = checkTemplate('Hej', 'reminder').warnings;
    expect(found).toEqual([expect.stringContaining('{{date}}'), expect.stringContaining('{{time}}')]);
    expect(checkTemplate('Kl. {{time}}', 'rescheduled').warnings).toEqual([expect.stringContaining('{{date}}')]);
    expect(checkTemplate('Hej', 'help').warnings).toEqual([]);
  });
});

test('a check reports variables and size of a template', () => {
  expect(checkTemplate('Kl. {{time}} d. {{date}}{% if location %} {{location}}{% endif %}')).toEqual({
    variables: ['date', 'time', 'location'],
    encoding: 'gsm7',
    segments: 1,
    warnings: [],
    faults: [],
  });
});

test('an answer to a citizen has no variables of an appointment, but the keyword', () => {
  expect(checkTemplate('Svar {{keyword}} STOP', 'help').faults).toEqual([]);
  expect(checkTemplate('Kl. {{time}}', 'help').faults[0]).toMatchObject({ code: 'unknown_variable' });
  expect(() => compileTemplate('opt-out-confirmed', 'da', 1, '{{date}}')).toThrow(TemplateRefused);
});
