/** 32 random bytes with fewer different ones among them do not occur: such a key is a pattern. */
const LEAST_DIFFERENT_BYTES = 9;
/** The same for the 24 characters of the shortest token, which may be hexadecimal. */
const LEAST_DIFFERENT_CHARACTERS = 6;
/** The longest pattern that is searched for: in a key it stands there twice. */
const LONGEST_PATTERN = 16;
/** The share of a token that repeats what stands a pattern before it, since a sign is often put behind a pattern. */
const SHARE_REPEATED = 0.8;

/** True for bytes that are a pattern, as random ones are not. */
export function isPattern(bytes: Uint8Array): boolean {
  return repeats(bytes, LEAST_DIFFERENT_BYTES, 1);
}

/** True for a token that is a pattern, but for a few characters and for capitals. */
export function isPatternToken(token: string): boolean {
  return repeats(Buffer.from(token.toLowerCase()), LEAST_DIFFERENT_CHARACTERS, SHARE_REPEATED);
}

function repeats(bytes: Uint8Array, leastDifferent: number, share: number): boolean {
  return new Set(bytes).size < leastDifferent || isPeriodic(bytes, share) || isPeriodic(stepsOf(bytes), share);
}

/** True for bytes of which the first few come over and over. */
function isPeriodic(bytes: Uint8Array, share: number): boolean {
  const periods = Array.from({ length: LONGEST_PATTERN }, (_, nth) => nth + 1);
  return periods.some((period) => {
    const later = bytes.subarray(period);
    return later.filter((byte, at) => byte === bytes[at]).length >= share * later.length;
  });
}

/** The difference of each byte to the one in front of it: that of bytes in their order is the same everywhere. */
function stepsOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1).map((byte, at) => byte - (bytes[at] ?? 0));
}
