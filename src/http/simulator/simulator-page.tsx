import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { html } from 'hono/html';
import { Problem } from '../../domain/errors.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import type { HttpEnv } from '../env.ts';
import { ownForms } from '../own-forms.ts';
import { createRoutes } from '../problem.ts';
import { PHONE_CSS, PHONE_JS } from './simulator-assets.ts';

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
    readonly state: string | null;
  }[];
  /** Delivers an SMS from a citizen. */
  reply(reply: { readonly from: string; readonly to: string; readonly text: string }): Promise<void>;
}

type Entry = ReturnType<SimulatedPhones['phone']>[number];

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const STATES: Readonly<Record<string, string>> = {
  delivered: 'Leveret',
  undelivered: 'Ikke leveret',
  accepted: 'På vej',
};
const TIME = new Intl.DateTimeFormat('da-DK', {
  timeZone: 'Europe/Copenhagen',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const MAX_REPLY = 1000;

/** The outcomes that the last two digits of a number choose. */
const ENDINGS: readonly (readonly [digits: string, outcome: string])[] = [
  ['51', 'ikke leveret'],
  ['52', 'ikke leveret: udløbet'],
  ['53', 'ikke leveret: afvist af nettet'],
  ['54', 'afvist straks: ugyldigt nummer'],
  ['55', 'afvist midlertidigt to gange, derefter leveret'],
  ['56', 'modtaget, men der kommer aldrig en kvittering'],
  ['58', 'leveret, kvittering først efter 10 sekunder'],
  ['59', 'leveret, to kvitteringer'],
  ['60', 'leveret, kvitteringen kommer før svaret på afsendelsen'],
  ['63', 'gatewayen svarer aldrig'],
  ['64', 'forbindelsen til gatewayen afbrydes'],
  ['andre', 'leveret efter cirka et sekund'],
];

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
  routes.use('/simulator', guard);
  routes.use('/simulator/*', guard);
  routes.get('/simulator', (c) => {
    c.header('Content-Security-Policy', POLICY);
    return c.html(html`<!doctype html>${<Page phones={byPhone(simulator.phone())} />}`);
  });
  routes.get('/simulator/phone.css', (c) => c.body(PHONE_CSS, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  routes.get('/simulator/phone.js', (c) => c.body(PHONE_JS, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  routes.post('/simulator/reply', ownForms(publicUrl), async (c) => {
    const form = await c.req.parseBody();
    const field = (name: string) => (typeof form[name] === 'string' ? form[name].trim() : '');
    const from = readAnyNumber(field('from'));
    const text = field('text').slice(0, MAX_REPLY);
    if (!from || text === '') {
      const faults = [
        ...(from ? [] : [{ pointer: 'from', code: 'invalid_number', detail: 'A phone number is needed.' }]),
        ...(text === '' ? [{ pointer: 'text', code: 'required', detail: 'Write something.' }] : []),
      ];
      throw new Problem(422, 'invalid', 'A reply needs the number it comes from and a text.', { faults });
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

function Page({ phones }: { phones: [string, Entry[]][] }) {
  return (
    <html lang="da">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Simulator – EasySMS</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/simulator/phone.css" />
        <script src="/simulator/phone.js" defer />
        <noscript>
          <meta http-equiv="refresh" content="5" />
        </noscript>
      </head>
      <body>
        <header>
          <h1>Simulator</h1>
          <p class="notice">
            <strong>Her sendes ingen rigtige SMS’er.</strong> Ingen telefon modtager noget: beskederne vises kun på
            denne side.
          </p>
          <p>
            <a href="/admin">Til administrationen</a>
          </p>
          <details>
            <summary>De sidste to cifre i nummeret bestemmer, hvad der sker med en besked</summary>
            <dl>
              {ENDINGS.map(([digits, outcome]) => (
                <div>
                  <dt>{digits}</dt>
                  <dd>{outcome}</dd>
                </div>
              ))}
            </dl>
          </details>
        </header>
        <main id="phones">
          {phones.length === 0 && <p class="empty">Ingen beskeder endnu. Siden opdaterer sig selv.</p>}
          {phones.map(([phone, entries]) => (
            <Phone phone={phone} entries={entries} />
          ))}
        </main>
      </body>
    </html>
  );
}

function Phone({ phone, entries }: { phone: string; entries: readonly Entry[] }) {
  const sender = entries.findLast((entry) => entry.direction === 'received')?.sender ?? entries[0]?.sender ?? '';
  const field = `text-${phone.slice(1)}`;
  return (
    <section class="phone" data-phone={phone} aria-label={`Telefon ${phone}`}>
      <div class="screen">
        <h2>
          <span class="number">{phone}</span>
          <span class="sender">{sender}</span>
        </h2>
        <ol tabindex={0} aria-label="Beskeder" aria-live="polite" aria-relevant="additions">
          {entries.map((entry) => (
            <Bubble entry={entry} />
          ))}
        </ol>
        <form method="post" action="/simulator/reply">
          <input type="hidden" name="from" value={phone} />
          <input type="hidden" name="to" value={sender} />
          <label for={field}>Svar til {sender}</label>
          <div class="write">
            <input id={field} name="text" required maxlength={MAX_REPLY} autocomplete="off" />
            <button type="submit">Send</button>
          </div>
        </form>
        <form method="post" action="/simulator/reply" class="stop">
          <input type="hidden" name="from" value={phone} />
          <input type="hidden" name="to" value={sender} />
          <input type="hidden" name="text" value="STOP" />
          <button type="submit">Svar STOP</button>
        </form>
      </div>
    </section>
  );
}

function Bubble({ entry }: { entry: Entry }) {
  const state = entry.state === null ? null : (STATES[entry.state] ?? entry.state);
  return (
    <li class={entry.direction} data-id={entry.id}>
      <p>{entry.text}</p>
      <small>
        <time datetime={entry.at.toISOString()}>{TIME.format(entry.at)}</time>
        {entry.direction === 'received' && <span class={`state ${entry.state ?? 'waiting'}`}>{state ?? 'På vej'}</span>}
      </small>
    </li>
  );
}
