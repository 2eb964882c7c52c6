/** Credentials of a request. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** Hashes the token in `authorization`, once a request (`hashOfToken`); left out: wherever the hash is asked for. */
  readonly tokenHash?: () => Buffer | undefined;
  /** Standard Webhooks: the three headers, read only together. */
  readonly webhookId: string | undefined;
  readonly webhookTimestamp: string | undefined;
  readonly webhookSignature: string | undefined;
  /** Reads any other header of the request, by its name in small letters. */
  readonly header?: (name: string) => string | undefined;
  /** The header of the request that is named as a signature is, whichever a source reads. */
  readonly signatureHeader?: () => string | undefined;
  /** True when any header, of whatever name, looks like a signature. */
  readonly looksSigned?: () => boolean;
  /** The bytes that were sent: signatures are made over them. */
  readonly body: Uint8Array;
}

/** Credentials as the headers of a request hold them, before its body is read. */
export type SentHeaders = Omit<Credentials, 'body'>;
