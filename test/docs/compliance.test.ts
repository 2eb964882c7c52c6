import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const PAPERS = [
  'SECURITY.md',
  'docs/compliance.md',
  ...readdirSync(new URL('docs/da/', root)).map((name) => `docs/da/${name}`),
];

const part = (title: string): string =>
  read('docs/compliance.md')
    .split(/^## /m)
    .find((text) => text.startsWith(title)) ?? '';
const rowsOf = (title: string): string[][] =>
  part(title)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (control|section|article) \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}.${n + 1}`);
/** ISO/IEC 27001:2022, Annex A, table A.1. */
const CONTROLS = [...numbered('5', 37), ...numbered('6', 8), ...numbered('7', 14), ...numbered('8', 34)];
/** OWASP ASVS 5.0.0: how many requirements of level 1 or 2 each section begins with; all behind them are of level 3. */
const REQUIREMENTS: Readonly<Record<string, number>> = {
  ...{ 'V1.1': 2, 'V1.2': 9, 'V1.3': 11, 'V1.4': 3, 'V1.5': 2, 'V2.1': 3, 'V2.2': 3, 'V2.3': 4, 'V2.4': 1 },
  ...{ 'V3.2': 2, 'V3.3': 4, 'V3.4': 6, 'V3.5': 5, 'V3.7': 2, 'V4.1': 3, 'V4.2': 1, 'V4.3': 2, 'V4.4': 4 },
  ...{ 'V5.1': 1, 'V5.2': 3, 'V5.3': 2, 'V5.4': 3, 'V6.1': 3, 'V6.2': 12, 'V6.3': 4, 'V6.4': 4, 'V6.5': 5, 'V6.6': 3 },
  ...{ 'V6.8': 4, 'V7.1': 3, 'V7.2': 4, 'V7.3': 2, 'V7.4': 5, 'V7.5': 2, 'V7.6': 2, 'V8.1': 2, 'V8.2': 3, 'V8.3': 1 },
  ...{ 'V8.4': 1, 'V9.1': 3, 'V9.2': 4, 'V10.1': 2, 'V10.2': 2, 'V10.3': 4, 'V10.4': 11, 'V10.5': 5, 'V10.6': 2 },
  ...{ 'V10.7': 3, 'V11.1': 2, 'V11.2': 3, 'V11.3': 3, 'V11.4': 4, 'V11.5': 1, 'V11.6': 1, 'V12.1': 3, 'V12.2': 2 },
  ...{ 'V12.3': 4, 'V13.1': 1, 'V13.2': 5, 'V13.3': 2, 'V13.4': 5, 'V14.1': 2, 'V14.2': 4, 'V14.3': 3, 'V15.1': 3 },
  ...{ 'V15.2': 3, 'V15.3': 7, 'V16.1': 1, 'V16.2': 5, 'V16.3': 4, 'V16.4': 3, 'V16.5': 3, 'V17.1': 1, 'V17.2': 4 },
  ...{ 'V17.3': 2 },
};

/** `1, 3–5` as 1, 3, 4, 5. */
function numbersOf(text: string): number[] {
  return text.split(', ').flatMap((range) => {
    const [from = 0, to = from] = range.split('–').map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}

it('each control of Annex A is answered once', () => {
  expect(rowsOf('ISO/IEC 27001:2022').map(([control]) => control)).toEqual(CONTROLS);
});

it('each requirement of ASVS level 2 is answered once', () => {
  expect(Object.values(REQUIREMENTS).reduce((sum, count) => sum + count)).toBe(253);
  const answered = rowsOf('OWASP ASVS 5.0.0').flatMap(([section = '', numbers = '']) =>
    numbersOf(numbers).map((number) => `${section.split(' ')[0]}.${number}`),
  );
  const asked = Object.entries(REQUIREMENTS).flatMap(([section, count]) => numbered(section, count));
  expect(answered.sort()).toEqual(asked.sort());
});

it('each answer is one of those that are explained, and what is met names by what', () => {
  const titles = ['ISO/IEC 27001:2022', 'OWASP ASVS 5.0.0', 'GDPR'];
  const answers = titles.flatMap((title) => rowsOf(title)).map(([, , answer, by]) => ({ answer, by }));
  const explained = [
    ...part('')
      .concat(read('docs/compliance.md'))
      .matchAll(/^\| ([a-z ]+) \| [A-Z]/gm),
  ].map(([, answer]) => answer);
  expect([...new Set(answers.map(({ answer }) => answer))].filter((answer) => !explained.includes(answer))).toEqual([]);
  expect(answers.filter(({ answer, by }) => (answer === 'met' || answer === 'partly') && by === '')).toEqual([]);
});

it('every file that the papers name is there', () => {
  const named = PAPERS.flatMap((paper) =>
    [...read(paper).matchAll(/`((?:src|test|docs|migrations|scripts)\/[\w./-]+|[A-Z]+\.md|[\w.-]+\.yaml)`/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(named.length).toBeGreaterThan(100);
  expect([...new Set(named)].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

it('every setting that the papers name is one of the README, and every link leads somewhere', () => {
  const readme = read('README.md');
  const settings = PAPERS.flatMap((paper) =>
    [...read(paper).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name),
  );
  expect(settings.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  const links = PAPERS.flatMap((paper) =>
    [...read(paper).matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => new URL(target, new URL(paper, root))),
  );
  expect(links.filter((link) => !existsSync(link)).map(String)).toEqual([]);
});
