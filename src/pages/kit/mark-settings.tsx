import type { Child } from 'hono/jsx';

/** Settings of the environment, with a value that a sentence gives one. */
const NAMES = /(EASYSMS_[A-Z_]+(?:=[a-z]+)?|PUBLIC_URL|TRUSTED_PROXIES)/;

/** A text with the names of settings of the environment marked as code, which is how pages name them. */
export function markSettings(text: string): Child {
  const parts = text.split(NAMES);
  if (parts.length === 1) return text;
  return <>{parts.map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}
