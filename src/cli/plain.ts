/** Text that came from a file or from afar, for a terminal, which would obey the control characters in it. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
