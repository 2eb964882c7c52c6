import { normalized } from '../domain/text/unicode.ts';

/** Codes of ISO 639-2 for: undetermined, several, none, uncoded. */
const NO_LANGUAGE: ReadonlySet<string> = new Set(['und', 'mul', 'zxx', 'mis']);
const CODE = /^([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,4}$/;
const LONGEST = 60;
/** Names that systems use and CLDR doesn't. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  farsi: 'fa',
  mandarin: 'zh',
  kantonesisk: 'zh',
  cantonese: 'zh',
  greenlandic: 'kl',
  somalisk: 'so',
  dari: 'fa',
  'norsk bokmål': 'nb',
};
/** Languages whose own name for themselves is read too. */
const NATIVE =
  'da de en es et fa fi fo fr hr hu is it kl lt lv nl no pl pt ro ru sk sl so sq sr sv tr uk ar bs bg'.split(' ');

/**
 * Language of a patient by any of these words, in order: codes of ISO 639 or BCP 47, or names in English, Danish or the
 * language itself (`dan`, `da-DK`, `Dansk`, `Danish (DK)`).
 * @returns the primary subtag, two letters where ISO 639-1 has them; undefined when no word is a language
 */
export function languageOf(words: readonly (string | null | undefined)[]): string | undefined {
  const tidied = words.flatMap((word) => (word && word.length <= LONGEST ? tidy(word) : []));
  for (const word of tidied) {
    const known = knownCode(word) ?? languageNames().get(word);
    if (known !== undefined) return known;
  }
  return tidied.flatMap((word) => codeOf(word) ?? [])[0];
}

/** In small letters, without what stands in brackets. */
function tidy(word: string): string {
  const [name = ''] = normalized(word, 'NFC').split(/[([,;/]/, 1);
  return name.trim().toLowerCase();
}

function codeOf(word: string): string | undefined {
  const code = CODE.exec(word)?.[1];
  return code === undefined || NO_LANGUAGE.has(code) ? undefined : Intl.getCanonicalLocales(code)[0]?.split('-', 1)[0];
}

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

function knownCode(word: string): string | undefined {
  const code = codeOf(word);
  return code !== undefined && english.of(code) !== undefined ? code : undefined;
}

let names: ReadonlyMap<string, string> | undefined;

/** Made at the first use, since it takes a while and most systems send codes. */
function languageNames(): ReadonlyMap<string, string> {
  names ??= new Map([
    ...Object.entries(OTHER_NAMES),
    ...NATIVE.flatMap(nativeName),
    ...namesIn('da'),
    ...namesIn('en'),
  ]);
  return names;
}

function namesIn(locale: string): [name: string, code: string][] {
  const display = new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((code): [string, string][] => {
      const name = display.of(code);
      const canonical = codeOf(code);
      return name === undefined || canonical === undefined ? [] : [[name.toLowerCase(), canonical]];
    });
}

function nativeName(code: string): [string, string][] {
  const name = new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code);
  return name === undefined ? [] : [[name.toLowerCase(), code]];
}
