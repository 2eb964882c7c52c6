/** Words that an authority gives a meaning in replies, beside the shipped ones. */
export interface OwnKeywords {
  readonly cancel: readonly string[];
  readonly confirm: readonly string[];
  readonly stop: readonly string[];
}
