import { Liquid, LiquidError, type Template as Parsed } from 'liquidjs';
import type { Fault } from '../domain/errors.ts';
import type { VariableName, Variables } from './variables.ts';

const TAGS = new Set(['if', 'unless', 'comment']);
const FILTERS = new Set(['upcase', 'downcase', 'capitalize', 'default', 'truncate', 'strip']);
const MAX_LENGTH = 4000;

/** LiquidJS without loops, files and assignments: a template can only print values. */
const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  ownPropertyOnly: true,
  jsTruthy: true,
  templates: {},
  parseLimit: MAX_LENGTH,
  memoryLimit: 1e5,
});
for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag];
for (const filter of Object.keys(engine.filters)) if (!FILTERS.has(filter)) delete engine.filters[filter];

/** Parsed template. */
export interface ParsedTemplate {
  readonly variables: readonly VariableName[];
  /** @throws when a value can't be printed, for instance by a filter */
  readonly print: (variables: Variables) => string;
}

/** Parses a template. @returns its printer, or everything that is wrong with it */
export function parseTemplate(
  text: string,
  allowed: readonly VariableName[],
): ParsedTemplate | { readonly faults: readonly [Fault, ...Fault[]] } {
  const [first, ...more] = [...unsendableCharacters(text), ...loneBraces(text)];
  if (first) return { faults: [first, ...more] };
  try {
    const parsed = engine.parse(text);
    const used = Object.values(engine.analyzeSync(parsed).variables).flat();
    const [unknown, ...others] = used.filter(({ segments }) => segments.length > 1 || !isAllowed(segments[0], allowed));
    if (unknown)
      return {
        faults: [unknownVariable(unknown, allowed), ...others.map((variable) => unknownVariable(variable, allowed))],
      };
    const variables = allowed.filter((name) => used.some(({ segments }) => segments[0] === name));
    return { variables, print: printer(text, parsed, variables) };
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    return { faults: [syntaxFault(error)] };
  }
}

function isAllowed(name: unknown, allowed: readonly VariableName[]): boolean {
  return (allowed as readonly unknown[]).includes(name);
}

/** Templates of plain values and conditions on their presence. */
const PLAIN = /^(?:[^{}]|\{\{-? *\w+ *-?\}\}|\{%-? *(?:(?:if|elsif|unless) +\w+|else|endif|endunless) *-?%\})*$/;
const FIRST_MARK = 0xe000;
const MARKS = /([\ue000-\ue0ff])/;

/**
 * Printer of a template. A plain template consists of the same pieces for all values, except for which values are
 * present. Each such case is rendered once with marks in place of values, and then only assembled, which is five times
 * as fast as rendering.
 */
function printer(text: string, parsed: Parsed[], variables: readonly VariableName[]): (variables: Variables) => string {
  const render = (values: object): string => engine.renderSync(parsed, values);
  if (!PLAIN.test(text) || MARKS.test(text)) return (values) => render({ keyword: null, ...values });
  const cases = new Map<number, readonly (string | VariableName)[]>();
  return (values) => {
    let present = 0;
    for (let at = 0; at < variables.length; at++) if (values[variables[at] as VariableName]) present |= 1 << at;
    let pieces = cases.get(present);
    if (!pieces) {
      const marks = variables.map((name, at) => [
        name,
        present & (1 << at) ? String.fromCharCode(FIRST_MARK + at) : null,
      ]);
      pieces = render(Object.fromEntries(marks))
        .split(MARKS)
        .map((piece) => (MARKS.test(piece) ? (variables[piece.charCodeAt(0) - FIRST_MARK] as VariableName) : piece));
      cases.set(present, pieces);
    }
    // The pieces between the names are at even positions.
    let printed = '';
    for (let at = 0; at < pieces.length; at++)
      printed += at % 2 === 0 ? pieces[at] : values[pieces[at] as VariableName];
    return printed;
  };
}

/** Finds characters that an SMS can't contain, and excessive length. */
function* unsendableCharacters(text: string): Generator<Fault> {
  if (text.length > MAX_LENGTH) yield fault(text, MAX_LENGTH, 'too_long', `Over ${MAX_LENGTH} characters.`);
  const at = text.search(/(?![\n\t])[\p{Cc}\p{Cs}]/u);
  if (at >= 0) yield fault(text, at, 'control_character', 'Control characters cannot be sent.');
}

/**
 * Finds `{date}`, which prints itself, and `{{date}`, which swallows the text behind it: both are mistyped `{{date}}`.
 */
function* loneBraces(text: string): Generator<Fault> {
  for (const { 0: found, index } of text.matchAll(/\{(?=\{\{[^{}]*\}\})|\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{[{%]|[{}]/g)) {
    if (found.length > 2) continue;
    if (found.length === 2) yield fault(text, index, 'unclosed', `${found} is not closed.`);
    else
      yield fault(
        text,
        index,
        'single_brace',
        'Variables need two braces on each side: {{date}}. Single braces are not printed.',
      );
  }
}

function unknownVariable(
  variable: { segments: readonly unknown[]; location: { row: number; col: number } },
  allowed: readonly string[],
): Fault {
  return {
    pointer: '/text',
    code: 'unknown_variable',
    detail: `There is no variable "${masked(variable.segments.join('.'))}". Known: ${allowed.join(', ')}.`,
    line: variable.location.row,
    column: variable.location.col,
  };
}

function syntaxFault(error: LiquidError): Fault {
  const [line = 1, column = 1] = error.token.getPosition();
  const at = { pointer: '/text', line, column };
  const tag = /^tag "([^"]*)" not found/.exec(error.message)?.[1];
  if (tag !== undefined)
    return { ...at, code: 'unknown_tag', detail: `There is no tag "${masked(tag)}" here. Known: if, unless, comment.` };
  const filter = /^undefined filter: (\S*?),/.exec(error.message)?.[1];
  if (filter !== undefined) {
    return {
      ...at,
      code: 'unknown_filter',
      detail: `There is no filter "${masked(filter)}". Known: ${[...FILTERS].join(', ')}.`,
    };
  }
  if (error.message.includes('not closed')) return { ...at, code: 'unclosed', detail: 'A tag is not closed.' };
  return { ...at, code: 'syntax', detail: 'This is not valid Liquid.' };
}

/** Digits are masked, since no error repeats a number. */
function masked(word: string): string {
  return word.replace(/\d/g, '#').slice(0, 40);
}

/** A fault at an index of the text; line and column count from 1. */
export function fault(text: string, index: number, code: string, detail: string): Fault {
  const before = text.slice(0, index).split('\n');
  return { pointer: '/text', code, detail, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
