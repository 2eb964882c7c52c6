import type { Language } from '../domain/authority.ts';
import type { Fault } from '../domain/errors.ts';
import type { TemplateName, TextName } from '../domain/reminder.ts';
import { countSegments, type Encoding } from '../domain/sms/segments.ts';
import { foldPunctuation } from '../domain/sms/sms-text.ts';
import { holdsCpr } from '../domain/text/cpr.ts';
import { fault, parseTemplate } from './liquid.ts';
import {
  APPOINTMENT_VARIABLES,
  BARE_SAMPLE,
  LONG_SAMPLE,
  type VariableName,
  type Variables,
  variablesOf,
} from './variables.ts';
import { type TemplateWarning, templateWarningsOf, warningText } from './warnings.ts';

/** Compiled template. */
export interface Template<Name extends TextName = TemplateName> {
  readonly name: Name;
  readonly language: Language;
  /** 0 for a shipped template. */
  readonly version: number;
  readonly text: string;
  readonly variables: readonly string[];
  /** True when the text mentions a time in any case: it must not be used for an appointment without one. */
  readonly needsTime: boolean;
  /** Fills in values, without the checks of `render`. */
  readonly print: (variables: Variables) => string;
}

/** Template that can't be used. */
export class TemplateRefused extends Error {
  readonly faults: readonly [Fault, ...Fault[]];

  constructor(faults: readonly [Fault, ...Fault[]]) {
    super(faults.map(({ detail, line, column }) => `line ${line}, column ${column}: ${detail}`).join('\n'));
    this.name = 'TemplateRefused';
    this.faults = faults;
  }
}

/** Result of checking a template, for its author. */
export interface TemplateCheck {
  readonly variables: readonly string[];
  /** With long values; 0 segments when there are faults. */
  readonly encoding: Encoding;
  readonly segments: number;
  readonly warnings: readonly string[];
  /** Faults with line and column; any fault refuses the template. */
  readonly faults: readonly Fault[];
}

/** Rendered SMS, or the reason why it is not sent. */
export type Rendered =
  | { readonly text: string; readonly encoding: Encoding; readonly segments: number; readonly refused?: undefined }
  | { readonly refused: 'holds_cpr' | 'too_long' | 'failed' };

const MAX_SEGMENTS = 5;

/** Compiles a template. @throws TemplateRefused with everything that is wrong with the text */
export function compileTemplate<Name extends TextName>(
  name: Name,
  language: Language,
  version: number,
  text: string,
): Template<Name> {
  const read = parseChecked(text, variablesOf(name));
  if ('faults' in read) throw new TemplateRefused(read.faults);
  const { variables, print } = read;
  return { name, language, version, text: read.text, variables, needsTime: needsTime(read.text, variables), print };
}

const CONDITION_ON_TIME = /\{%-?\s*(?:if|elsif|unless)\s+time\b/;

function needsTime(text: string, variables: readonly VariableName[]): boolean {
  return variables.includes('time') && !CONDITION_ON_TIME.test(text);
}

/** A template as `checkTemplate` finds it, with its warnings as data. */
export interface TemplateFindings extends Omit<TemplateCheck, 'warnings'> {
  readonly warnings: readonly TemplateWarning[];
  /** The text with long values; null when there are faults. */
  readonly longText: string | null;
}

/** Does the same as `checkTemplate`, for pages that say the warnings in their own language. */
export function inspectTemplate(text: string, name?: TextName): TemplateFindings {
  const read = parseChecked(text, name ? variablesOf(name) : APPOINTMENT_VARIABLES);
  if ('faults' in read)
    return { variables: [], encoding: 'gsm7', segments: 0, warnings: [], faults: read.faults, longText: null };
  const { variables, encoding, segments, longText } = read;
  return { variables, encoding, segments, warnings: templateWarningsOf(read, name), faults: [], longText };
}

/**
 * Checks a template for its author.
 * @param name determines the variables; without it they are those of a text about an appointment
 */
export function checkTemplate(text: string, name?: TemplateName): TemplateCheck {
  const { longText: _, warnings, ...found } = inspectTemplate(text, name);
  return { ...found, warnings: warnings.map(warningText) };
}

/**
 * Renders the SMS with folded punctuation. It is refused, and not sent, when it contains a CPR number, exceeds 5
 * segments or is empty.
 * @param fitText changes the text to what the gateway takes
 */
export function render(
  template: Pick<Template, 'print'>,
  variables: Variables,
  fitText = (text: string) => text,
): Rendered {
  const printed = tryPrint(template.print, variables);
  const text = printed && fitText(printed);
  if (!text) return { refused: 'failed' };
  if (holdsCpr(text)) return { refused: 'holds_cpr' };
  const { encoding, segments } = countSegments(text);
  // The old time of a moved appointment is worth a few words, and no second segment.
  if (segments > 1 && variables.oldDate)
    return render(template, { ...variables, oldDate: null, oldTime: null, oldWeekday: null }, fitText);
  return segments > MAX_SEGMENTS ? { refused: 'too_long' } : { text, encoding, segments };
}

type Checked =
  | { readonly faults: readonly [Fault, ...Fault[]] }
  | {
      readonly text: string;
      readonly variables: readonly VariableName[];
      readonly print: (variables: Variables) => string;
      readonly encoding: Encoding;
      readonly segments: number;
      readonly mayBeEmpty: boolean;
      readonly longText: string;
    };

function parseChecked(raw: string, allowed: readonly VariableName[]): Checked {
  const text = raw.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const read = parseTemplate(text, allowed);
  if ('faults' in read) return read;
  const long = tryPrint(read.print, LONG_SAMPLE);
  const bare = tryPrint(read.print, BARE_SAMPLE);
  if (long === null || bare === null)
    return { faults: [fault(text, 0, 'failed', 'It cannot be rendered: check the use of filters.')] };
  if (long === '') return { faults: [fault(text, 0, 'empty', 'It is empty.')] };
  const { encoding, segments } = countSegments(long);
  if (segments > MAX_SEGMENTS) {
    return {
      faults: [
        fault(
          text,
          0,
          'too_long',
          `It takes ${segments} segments with long values; at most ${MAX_SEGMENTS} are allowed.`,
        ),
      ],
    };
  }
  const { variables, print } = read;
  return { text, variables, print, encoding, segments, mayBeEmpty: bare === '', longText: long };
}

/** null when rendering fails: a filter's effect on a value isn't known before. */
function tryPrint(print: (variables: Variables) => string, variables: Variables): string | null {
  try {
    return foldPunctuation(print(variables)).trim();
  } catch {
    return null;
  }
}
