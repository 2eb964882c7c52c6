/** Makes text of a file or a server safe for a terminal, by replacing its control characters. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
