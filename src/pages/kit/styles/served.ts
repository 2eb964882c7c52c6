import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { WORK_STYLE } from './work-style.ts';

/** The lines of a text without what indents them, joined. */
const unindented = (text: string, joint: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join(joint);

/** The style sheet as it is served: without the spaces that only make it legible here. No value of ours needs them. */
export const SERVED_STYLE = [' {', '{ ', ' }', ': ', '; ', ', '].reduce(
  (style, sign) => style.replaceAll(sign, sign.trim()),
  unindented(STYLE + WORK_STYLE, ''),
);

/** The script as it is served: without what indents it. */
export const SERVED_SCRIPT = unindented(SCRIPT, '\n');
