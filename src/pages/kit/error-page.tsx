import type { Context } from 'hono';
import type { Problem } from '../../domain/errors.ts';
import { LIMITED } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { type PageStatus, Plain, page } from './document.tsx';
import { otherAddress, responseLanguage } from './language.ts';
import { LAYOUT_WORDS } from './layout-words.ts';

const STATUSES: readonly number[] = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503];

/** True for what a person sees: whatever is below `/admin`, and the phones and any wrong address in a browser. */
export function wantsPage(c: Context<HttpEnv>, problem: Problem): boolean {
  if (isBelow('/admin', c.req.path)) return true;
  const ofPeople = isBelow('/simulator', c.req.path) || problem.status === 404 || problem.status === 405;
  return ofPeople && /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(c.req.header('Accept') ?? '');
}

const isBelow = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`);

/** A page that says what went wrong, in the words of people: the problem's own are for programs. */
export function errorPage(
  c: Context<HttpEnv>,
  problem: Problem,
  deps: { readonly publicUrl: string },
): Response | Promise<Response> {
  const language = responseLanguage(c, deps);
  c.set('language', language);
  const words = LAYOUT_WORDS[language];
  const { title, text } = wordsOf(problem, words.errors);
  const status = (STATUSES.includes(problem.status) ? problem.status : 500) as PageStatus;
  if (problem.retryAfterSeconds !== undefined) c.header('Retry-After', String(problem.retryAfterSeconds));
  return page(
    c,
    <Plain title={title} language={language} otherLanguage={otherAddress(c)}>
      <p>{text}</p>
      {status === 500 && (
        <p>
          <code>{c.var.requestId}</code>
        </p>
      )}
      <p>
        <a href="/admin">{words.home}</a>
      </p>
    </Plain>,
    status,
  );
}

function wordsOf({ status, code }: Problem, errors: (typeof LAYOUT_WORDS)['da']['errors']) {
  if (code === 'form-expired') return errors.form;
  if (code === LIMITED) return errors.limited;
  if (status === 401 || status === 403) return errors.forbidden;
  if (status === 404) return errors.missing;
  if (status === 405) return errors.method;
  if (status === 413) return errors.tooLarge;
  if (status === 429) return errors.tooMany;
  if (status === 503) return errors.busy;
  return status >= 500 ? errors.failed : errors.refused;
}
