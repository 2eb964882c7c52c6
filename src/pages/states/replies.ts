import { z } from 'zod';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { InboundPlace, InboundView, Rank } from '../../staff/replies/replies.ts';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual } from '../kit/words.ts';

/** The words of replies of citizens, wherever they are shown: what they were taken for, and what staff decided. */
export const REPLY_WORDS = bilingual({
  da: {
    meanings: {
      cancel: { label: 'Melder afbud', means: 'Svaret lyder som et afbud.' },
      deceased: {
        label: 'Fortæller om et dødsfald',
        means: 'Svaret fortæller, at borgeren eller en pårørende er død.',
      },
      wrong_number: { label: 'Skriver, at nummeret er forkert', means: 'Nummeret kan være en andens end borgerens.' },
      maybe_stop: {
        label: 'Kan være en framelding',
        means: 'Svaret kan betyde, at borgeren ikke vil have flere SMS’er.',
      },
      confirm: { label: 'Bekræfter', means: 'Svaret lyder som et ja til aftalen.' },
      other: { label: 'Spørgsmål eller andet', means: 'EasySMS kan ikke se, hvad svaret betyder.' },
      stop: { label: 'Framelding', means: 'Borgeren vil ikke have flere SMS’er.' },
      start: { label: 'Tilmelding', means: 'Borgeren vil gerne have SMS’er igen.' },
      help: { label: 'Beder om hjælp', means: 'Borgeren vil vide, hvem der sender, eller hvad man kan gøre.' },
    } satisfies Record<Meaning, object>,
    /** Hint beside a START that a person has to read. */
    startWaits: 'Se under Frameldinger, om nummeret stadig er frameldt: et STOP, der er skrevet senere, gælder.',
    /** `follows`: beneath the button, in a few words. `done`: the sentence that the page shows afterwards. */
    actions: {
      cancel_passed_on: {
        label: 'Jeg har skrevet afbuddet ind',
        follows: 'Påmindelserne om aftalen slutter',
        done: 'Afbuddet er behandlet, og påmindelserne om aftalen er afsluttet.',
        means: 'Afbuddet er skrevet i bookingsystemet: der sendes ikke flere påmindelser om aftalen.',
      },
      confirmed: {
        label: 'Aftalen gælder stadig',
        follows: 'Borgeren kommer',
        done: 'Det er noteret, at aftalen gælder.',
        means: 'Borgeren kommer. Påmindelser, der blev holdt tilbage, sendes.',
      },
      opt_out: {
        label: 'Framelding',
        follows: 'Ingen flere SMS’er til nummeret',
        done: 'Nummeret er frameldt.',
        means: 'Borgeren vil ikke have SMS’er: der sendes ikke flere til nummeret fra denne myndighed.',
      },
      wrong_number: {
        label: 'Forkert nummer',
        follows: 'Nummeret fjernes fra aftalerne',
        done: 'Nummeret er fjernet fra aftalerne.',
        means: 'Nummeret er ikke borgerens: det fjernes fra myndighedens aftaler. Ret det også i bookingsystemet.',
      },
      deceased: {
        label: 'Dødsfald: ret i bookingsystemet',
        follows: 'Alle borgerens påmindelser slutter',
        done: 'Alle påmindelser til borgeren er afsluttet. Ret det også i bookingsystemet.',
        means:
          'Borgeren er død: alle påmindelser om borgerens aftaler slutter, også om dem, svaret ikke nævner. Ret det ' +
          'i bookingsystemet, så der ikke planlægges nye. Andre borgere med samme nummer får stadig deres.',
      },
      answered: {
        label: 'Besvaret / har ringet',
        follows: 'Påmindelserne sendes som planlagt',
        done: 'Det er noteret, at borgeren har fået svar.',
        means: 'I har svaret borgeren eller ringet. Påmindelserne sendes som planlagt.',
      },
      ignore: {
        label: 'Intet at gøre',
        follows: 'Påmindelserne sendes som planlagt',
        done: 'Svaret er behandlet.',
        means: 'Påmindelserne sendes som planlagt.',
      },
    } satisfies Record<SettleAction, object>,
    /** A decision that is not known any more. */
    handled: 'Behandlet',
    textErased: 'Teksten er slettet.',
  },
  en: {
    meanings: {
      cancel: { label: 'Cancels', means: 'The reply sounds like a cancellation.' },
      deceased: { label: 'Tells of a death', means: 'The reply says that the citizen, or somebody near, has died.' },
      wrong_number: { label: 'Says that the number is wrong', means: 'The number may be somebody else’s.' },
      maybe_stop: { label: 'May be an opt-out', means: 'The reply may mean that the citizen wants no more SMS.' },
      confirm: { label: 'Confirms', means: 'The reply sounds like a yes to the appointment.' },
      other: { label: 'A question, or something else', means: 'EasySMS cannot tell what the reply means.' },
      stop: { label: 'Opts out', means: 'The citizen wants no more SMS.' },
      start: { label: 'Opts in', means: 'The citizen wants SMS again.' },
      help: { label: 'Asks for help', means: 'The citizen wants to know who sends this, or what can be done.' },
    },
    startWaits: 'See under Opt-outs whether the number is still opted out: a STOP that was written later counts.',
    actions: {
      cancel_passed_on: {
        label: 'Cancellation entered',
        follows: 'The reminders of it end',
        done: 'The cancellation is settled, and the reminders of the appointment have ended.',
        means:
          'The cancellation has been entered in the booking system: no more reminders of the appointment are sent.',
      },
      confirmed: {
        label: 'The appointment stands',
        follows: 'The citizen is coming',
        done: 'It is noted that the appointment stands.',
        means: 'The citizen is coming. Reminders that were held back are sent.',
      },
      opt_out: {
        label: 'Opt-out',
        follows: 'No more SMS to the number',
        done: 'The number is opted out.',
        means: 'The citizen wants no SMS: no more are sent to the number by this authority.',
      },
      wrong_number: {
        label: 'Wrong number',
        follows: 'The number leaves the appointments',
        done: 'The number was removed from the appointments.',
        means:
          'The number is not the citizen’s: it is removed from the authority’s appointments. Correct it in the ' +
          'booking system too.',
      },
      deceased: {
        label: 'A death: correct it in the booking system',
        follows: 'All reminders to the citizen end',
        done: 'All reminders to the citizen have ended. Correct it in the booking system too.',
        means:
          'The citizen has died: all reminders of the citizen’s appointments end, also of those that the reply does ' +
          'not name. Correct it in the booking system, so that no new ones are planned. Others with the same number ' +
          'still get theirs.',
      },
      answered: {
        label: 'Answered / phoned',
        follows: 'The reminders go as planned',
        done: 'It is noted that the citizen has been answered.',
        means: 'You have answered or phoned the citizen. The reminders are sent as planned.',
      },
      ignore: {
        label: 'Nothing to do',
        follows: 'The reminders go as planned',
        done: 'The reply is settled.',
        means: 'The reminders are sent as planned.',
      },
    },
    handled: 'Settled',
    textErased: 'The text was erased.',
  },
});

