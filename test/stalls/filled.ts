/** Every body of a source is bounded by 1 MiB. */
export const MIB = 1024 * 1024 - 64;

/** A unit again and again, in characters. */
export function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** As many elements as fit into 1 MiB of JSON, and no more than there may be. */
export function upTo<Element>(make: (nth: number) => Element, most: number, bytes = MIB): Element[] {
  const all: Element[] = [];
  for (let size = 2_000; all.length < most; ) {
    const element = make(all.length);
    size += Buffer.byteLength(JSON.stringify(element)) + 1;
    if (size > bytes) break;
    all.push(element);
  }
  return all;
}
