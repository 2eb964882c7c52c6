import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { toCitizenBody } from '../../http/admin/citizens.ts';
import type { CitizenRecord } from '../../staff/citizens/look-up-citizen.ts';
import type { PageLanguage } from '../kit/language.ts';

/** A file that is handed over has its style within it, and asks nobody for anything. */
const FILE_STYLE = `
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #1b2430; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; }
table { width: 100%; margin: 0 0 2rem; border-collapse: collapse; }
caption, h2 { padding: .5rem 0; text-align: left; font-size: 1.25rem; font-weight: 600; }
th, td { padding: .4rem .75rem .4rem 0; border-top: 1px solid #c9d1da; text-align: left; vertical-align: top; }
th, td { overflow-wrap: anywhere; }
tbody th { font-weight: 400; }
dt { color: #4a5563; }
dd { margin: 0 0 .25rem; }
.known { display: grid; grid-template-columns: minmax(7rem, 14rem) 1fr; gap: 0 1rem; }
.known > div { display: contents; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.125rem; }
.held caption { font-size: 1rem; }
.faint { color: #4a5563; font-size: .875rem; }
`;

/** A whole HTML document that stands by itself, to be saved, printed and handed over. */
export function fileOf(title: string, language: PageLanguage, children: Child): string {
  const body = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style>{raw(FILE_STYLE)}</style>
      </head>
      <body>
        <h1>{title}</h1>
        {children}
      </body>
    </html>
  );
  return `<!doctype html>${String(body)}`;
}

type ActorKind = 'citizen' | 'gateway' | 'bookingSystem' | 'staff';

/** The kind of an actor. @param actor a name, where it was a person */
export function actorKind(actor: string): ActorKind {
  if (actor === 'citizen') return 'citizen';
  if (actor === 'booking_system') return 'bookingSystem';
  return actor.startsWith('gateway:') ? 'gateway' : 'staff';
}

/** A record as data for the citizen: staff are not named, since it goes to somebody else. */
export function citizenData(held: CitizenRecord) {
  const { appointments, inbound, optOuts, ...body } = toCitizenBody(held);
  const unnamed = (actor: string | null) => actor && (actorKind(actor) === 'staff' ? 'staff' : actor);
  const settled = <T extends { readonly settledBy: string | null }>(each: T) => {
    return { ...each, settledBy: unnamed(each.settledBy) };
  };
  return {
    ...body,
    appointments: appointments.map(({ replies, ...each }) => ({ ...each, replies: replies.map(settled) })),
    inbound: inbound.map(settled),
    optOuts: optOuts.map((each) => {
      return { ...each, recordedBy: unnamed(each.recordedBy), liftedBy: unnamed(each.liftedBy) };
    }),
  };
}
