import type { Context } from 'hono';
import type { HttpEnv } from '../../../http/env.ts';

/** A response that the browser saves in place of showing it. */
export function attach(c: Context<HttpEnv>, fileName: string, type: string, body: string): Response {
  return c.body(body, 200, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${fileName}"`,
  });
}

const IN_ASCII = Object.entries({ æ: 'ae', ø: 'oe', å: 'aa', ' ': '-' });

/** Words of a page as a part of a file's name, which is ASCII: `sms-leverandoer`. */
export function fileWord(words: string): string {
  return IN_ASCII.reduce((name, [letter, written]) => name.replaceAll(letter, written), words.toLowerCase());
}
