import { decodeWindows1252 } from '../windows-1252.ts';

/**
 * Decodes a file: by its byte order mark, as strict UTF-8, or else as Windows-1252, which older Excel writes.
 * @param charset declared by the sender; used only when it is an 8-bit Latin one
 * @returns null for a body that is not text
 */
export function decodeText(bytes: Uint8Array, charset?: string): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return withoutNul(new TextDecoder('utf-16le').decode(bytes));
  if (first === 0xfe && second === 0xff) return withoutNul(new TextDecoder('utf-16be').decode(bytes));
  if (/^(?:iso-?8859-1|latin-?1|windows-1252|cp-?1252)$/i.test(charset ?? ''))
    return withoutNul(decodeWindows1252(bytes));
  try {
    return withoutNul(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return withoutNul(decodeWindows1252(bytes));
  }
}

function withoutNul(text: string): string | null {
  return text.includes('\0') ? null : text;
}
