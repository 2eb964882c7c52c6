import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { html } from 'hono/html';
import { Problem } from '../../domain/errors.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import type { HttpEnv } from '../../http/env.ts';
import { ownForms } from '../../http/guards/middleware.ts';
import { createRoutes } from '../../http/problem.ts';
import { LanguageLink, Proof } from '../kit/document.tsx';
import { phoneText, senderText } from '../kit/elements.tsx';
import { wantsPage } from '../kit/error-page.tsx';
import { WRONG } from '../kit/fields.tsx';
import { formProof, strangersForm } from '../kit/forms.ts';
import { LOCALES, otherOf, type PageLanguage, pageLanguage } from '../kit/language.ts';
import { messageWords } from '../states/state-words.ts';
import { PHONE_CSS, PHONE_JS } from './simulator-assets.ts';
import { SIMULATOR_WORDS } from './simulator-words.ts';

/** The phones of the simulator gateway, as its page shows them. */
export interface SimulatedPhones {
  /**
   * All messages, oldest first. `phone` is the citizen's number, `sender` the other party's; `state` is null before a
   * receipt.
   */
  phone(): readonly {
    readonly id: string;
    readonly phone: string;
    readonly sender: string;
    readonly direction: 'received' | 'written';
    readonly text: string;
    readonly at: Date;
    readonly state: 'delivered' | 'undelivered' | null;
  }[];
  /** Delivers an SMS from a citizen. */
  reply(reply: { readonly from: string; readonly to: string; readonly text: string }): Promise<void>;
}

type Entry = ReturnType<SimulatedPhones['phone']>[number];

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MAX_REPLY = 1000;

