/** Signature scheme: an HMAC over the raw body. Settings that were stored before an optional one lack it. */
export interface HmacScheme {
  readonly header: string;
  readonly algorithm: 'sha256' | 'sha1' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  /** Text in front of the signature, such as `sha256=`. */
  readonly prefix: string;
  /** A body that came before is a repeat. Absent: off. */
  readonly replayMemory?: boolean;
  /** True: the header is `t=<seconds>,<prefix><signature>`, and `<seconds>.` is signed in front of the body. */
  readonly timestamped?: boolean;
  /** Address that the sender signs in front of the body. */
  readonly signedAddress?: string | null;
}
