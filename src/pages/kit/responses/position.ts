/** The position in a list that an address names, from which the page goes on; 0 for anything else. */
export function positionIn(text: string | undefined): number {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
}
