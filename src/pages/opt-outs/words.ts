import { canBeAnswered } from '../../templates/index.ts';
import type { PageLanguage } from '../kit/language.ts';
import { bilingual } from '../kit/words.ts';

/** The words of the page of opt-outs. */
export const OPT_OUT_WORDS = bilingual({
  da: {
    title: 'Frameldinger',
    lead: {
      live: 'Numre, der ikke får SMS’er.',
      lifted: 'Frameldinger, der er ophævet. Numrene får SMS’er igen, medmindre en anden framelding gælder.',
      all: 'Frameldinger, der gælder, og dem, der er ophævet.',
    },
    /** Behind the lead, where citizens can reply. */
    byReply: {
      live: 'De fleste har borgeren selv frameldt ved at svare STOP.',
      all: 'De fleste borgere har selv frameldt sig ved at svare STOP.',
    },
    /** In place of `byReply` for a sender that is a name. */
    nameSender: (sender: string) =>
      `Borgere kan ikke svare STOP til afsenderen »${sender}«: frameld dem her, når de beder om det.`,
    which: 'Frameldinger',
    kinds: { live: 'Gældende', lifted: 'Ophævede', all: 'Alle' },
    none: {
      live: 'Ingen numre er frameldt.',
      lifted: 'Ingen frameldinger er ophævet. Vælg »Gældende« for at se dem, der gælder.',
      all: 'Der er ingen frameldinger.',
    },
    /** Behind `none` of those that hold, where citizens can reply. */
    comes: 'Når en borger svarer STOP, kommer nummeret frem her.',
    recordedIn: (from: string, to: string) =>
      `Kun dem, der er registreret ${from === to ? `den ${from}` : `fra den ${from} til den ${to}`}.`,
    anyDay: 'Vis alle dage',
    noneThen: 'Ingen frameldinger blev registreret i de dage. Vis alle dage i stedet.',
    noNumber: 'Nummeret er slettet',
    /** Reasons that no person wrote. */
    reasons: {
      stop: 'Borgeren svarede STOP',
      reply: 'En medarbejder læste borgerens svar som en framelding',
      gateway: 'Nummeret er spærret hos SMS-leverandøren',
      start: 'Borgeren svarede START',
      undone: 'Fortrudt',
    },
    recorded: (moment: string, by: string) => `Frameldt ${moment} af ${by}`,
    liftedAt: (moment: string, by: string) => `Ophævet ${moment} af ${by}`,
    everywhere: 'Gælder alle myndigheder',
    onlyInstallation: 'Kun en administrator af hele installationen kan ophæve den.',
    add: {
      title: 'Frameld et nummer',
      phone: 'Telefonnummer',
      phoneHint: 'Som borgeren siger det, for eksempel 22\u00a030\u00a041\u00a050',
      reason: 'Begrundelse',
      reasonHint: 'For eksempel »Borgeren ringede og bad om det«. Skriv hverken navn, CPR-nummer eller telefonnummer.',
      button: 'Frameld',
    },
    undo: 'Fortryd',
    lift: {
      title: 'Ophæv',
      reason: 'Begrundelse',
      hint: 'Kun når borgeren selv beder om det. Kommende påmindelser planlægges igen.',
      /** A supplier that blocks numbers by a list of its own, which lifting here does not change. */
      blocking: (gateway: string) =>
        `SMS-leverandøren ${gateway} spærrer selv numre, der har skrevet STOP. Er nummeret spærret der, skal ` +
        'borgeren skrive START, eller leverandøren skal fjerne spærringen.',
      button: 'Ophæv framelding',
    },
    search: {
      label: 'Er et nummer frameldt?',
      button: 'Søg',
      found: 'Frameldinger af nummeret',
      none: 'Nummeret er ikke frameldt, og der er ikke gemt en tidligere framelding af det.',
      newest: 'Kun de nyeste vises.',
      back: 'Tilbage til alle frameldinger',
    },
    done: {
      added: 'Nummeret er frameldt: der sendes ikke flere SMS’er til det. Det kan fortrydes i ti minutter.',
      known: 'Nummeret var frameldt i forvejen.',
      undone: 'Frameldingen er fortrudt, og kommende påmindelser er planlagt igen.',
      late: 'Frameldingen kan ikke fortrydes længere.',
      lifted: 'Frameldingen er ophævet, og kommende påmindelser er planlagt igen. Nummeret kan frameldes på ny.',
    },
    faults: {
      phone: 'Det er ikke et telefonnummer. Skriv for eksempel 22\u00a030\u00a041\u00a050.',
      reason: 'Skriv en begrundelse.',
      too_big: 'Skriv højst 500 tegn.',
      holds_cpr: 'Det ligner et CPR-nummer. Skriv begrundelsen uden.',
      holds_number: 'Det ligner et telefonnummer. Skriv begrundelsen uden.',
      unprintable: 'Teksten har tegn, der ikke kan vises.',
    },
    limited:
      'Frameldinger gælder hele myndigheden. Din konto er begrænset til afdelinger: spørg en kollega, der ser alt.',
    readOnly:
      'Du kan læse listen; telefonnumrene er delvist skjult. En sagsbehandler kan framelde numre og ophæve ' +
      'frameldinger.',
    next: 'Ældre frameldinger',
    first: 'Tilbage til de nyeste',
  },
  en: {
    title: 'Opt-outs',
    lead: {
      live: 'Numbers that get no SMS.',
      lifted: 'Opt-outs that were lifted. Their numbers get SMS again, unless another opt-out holds.',
      all: 'Opt-outs that hold, and those that were lifted.',
    },
    byReply: {
      live: 'Most citizens opted out themselves, by replying STOP.',
      all: 'Most citizens opted out themselves, by replying STOP.',
    },
    nameSender: (sender) => `Citizens cannot reply STOP to the sender “${sender}”: opt them out here when they ask.`,
    which: 'Opt-outs',
    kinds: { live: 'In force', lifted: 'Lifted', all: 'All' },
    none: {
      live: 'No number is opted out.',
      lifted: 'No opt-out was lifted. Choose “In force” to see those that hold.',
      all: 'There are no opt-outs.',
    },
    comes: 'When a citizen replies STOP, the number appears here.',
    recordedIn: (from, to) => `Only those recorded ${from === to ? `on ${from}` : `from ${from} to ${to}`}.`,
    anyDay: 'Show all days',
    noneThen: 'No opt-outs were recorded on those days. Show all days instead.',
    noNumber: 'The number was erased',
    reasons: {
      stop: 'The citizen replied STOP',
      reply: 'Staff read the reply as an opt-out',
      gateway: 'The SMS supplier blocks the number',
      start: 'The citizen replied START',
      undone: 'Undone',
    },
    recorded: (moment, by) => `Opted out on ${moment} by ${by}`,
    liftedAt: (moment, by) => `Lifted on ${moment} by ${by}`,
    everywhere: 'Applies to all authorities',
    onlyInstallation: 'Only an administrator of the whole installation can lift it.',
    add: {
      title: 'Opt a number out',
      phone: 'Phone number',
      phoneHint: 'As the citizen says it, such as 22\u00a030\u00a041\u00a050',
      reason: 'Reason',
      reasonHint: 'Such as “the citizen phoned and asked for it”. Write no name, CPR number or phone number.',
      button: 'Opt out',
    },
    undo: 'Undo',
    lift: {
      title: 'Lift',
      reason: 'Reason',
      hint: 'Only when the citizen asks for it. Reminders that lie ahead are planned again.',
      blocking: (gateway) =>
        `The SMS supplier ${gateway} itself blocks numbers that wrote STOP. If the number is blocked there, the ` +
        'citizen must write START, or the supplier lift the block.',
      button: 'Lift opt-out',
    },
    search: {
      label: 'Is a number opted out?',
      button: 'Search',
      found: 'Opt-outs of the number',
      none: 'The number is not opted out, and no earlier opt-out of it is stored.',
      newest: 'Only the newest ones are shown.',
      back: 'Back to all opt-outs',
    },
    done: {
      added: 'The number is opted out: it gets no more SMS. This can be undone for ten minutes.',
      known: 'The number was already opted out.',
      undone: 'The opt-out was undone, and coming reminders are planned again.',
      late: 'The opt-out cannot be undone any more.',
      lifted: 'The opt-out is lifted, and reminders ahead are planned again. The number can be opted out anew.',
    },
    faults: {
      phone: 'This is not a phone number. Write it like 22\u00a030\u00a041\u00a050.',
      reason: 'Write a reason.',
      too_big: 'Write 500 characters at most.',
      holds_cpr: 'This looks like a CPR number. Write the reason without it.',
      holds_number: 'This looks like a phone number. Write the reason without it.',
      unprintable: 'The text has characters that cannot be shown.',
    },
    limited:
      'Opt-outs hold for the whole authority. Your account is limited to departments: ask a colleague who sees all.',
    readOnly:
      'You can read the list, with phone numbers partly hidden. An operator can opt numbers out and lift opt-outs.',
    next: 'Older opt-outs',
    first: 'Back to the newest',
  },
});

type OptOutWords = (typeof OPT_OUT_WORDS)['da'];

/** The lead of a list, with how its numbers come there, which is not by STOP where nobody can reply to the sender. */
export function leadOf(words: OptOutWords, shown: keyof OptOutWords['lead'], { sender }: { readonly sender: string }) {
  const lead = words.lead[shown];
  if (shown === 'lifted') return lead;
  return `${lead} ${canBeAnswered(sender) ? words.byReply[shown] : words.nameSender(sender)}`;
}

/** The sentence of an empty list, with what brings a number there. */
export function noneOf(words: OptOutWords, shown: keyof OptOutWords['none'], { sender }: { readonly sender: string }) {
  const none = words.none[shown];
  return shown !== 'lifted' && canBeAnswered(sender) ? `${none} ${words.comes}` : none;
}

/** The reason of an opt-out: in words where no person wrote it. */
export function reasonText(reason: string, language: PageLanguage): string {
  return new Map(Object.entries(OPT_OUT_WORDS[language].reasons)).get(reason) ?? reason;
}
