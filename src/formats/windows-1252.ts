/** 0x80 to 0x9f, which the TextDecoder of Node.js 20 decodes to control characters. */
const HIGH = [...'€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'];
const DECODER = new TextDecoder('windows-1252');

/** Decodes text of older Danish systems; every byte is a character. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return DECODER.decode(bytes).replace(/[\u0080-\u009f]/g, (control) => HIGH[control.charCodeAt(0) - 0x80] ?? '');
}