const RANKS: readonly Rank[] = [0, 1, 2];

/** A place in the list, as an address and a form of the page name it. @returns null for anything else */
export function readReplyPlace(text: string | undefined): InboundPlace | null {
  const [, place, mark, id] = /^([012])([.-])(.+)$/.exec(text ?? '') ?? [];
  const rank = RANKS.find((each) => String(each) === place);
  if (rank === undefined || !z.uuid().safeParse(id).success) return null;
  return { rank, id: id ?? '', ...(mark === '-' && { including: true }) };
}

/** The text of a place in an address or a form. */
export function placeText({ rank, id, including = false }: InboundPlace): string {
  return `${rank}${including ? '-' : '.'}${id}`;
}

/** The address of the replies that wait, at the first of some of them, however many stand before it. */
export function waitingHref(authority: { readonly id: string }, replies: readonly InboundView[]): string {
  const waiting = replies.filter(({ needsPerson }) => needsPerson);
  const [first] = waiting.toSorted((a, b) => b.rank - a.rank || (a.id < b.id ? 1 : -1));
  if (!first) return hrefOf('/admin/replies', authority);
  const before = placeText({ rank: first.rank, id: first.id, including: true });
  return `${hrefOf('/admin/replies', authority, { before })}#svar-${first.id}`;
}

/** The address of a reply, among all replies of its authority. */
export function replyHref(authority: { readonly id: string }, id: string): string {
  const before = placeText({ rank: 0, id, including: true });
  return `${hrefOf('/admin/replies', authority, { show: 'all', before })}#svar-${id}`;
}
