/** English words that no Danish sentence has. */
export const ENGLISH_WORDS =
  /\b(?:the|must|is|not|of|and|expected|received|invalid|should|this|write|use|too|be|may|an|only|it|at least)\b/i;
