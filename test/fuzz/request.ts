/** A request, before it is sent. */
export interface FuzzRequest {
  readonly format: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}
