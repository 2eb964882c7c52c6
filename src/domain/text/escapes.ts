const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|[a-z]{2,8});/gi;
const LAST_CODE = 0x10ffff;

/**
 * The text with percent escapes (RFC 3986 §2.1) and character references of HTML in plain characters, once; a named
 * reference becomes a blank, since nearly all of them are signs. Unchanged when there is none.
 */
export function withoutEscapes(text: string): string {
  const plain = text.includes('%')
    ? text.replace(PERCENT, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'))
    : text;
  return plain.includes('&') ? plain.replace(REFERENCE, (_, decimal, hex) => characterOf(decimal, hex)) : plain;
}

function characterOf(decimal: string | undefined, hex: string | undefined): string {
  const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '20', 16);
  return code > LAST_CODE ? ' ' : String.fromCodePoint(code);
}
