/** GSM 03.38 basic table (3GPP TS 23.038 §6.2.1) without the escape; one septet per character. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Extension table (3GPP TS 23.038 §6.2.1.1): an escape and a septet, never split between parts. */
const EXTENSION = '\f^{}\\[~]|€';

/** Septets by UTF-16 unit; 0 for a unit that GSM-7 doesn't have. */
const SEPTETS = new Uint8Array(0x10000);
for (const character of BASIC) SEPTETS[character.charCodeAt(0)] = 1;
for (const character of EXTENSION) SEPTETS[character.charCodeAt(0)] = 2;

/** Encoding of an SMS on the air. */
export type Encoding = 'gsm7' | 'ucs2';

/** Size of a text as SMS. */
export interface SegmentCount {
  readonly encoding: Encoding;
  /** At least 1, also for an empty text. */
  readonly segments: number;
  /** Septets (gsm7) or UTF-16 units (ucs2) of the whole text, without the headers of its parts. */
  readonly units: number;
}

/**
 * Counts the segments of `text`: one holds 160 septets or 70 UTF-16 units, several hold 153 or 67 each. A character of
 * two units never straddles two parts.
 */
export function countSegments(text: string): SegmentCount {
  let units = 0;
  for (let at = 0; at < text.length; at++) {
    const septets = SEPTETS[text.charCodeAt(at)] as number;
    if (septets === 0) return countUcs2(text);
    units += septets;
  }
  if (units <= 160) return { encoding: 'gsm7', segments: 1, units };
  return { encoding: 'gsm7', segments: countParts(text, 153, septetsAt), units };
}

function countUcs2(text: string): SegmentCount {
  return { encoding: 'ucs2', segments: text.length <= 70 ? 1 : countParts(text, 67, unitsAt), units: text.length };
}

/** @param widthAt units of the character at an index; for a surrogate pair 2 at its first half and 0 at its second */
function countParts(text: string, size: number, widthAt: (text: string, at: number) => number): number {
  let segments = 1;
  let inPart = 0;
  for (let at = 0; at < text.length; at++) {
    const width = widthAt(text, at);
    inPart += width;
    if (inPart > size) {
      segments++;
      inPart = width;
    }
  }
  return segments;
}

function septetsAt(text: string, at: number): number {
  return SEPTETS[text.charCodeAt(at)] as number;
}

function unitsAt(text: string, at: number): number {
  if (isPair(text, at)) return 2;
  return isPair(text, at - 1) ? 0 : 1;
}

function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** Characters that force `text` into UCS-2, each once, in order of appearance. */
export function nonGsmCharacters(text: string): string[] {
  const found = new Set<string>();
  for (const character of text) {
    if (character.length > 1 || SEPTETS[character.charCodeAt(0)] === 0) found.add(character);
  }
  return [...found];
}

/** Characters that take two of the places of a GSM-7 SMS, each once, in order of appearance. */
export function doubleCharacters(text: string): string[] {
  return [...new Set(text)].filter((character) => EXTENSION.includes(character));
}
