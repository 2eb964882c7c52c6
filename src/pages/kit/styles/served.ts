import { KEYS_SCRIPT } from './keys-script.ts';
import { REPLIES_STYLE } from './replies-style.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { WORK_STYLE } from './work-style.ts';

/** The lines of a text without what indents them, joined. */
const unindented = (text: string, joint: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join(joint);

/** A style sheet without the spaces that only make it legible here. No value of ours needs them. */
const servedStyle = (text: string) =>
  [' {', '{ ', ' }', ': ', '; ', ', '].reduce(
    (style, sign) => style.replaceAll(sign, sign.trim()),
    unindented(text, ''),
  );

/** The style sheet of all pages as it is served. */
export const SERVED_STYLE = servedStyle(STYLE + WORK_STYLE);

/** The script of all pages as it is served: without what indents it. */
export const SERVED_SCRIPT = unindented(SCRIPT, '\n');

/** Files that pages with replies load beside these, by their addresses. */
export const REPLIES_FILES = {
  '/admin/replies.css': servedStyle(REPLIES_STYLE),
  '/admin/keys.js': unindented(KEYS_SCRIPT, '\n'),
} as const;