/** The phone page of the simulator. `guard` decides who may open it. */
export function simulatorRoutes({
  simulator,
  publicUrl,
  guard,
}: {
  simulator: SimulatedPhones;
  publicUrl: string;
  guard: MiddlewareHandler<HttpEnv>;
}): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const deps = { publicUrl };
  routes.use('/simulator', guard);
  routes.use('/simulator/*', guard);
  /** The page of the phones. @param refused the number of one whose reply had no text */
  const phonesPage = (c: Context<HttpEnv>, refused: string | null = null) => {
    c.header('Content-Security-Policy', POLICY);
    const { language } = c.var;
    const otherLanguage = `/simulator?language=${otherOf(language)}`;
    const proof = formProof(c, deps);
    const page = (
      <Page
        language={language}
        otherLanguage={otherLanguage}
        proof={proof}
        refused={refused}
        phones={byPhone(simulator.phone())}
      />
    );
    return c.html(html`<!doctype html>${page}`, refused === null ? 200 : 422);
  };
  routes.get('/simulator', pageLanguage(deps), (c) => phonesPage(c));
  routes.get('/simulator/phone.css', (c) => c.body(PHONE_CSS, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  routes.get('/simulator/phone.js', (c) => c.body(PHONE_JS, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  routes.post('/simulator/reply', pageLanguage(deps), ownForms(publicUrl), strangersForm(deps), async (c) => {
    const form = await c.req.parseBody();
    const field = (name: string) => (typeof form[name] === 'string' ? form[name].trim() : '');
    const from = readAnyNumber(field('from'));
    const text = field('text').slice(0, MAX_REPLY);
    if (!from || text === '') {
      const faults = [
        ...(from ? [] : [{ pointer: 'from', code: 'invalid_number', detail: 'A phone number is needed.' }]),
        ...(text === '' ? [{ pointer: 'text', code: 'required', detail: 'Write something.' }] : []),
      ];
      const problem = new Problem(422, 'invalid', 'A reply needs the number it comes from and a text.', { faults });
      const isShown = simulator.phone().some(({ phone }) => phone === from);
      if (isShown && wantsPage(c, problem)) return phonesPage(c, from);
      throw problem;
    }
    await simulator.reply({ from, to: field('to'), text });
    return c.redirect('/simulator', 303);
  });
  return routes;
}

/** The phones with the newest SMS first. */
function byPhone(entries: readonly Entry[]): [string, Entry[]][] {
  const phones = new Map<string, Entry[]>();
  for (const entry of entries) {
    const earlier = phones.get(entry.phone) ?? [];
    phones.delete(entry.phone);
    phones.set(entry.phone, [...earlier, entry]);
  }
  return [...phones].reverse();
}

interface PageProps {
  readonly language: PageLanguage;
  /** The address of the page in the other language. */
  readonly otherLanguage: string;
  /** The proof that a form is of this page. */
  readonly proof: string;
  /** The number of a phone whose reply had no text. */
  readonly refused: string | null;
  readonly phones: readonly [string, Entry[]][];
}

function Page({ language, otherLanguage, proof, refused, phones }: PageProps) {
  const words = SIMULATOR_WORDS[language];
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Simulator – EasySMS</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/simulator/phone.css" />
        <script src="/simulator/phone.js" defer />
        {refused === null && (
          <noscript>
            <meta http-equiv="refresh" content="5" />
          </noscript>
        )}
      </head>
      <body>
        <header>
          <h1>Simulator</h1>
          <p class="notice">
            <strong>{words.notice}</strong> {words.noticeMore}
          </p>
          <p class="ways">
            <a href="/admin">{words.administration}</a>
            <LanguageLink language={language} href={otherLanguage} />
          </p>
          <details>
            <summary>{words.endingsTitle}</summary>
            <dl>
              {words.endings.map(([digits, outcome]) => (
                <div>
                  <dt>{digits}</dt>
                  <dd>{outcome}</dd>
                </div>
              ))}
            </dl>
          </details>
        </header>
        <main id="phones">
          {phones.length === 0 && <p class="empty">{words.empty}</p>}
          {phones.map(([phone, entries]) => (
            <Phone language={language} proof={proof} phone={phone} entries={entries} refused={phone === refused} />
          ))}
        </main>
      </body>
    </html>
  );
}

interface PhoneProps {
  readonly language: PageLanguage;
  readonly proof: string;
  readonly phone: string;
  readonly entries: readonly Entry[];
  /** A reply had no text. */
  readonly refused: boolean;
}

function Phone({ language, proof, phone, entries, refused }: PhoneProps) {
  const words = SIMULATOR_WORDS[language];
  const sender = entries.findLast((entry) => entry.direction === 'received')?.sender ?? entries[0]?.sender ?? '';
  const field = `text-${phone.slice(1)}`;
  return (
    <section class="phone" data-phone={phone} aria-label={words.phone(phone)}>
      <div class="screen">
        <h2>
          <span class="number">{phoneText(phone)}</span>
          <span class="sender">{senderText(sender)}</span>
        </h2>
        <ol tabindex={0} aria-label={words.messages} aria-live="polite" aria-relevant="additions">
          {entries.map((entry) => (
            <Bubble language={language} entry={entry} />
          ))}
        </ol>
        <form method="post" action="/simulator/reply">
          <Proof proof={proof} />
          <input type="hidden" name="from" value={phone} />
          <input type="hidden" name="to" value={sender} />
          <label for={field}>{words.answer(senderText(sender))}</label>
          {refused && (
            <p class="wrong" id={`${field}-fault`} role="alert">
              {words.nothingWritten}
            </p>
          )}
          <div class="write">
            <input
              id={field}
              name="text"
              required
              maxlength={MAX_REPLY}
              autocomplete="off"
              {...(refused && { ...WRONG, 'aria-describedby': `${field}-fault` })}
            />
            <button type="submit">{words.send}</button>
          </div>
        </form>
        <form method="post" action="/simulator/reply" class="stop">
          <Proof proof={proof} />
          <input type="hidden" name="from" value={phone} />
          <input type="hidden" name="to" value={sender} />
          <input type="hidden" name="text" value="STOP" />
          <button type="submit">{words.stop}</button>
        </form>
      </div>
    </section>
  );
}

function Bubble({ language, entry }: { readonly language: PageLanguage; readonly entry: Entry }) {
  const time = new Intl.DateTimeFormat(LOCALES[language], { timeZone: 'Europe/Copenhagen', timeStyle: 'medium' });
  const { label } = messageWords(language, { status: entry.state ?? 'accepted', reason: null });
  return (
    <li class={entry.direction} data-id={entry.id}>
      <p>{entry.text}</p>
      <small>
        <time datetime={entry.at.toISOString()}>{time.format(entry.at)}</time>
        {entry.direction === 'received' && <span class={`state ${entry.state ?? 'waiting'}`}>{label}</span>}
      </small>
    </li>
  );
}
