import { bilingual } from '../kit/words.ts';

/** A count with its noun. */
const many = (one: string, more: string) => (count: number) => (count === 1 ? `1 ${one}` : `${count} ${more}`);

/** The words of the page that tells the story of an appointment. */
export const STORY_WORDS = bilingual({
  da: {
    title: (reference: string) => `Aftale ${reference}`,
    back: 'Tilbage til søgningen',
    facts: {
      start: 'Tid',
      status: 'Status',
      number: 'Telefon',
    },
    noStart: 'Ingen tid endnu',
    noNumber: 'Intet nummer',
    erased: 'Slettet',
    languages: { da: 'Dansk', en: 'Engelsk' } as Readonly<Record<string, string>>,
    sameNumber: 'Andre aftaler med samme nummer',
    verdicts: {
      received: 'Borgeren har modtaget en påmindelse om denne tid.',
      sent: 'En påmindelse er sendt. Telefonen har ikke kvitteret for den.',
      planned: 'Borgeren får en påmindelse.',
      held: 'Påmindelsen holdes tilbage.',
      uncertain: 'Det er uvist, om borgeren har fået en påmindelse.',
      unreached: 'Borgeren har ikke fået nogen påmindelse om denne tid.',
      none: 'Der er ingen påmindelser om denne tid.',
      over: 'Aftalen er ikke længere booket.',
      past: 'Aftalen er overstået. Borgeren fik ingen påmindelse.',
      noticed: 'Borgeren har modtaget en besked om denne tid. Der er ingen påmindelser om den.',
      noticeOnly: 'Der er ingen påmindelser om denne tid, kun en besked om den.',
      trial: 'Bookingsystemet prøves uden at sende: påmindelsen planlægges, men bliver ikke sendt.',
      replaced: 'En anden aftale har erstattet denne i bookingsystemet.',
    },
    noReminder: {
      past: 'Aftalen var allerede overstået, da bookingsystemet sendte den hertil.',
      status: 'Der sendes først påmindelser, når aftalen er endeligt booket.',
      deceased: 'Bookingsystemet oplyser, at borgeren er død.',
      noStart: 'Aftalen har ingen tid endnu.',
      rules: 'Ingen regel gælder for denne type aftale eller afdeling. En administrator kan se efter under »Regler«.',
    },
    replacedBy: 'Erstattet i bookingsystemet af',
    replacedMeans: 'Påmindelserne sendes om den nye aftale.',
    reminders: 'Påmindelser om denne tid',
    /** Stands before the next step. @param asked the reader is asked to take it */
    todo: (asked: boolean): string => (asked ? 'Gør dette:' : 'Næste skridt:'),
    due: (moment: string) => `Sendes ${moment}`,
    heldUntil: (moment: string) => `Planlagt til ${moment}`,
    wasDue: (moment: string) => `Var planlagt til ${moment}`,
    sentVia: (moment: string, gateway: string, segments: number) =>
      `Sendt ${moment} gennem ${gateway}${segments === 1 ? '' : ` som ${segments} SMS-dele`}`,
    sms: 'SMS',
    smsErased: 'Teksten er slettet.',
    openReplies: many('svar fra borgeren er ikke behandlet.', 'svar fra borgeren er ikke behandlet.'),
    toReplies: 'Se svar',
    optedOut: 'Nummeret er frameldt og får ingen SMS’er.',
    toOptOuts: 'Se frameldinger',
    story: 'Forløb',
    entries: {
      received: (source: string) => `Aftalen modtaget fra ${source}`,
      moved: {
        /** null: the time, or the one before, is not known. */
        to: (time: string | null, before: string | null) =>
          `Aftalen fik en ny tid i bookingsystemet${time ? `: ${time}` : ''}${before ? ` (før ${before})` : ''}`,
        without: (before: string) => `Aftalen har ikke længere en tid i bookingsystemet (før ${before})`,
      },
      /** null: the new number is not known. */
      replaced: (reference: string | null) =>
        `Aftalen fik et nyt nummer i bookingsystemet${reference === null ? '' : `: ${reference}`}`,
      toReplacement: 'Se den nye aftale',
      changed: {
        cancelled: 'Aftalen aflyst i bookingsystemet',
        deleted: 'Aftalen slettet i bookingsystemet som oprettet ved en fejl',
        booked: 'Aftalen booket igen i bookingsystemet',
      },
      erased: 'Borgerens oplysninger slettet',
      planned: (name: string, moment: string) => `${name}: planlagt til ${moment}`,
      reminder: (name: string, state: string) => `${name}: ${state}`,
      handedOver: (name: string) => `${name}: afleveret til SMS-leverandøren`,
      handedOverAgain: (name: string) =>
        `${name}: afleveret til SMS-leverandøren igen, fordi den første måske ikke blev sendt`,
      asked: {
        found: 'SMS-leverandøren blev spurgt, hvad der blev af SMS’en, og svarede',
        open: 'SMS-leverandøren blev spurgt, hvad der blev af SMS’en, men kunne ikke svare på det',
        never: 'SMS-leverandøren blev spurgt og havde aldrig fået SMS’en',
      },
      askedAgain: (moment: string) => `Der spørges igen ${moment}.`,
      receipt: {
        delivered: 'Kvittering: modtaget',
        undelivered: 'Kvittering: ikke modtaget',
        other: 'Kvittering uden nye oplysninger',
      },
      reply: (meaning: string) => `Svar fra borgeren: ${meaning}`,
      hold: {
        held: 'Påmindelserne holdes tilbage, indtil svaret er behandlet.',
        released: 'Påmindelserne blev holdt tilbage, indtil svaret var behandlet.',
      },
      answer: (name: string, state: string) => `Vores automatiske svar til borgeren (${name}): ${state}`,
      passedOn: 'afbuddet er skrevet ind',
      settled: (action: string, by: string) => `Svaret er behandlet: ${action}${by === '' ? '' : ` (${by})`}`,
      settledBySystem: 'Svaret afsluttet, fordi bookingsystemet ændrede aftalen',
      optedOut: (by: string) => `Nummeret frameldt af ${by}`,
      optedIn: (by: string) => `Frameldingen ophævet af ${by}`,
      /** `source` null: of the whole authority; `until` null and `reason` empty: none was given. */
      paused: ({
        source,
        by,
        reason,
        until,
      }: {
        source: string | null;
        by: string;
        reason: string;
        until: string | null;
      }) => {
        const what = source === null ? 'Al udsendelse' : `Udsendelsen for ${source}`;
        return `${what} sat på pause af ${by}${until === null ? '' : ` indtil ${until}`}${reason && `: ${reason}`}`;
      },
      /** `by` null: it came to its end. */
      resumed: (source: string | null, by: string | null) => {
        const of = source === null ? '' : ` for ${source}`;
        return by === null
          ? `Pausen sluttede, og udsendelsen${of} gik i gang igen`
          : `Udsendelsen${of} genoptaget af ${by}`;
      },
      /** `about` null: no reminder of its own; `delivery` null: the booking system fetches its events. */
      event: ({ about, what, delivery }: { about: string | null; what: string; delivery: string | null }) =>
        `Besked til bookingsystemet${delivery === null ? '' : ` (${delivery})`}` +
        `${about === null ? '' : ` om ${about}`}: ${what}`,
    },
    means: {
      received: 'Fra nu af planlægger EasySMS de påmindelser, som reglerne giver.',
      erased: 'EasySMS kender hverken nummeret eller teksterne længere. Der sendes ikke flere påmindelser.',
      moved: 'Påmindelser om den tidligere tid bortfalder, og den nye tid får sine egne.',
      without: 'Der sendes ingen påmindelser, før aftalen får en tid igen.',
      replaced: 'Påmindelserne om denne aftale bortfalder, og den nye får sine egne.',
      handedOverAgain: 'Borgeren kan have fået SMS’en to gange.',
      asked: {
        found: 'Svaret afgør, hvad der blev af SMS’en, ligesom en kvittering.',
        open: 'Det er stadig uvist, om borgeren har fået SMS’en.',
        never: 'Borgeren fik ikke SMS’en ved det forsøg.',
      },
      receipt: {
        delivered: 'Telefonen har kvitteret for, at den har modtaget SMS’en.',
        undelivered: 'Teleselskabet kunne ikke levere SMS’en til telefonen.',
        other: 'Den ændrer ikke ved det, der allerede vides.',
      },
      settled: 'Svaret venter ikke længere på nogen.',
      settledBySystem: 'Svaret venter ikke længere på nogen og holder ingen påmindelser tilbage.',
      optedOut: 'Nummeret får ingen SMS’er, før frameldingen ophæves.',
      optedIn: 'Nummeret får SMS’er igen.',
      paused: 'Påmindelser, der skulle sendes imens, måtte vente.',
      resumed: 'Påmindelser, der ventede, blev sendt, hvis fristen ikke var overskredet.',
    },
    earlier: 'tidligere tid',
    cut: 'Der er sket så meget med aftalen, at det ældste ikke vises.',
    beginning: 'Tilbage til begyndelsen',
    further: 'Det, der skete siden',
  },
  en: {
    title: (reference) => `Appointment ${reference}`,
    back: 'Back to the search',
    facts: {
      start: 'Time',
      status: 'Status',
      number: 'Phone',
    },
    noStart: 'No time yet',
    noNumber: 'No number',
    erased: 'Erased',
    languages: { da: 'Danish', en: 'English' },
    sameNumber: 'Other appointments with the same number',
    verdicts: {
      received: 'The citizen received a reminder for this appointment.',
      sent: 'A reminder was sent. The phone has not confirmed it.',
      planned: 'The citizen will get a reminder.',
      held: 'The reminder is held back.',
      uncertain: 'It is unknown whether the citizen got a reminder.',
      unreached: 'The citizen got no reminder for this appointment.',
      none: 'There are no reminders for this appointment.',
      over: 'The appointment is no longer booked.',
      past: 'The appointment is over. The citizen got no reminder.',
      noticed: 'The citizen received a notice of this appointment. There are no reminders for it.',
      noticeOnly: 'There are no reminders for this appointment, only a notice of it.',
      trial: 'The booking system is tried without sending: the reminder is planned, and not sent.',
      replaced: 'Another appointment replaces this one in the booking system.',
    },
    noReminder: {
      past: 'The appointment was already past when the booking system sent it.',
      status: 'Reminders are sent once the appointment is finally booked.',
      deceased: 'The booking system says that the citizen has died.',
      noStart: 'The appointment has no time yet.',
      rules: 'No rule applies to this kind of appointment or department. An administrator can check under “Rules”.',
    },
    replacedBy: 'Replaced in the booking system by',
    replacedMeans: 'Reminders are sent for the new appointment.',
    reminders: 'Reminders for this appointment',
    todo: (asked) => (asked ? 'Do this:' : 'Next step:'),
    due: (moment) => `Will be sent on ${moment}`,
    heldUntil: (moment) => `Planned for ${moment}`,
    wasDue: (moment) => `Was planned for ${moment}`,
    sentVia: (moment, gateway, segments) =>
      `Sent on ${moment} through ${gateway} in ${segments === 1 ? '1 segment' : `${segments} segments`}`,
    sms: 'SMS',
    smsErased: 'The text was erased.',
    openReplies: many('reply from the citizen is not settled.', 'replies from the citizen are not settled.'),
    toReplies: 'See replies',
    optedOut: 'The number has opted out and gets no SMS.',
    toOptOuts: 'See opt-outs',
    story: 'What happened',
    entries: {
      received: (source) => `Appointment received from ${source}`,
      moved: {
        to: (time, before) =>
          `The appointment got a new time in the booking system${time ? `: ${time}` : ''}` +
          `${before ? ` (before that ${before})` : ''}`,
        without: (before) => `The appointment has no time any more in the booking system (before that ${before})`,
      },
      replaced: (reference) =>
        `The appointment got a new number in the booking system${reference === null ? '' : `: ${reference}`}`,
      toReplacement: 'See the new appointment',
      changed: {
        cancelled: 'The appointment was cancelled in the booking system',
        deleted: 'The appointment was deleted in the booking system as entered in error',
        booked: 'The appointment was booked again in the booking system',
      },
      erased: 'The data about the citizen was erased',
      planned: (name, moment) => `${name}: planned for ${moment}`,
      reminder: (name, state) => `${name}: ${state}`,
      handedOver: (name) => `${name}: handed over to the SMS supplier`,
      handedOverAgain: (name) =>
        `${name}: handed over to the SMS supplier again, since the first may not have been sent`,
      asked: {
        found: 'The SMS supplier was asked what became of the SMS, and said',
        open: 'The SMS supplier was asked what became of the SMS, and could not tell',
        never: 'The SMS supplier was asked, and had never got the SMS',
      },
      askedAgain: (moment) => `It will be asked again on ${moment}.`,
      receipt: {
        delivered: 'Receipt: received',
        undelivered: 'Receipt: not received',
        other: 'Receipt that says nothing new',
      },
      reply: (meaning) => `Reply of the citizen: ${meaning}`,
      hold: {
        held: 'The reminders are held back until the reply is settled.',
        released: 'The reminders were held back until the reply was settled.',
      },
      answer: (name, state) => `Our automatic answer to the citizen (${name}): ${state}`,
      passedOn: 'the cancellation is entered',
      settled: (action, by) => `Reply settled: ${action}${by === '' ? '' : ` (${by})`}`,
      settledBySystem: 'Reply closed, since the booking system changed the appointment',
      optedOut: (by) => `The number was opted out by ${by}`,
      optedIn: (by) => `The opt-out was lifted by ${by}`,
      paused: ({ source, by, reason, until }) => {
        const what = source === null ? 'All sending' : `Sending for ${source}`;
        return `${what} was paused by ${by}${until === null ? '' : ` until ${until}`}${reason && `: ${reason}`}`;
      },
      resumed: (source, by) => {
        const what = source === null ? 'sending' : `sending for ${source}`;
        return by === null ? `The pause ended, and ${what} went on` : `The pause was lifted by ${by}: ${what} went on`;
      },
      event: ({ about, what, delivery }) =>
        `Message to the booking system${delivery === null ? '' : ` (${delivery})`}` +
        `${about === null ? '' : ` about the ${about}`}: ${what}`,
    },
    means: {
      received: 'From now on EasySMS plans the reminders that the rules ask for.',
      erased: 'EasySMS knows neither the number nor the texts any more. No more reminders are sent.',
      moved: 'Reminders of the time before are dropped, and the new time gets its own.',
      without: 'No reminders are sent until the appointment gets a time again.',
      replaced: 'The reminders of this one are dropped, and the new one gets its own.',
      handedOverAgain: 'The citizen may have got the SMS twice.',
      asked: {
        found: 'The response decides what became of the SMS, like a receipt.',
        open: 'It is still not known whether the citizen got the SMS.',
        never: 'The citizen did not get the SMS by that try.',
      },
      receipt: {
        delivered: 'The phone has confirmed that it received the SMS.',
        undelivered: 'The phone company could not deliver the SMS to the phone.',
        other: 'It changes nothing about what is known already.',
      },
      settled: 'The reply waits for nobody any more.',
      settledBySystem: 'The reply waits for nobody any more, and holds no reminders back.',
      optedOut: 'The number gets no SMS until the opt-out is lifted.',
      optedIn: 'The number gets SMS again.',
      paused: 'Reminders that were due meanwhile waited.',
      resumed: 'Reminders that waited were sent unless their deadline had passed.',
    },
    earlier: 'earlier time',
    cut: 'So much has happened to the appointment that the oldest is left out.',
    beginning: 'Back to the beginning',
    further: 'What happened later',
  },
});

/** The words of the page in one language. */
export type StoryWords = (typeof STORY_WORDS)['da'];
