import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { decodeWindows1252 } from '../windows-1252.ts';

/** Names of HL7 table 0211 and other names in use → labels of the Encoding Standard. */
const CHARSETS: Readonly<Record<string, string>> = {
  UNICODEUTF8: 'utf-8',
  UTF8: 'utf-8',
  UNICODE: 'utf-8',
  ISOIR6: 'ascii',
  ASCII: 'ascii',
  USASCII: 'ascii',
  LATIN1: 'windows-1252',
  LATIN9: 'iso-8859-15',
  ISOIR100: 'windows-1252',
  WINDOWS1252: 'windows-1252',
  CP1252: 'windows-1252',
  ANSI: 'windows-1252',
};

/** Decoded message with its charset, which the acknowledgement is encoded in. */
export interface DecodedHl7 {
  readonly text: string;
  /** Label of the Encoding Standard, in lower case. */
  readonly charset: string;
}

const MARKS: readonly (readonly [charset: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  // UTF-16 without a byte order mark, recognised by `MS`.
  ['utf-16le', [0x4d, 0x00, 0x53, 0x00]],
  ['utf-16be', [0x00, 0x4d, 0x00, 0x53]],
];

/**
 * Decodes a message, without its byte order mark. The HTTP charset outranks MSH-18 (HL7 over HTTP). Without either, and
 * where they contradict the bytes, UTF-8 is used if the bytes are valid, else windows-1252.
 * @param httpCharset of the Content-Type; an unknown one is ignored
 */
export function decodeHl7(bytes: Uint8Array, httpCharset: string | undefined): DecodedHl7 {
  const mark = MARKS.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  if (mark) return { text: new TextDecoder(mark[0]).decode(bytes), charset: mark[0] };
  const declared = encodingOf(httpCharset) ?? encodingOf(charsetOfHeader(bytes));
  const strict = declared === undefined || declared === 'ascii' || declared.startsWith('utf-16') ? 'utf-8' : declared;
  const text = decodeStrictly(bytes, strict);
  if (text !== undefined) return { text, charset: strict };
  return { text: decodeStrictly(bytes, 'windows-1252') ?? '', charset: 'windows-1252' };
}

/** Encodes an acknowledgement in the message's charset, with `?` for characters that it lacks. */
export function encodeHl7(text: string, charset: string): Uint8Array {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  if (charset === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (charset === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const table = byteTable(charset);
  return Uint8Array.from(text, (character) => table.get(character) ?? 0x3f);
}

/** MSH-18 for a charset (HL7 table 0211); empty where the table has none. */
export function charsetInHeader(charset: string): string {
  if (charset === 'utf-8') return 'UNICODE UTF-8';
  if (charset.startsWith('utf-16')) return 'UNICODE UTF-16';
  if (charset === 'windows-1252') return '8859/1';
  return charset.startsWith('iso-8859-') ? `8859/${charset.slice('iso-8859-'.length)}` : '';
}

const MAX_ESCAPED = 1000;

/** Decodes the bytes of an escape sequence, a thousand at most; empty for invalid bytes. */
export function decodeBytes(all: Uint8Array, charset: string): string {
  const bytes = all.subarray(0, MAX_ESCAPED);
  // Most are single ASCII characters, for which a decoder is slow.
  if (bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
  // Thousands of wrong ones would throw thousands of errors, each of which takes longer than all else.
  return charset === 'utf-8' && !isUtf8(bytes) ? '' : (decodeStrictly(bytes, charset) ?? '');
}

function decodeStrictly(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return charset === 'windows-1252' ? decodeWindows1252(bytes) : decoderOf(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

const decoders = new Map<string, TextDecoder>();

/** Decoder that throws for invalid bytes. It is cached, since creating one costs more than decoding. */
function decoderOf(charset: string): TextDecoder {
  const decoder = decoders.get(charset) ?? new TextDecoder(charset, { fatal: true });
  decoders.set(charset, decoder);
  return decoder;
}

const encodings = new Map<string, string | undefined>();
const KEPT_AT_MOST = 100;

/** Label of the Encoding Standard for a supported charset; undefined for any other. */
export function encodingOf(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  if (encodings.has(name)) return encodings.get(name);
  if (encodings.size >= KEPT_AT_MOST) encodings.clear();
  const encoding = findEncoding(name);
  encodings.set(name, encoding);
  return encoding;
}

function findEncoding(name: string): string | undefined {
  const plain = name.toUpperCase().replace(/[^A-Z0-9/]/g, '');
  if (plain === '') return undefined;
  const known = Object.hasOwn(CHARSETS, plain) ? CHARSETS[plain] : undefined;
  if (known) return known;
  const [, part] = /^(?:ISO)?8859\/?(\d{1,2})$/.exec(plain) ?? [];
  const label = part === undefined ? name.trim() : `iso-8859-${part}`;
  try {
    const { encoding } = new TextDecoder(label);
    // Other charsets have several bytes per character, which may include delimiters.
    return encoding === 'utf-8' || byteTables.has(encoding) || isSingleByte(encoding) ? encoding : undefined;
  } catch {
    return undefined;
  }
}

/** First repetition of MSH-18, read before the charset is known: all supported charsets encode the header alike. */
function charsetOfHeader(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0x0d);
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, end < 0 ? bytes.length : end).toString('latin1');
  const text = header.split('\n', 1)[0]?.trimStart() ?? '';
  const separator = text.charAt(3);
  if (!text.startsWith('MSH') || separator === '') return undefined;
  const field = text.split(separator, 18)[17];
  return field?.split(text.charAt(5) || '~', 1)[0];
}

const byteTables = new Map<string, ReadonlyMap<string, number>>();

function byteTable(charset: string): ReadonlyMap<string, number> {
  const known = byteTables.get(charset);
  if (known) return known;
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decodeStrictly(Uint8Array.of(byte), charset) ?? '', byte] as const),
  );
  table.delete('');
  byteTables.set(charset, table);
  return table;
}

/** True when each byte is a character and the lower half is ASCII. */
function isSingleByte(encoding: string): boolean {
  if (/^(?:utf-|big5|euc-|gb|shift|iso-2022|replacement)/.test(encoding)) return false;
  return byteTable(encoding).get('|') === 0x7c;
}
