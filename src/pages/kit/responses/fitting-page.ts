import type { Context } from 'hono';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { HttpEnv } from '../../../http/env.ts';
import { type PageStatus, page } from '../document.tsx';
import { REPLIES_FILES, SERVED_SCRIPT, SERVED_STYLE } from '../styles/served.ts';

/** The most that a browser loads for a page: HTML, style sheet and script together, uncompressed. */
const MOST_BYTES = 100_000;
const FILES = [SERVED_STYLE, SERVED_SCRIPT, ...Object.values(REPLIES_FILES)];
/** The bytes of HTML that this leaves to a page. */
export const MOST_HTML = MOST_BYTES - Buffer.byteLength(`<!doctype html>${FILES.join('')}`);
/** The part of the way to the limit that the next try aims at: rows differ in length. */
const AIM = 0.95;

/**
 * Responds with the page of a list, with as many of its rows as keep the page within 100 kB: rows are as long as what
 * citizens, booking systems and staff wrote. A page of one row is sent whatever its size.
 * @param rows the most rows to show
 * @param render the page with the first `count` rows, which leads on to those behind them
 */
export async function fittingPage(
  c: Context<HttpEnv>,
  rows: number,
  render: (count: number) => Child,
  status: PageStatus = 200,
): Promise<Response> {
  let count = rows;
  let html = await htmlOf(render(count));
  for (let bytes = Buffer.byteLength(html); bytes > MOST_HTML && count > 1; bytes = Buffer.byteLength(html)) {
    count = Math.max(1, Math.min(count - 1, Math.floor((count * AIM * MOST_HTML) / bytes)));
    html = await htmlOf(render(count));
  }
  return page(c, raw(html), status);
}

/** The HTML of a component; one that waits for others makes a promise of its text. */
export async function htmlOf(body: Child): Promise<string> {
  return String(await (body as { toString(): string | Promise<string> }).toString());
}
