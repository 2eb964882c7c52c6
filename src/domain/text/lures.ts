import { holdsLink } from './links.ts';
import { holdsUnmistakableName } from './sender-names.ts';

const LETTERS = '[\\p{L}\\p{N}-]';
/** What people read as a point, and phones do not: look-alikes, brackets around it, a blank in front, and words. */
const POINTS = [
  '[‧·•∙⋅・]',
  ' ?[\\[({] ?(?:\\.|dot|punktum) ?[\\])}] ?',
  ' (?:dot|punktum) ',
  ' \\.(?=[\\p{L}\\p{N}])',
];
const POINT = new RegExp(POINTS.join('|'), 'giu');
/** Words with such points between them, or ordinary ones, and what stands behind a slash. */
const DISGUISED = new RegExp(`(?<!${LETTERS})${LETTERS}+(?:(?:\\.|${POINTS.join('|')})${LETTERS}+)+(?:/[^ ]*)?`, 'giu');
/** A scheme as it is written so that no filter knows it: `hxxps`. */
const SCHEME = /(?<!\p{L})h(?:xx|\*\*)ps?(?![\p{L}\p{N}])/giu;

/** Takes out links that are written so that people put them together, and phones don't: `evil[.]dk`, `evil dot dk`. */
export function withoutDisguisedLinks(text: string): string {
  return text
    .replace(DISGUISED, (found) => (holdsLink(found.replace(POINT, '.')) && !holdsLink(found) ? ' ' : found))
    .replace(SCHEME, ' ');
}

/** Words that call people to do what such a name stands for. */
const CALLS = new RegExp(
  '(?<![\\p{L}\\p{N}])(?:' +
    [
      'logg?e? ?(?:ind|på)',
      'log in',
      'sign[ -]?in',
      'confirm',
      'pay',
      'bekr(?:æ|ae)fte?s?',
      'betale?r?s?',
      'godkende?s?',
    ].join('|') +
    ')(?![\\p{L}\\p{N}])',
  'iu',
);

/** True for a text that calls people to sign in, to confirm or to pay, and names whom criminals pretend to be. */
export function callsToSignIn(text: string): boolean {
  return CALLS.test(text) && holdsUnmistakableName(text);
}
