import { bilingual } from '../kit/words.ts';

/** A size of a text: places used, what one SMS holds, and how many SMS it is billed as. */
interface Size {
  readonly units: string;
  readonly most: number;
  readonly segments: number;
}

/** The words of the pages of texts. */
export const TEXTS_WORDS = bilingual({
  da: {
    title: 'Tekster',
    lead:
      'De SMS’er, som borgerne får. EasySMS har en færdig tekst til hvert formål. Gemmer I jeres egen, gælder ' +
      'den med det samme, også for påmindelser, der allerede er planlagt.',
    readOnly: 'Du kan læse teksterne. En administrator kan rette dem.',
    all: 'Alle tekster',
    backToAll: 'Tilbage til alle tekster',
    purpose: 'Tekst',
    shipped: 'Standardtekst',
    own: (version: number) => `Egen tekst, version ${version}`,
    savedBy: (who: string, when: string) => `${who}, ${when}`,
    text: (language: string) => `Tekst på ${language.toLowerCase()}`,
    reference: 'Vis teksten med oplysninger fra en aftale',
    referenceHint: 'Aftalens nummer i bookingsystemet. Uden det vises eksempler.',
    notFound: 'Der er ingen aftale med det nummer blandt dem, du må se. Derfor vises eksempler.',
    preview: 'Vis, hvordan den ser ud',
    save: 'Gem',
    from: (sender: string) => `Fra ${sender}`,
    noSms: 'Der kan ikke sendes noget med denne tekst.',
    size: ({ units, most, segments }: Size) =>
      segments === 1 ? `${units} af ${most} tegn: koster som 1 SMS` : `${units} tegn: koster som ${segments} SMS-dele`,
    long: (segments: number) => `Med lange oplysninger: ${segments === 1 ? '1 SMS' : `${segments} SMS-dele`}.`,
    costly: (characters: string) =>
      `${characters} findes ikke i en almindelig SMS, så den rummer kun 70 tegn i stedet for 160. Det er markeret på ` +
      'telefonen.',
    double: (characters: string) => `${characters} tæller som to tegn.`,
    quoted: (text: string) => `»${text}«`,
    /** In place of a character that leaves no mark on paper. */
    invisible: 'et usynligt tegn',
    gradeTitle: 'Kan læses på låst skærm',
    grades: ['intet om helbred.', 'en afdeling eller en slags behandling.', 'noget, der kan røbe en sygdom.'],
    gradeWords: (words: string) => `På grund af: ${words}.`,
    at: (line: number, column: number) => `Linje ${line}, tegn ${column}: `,
    faults: {
      empty: 'teksten er tom.',
      emptied: 'teksten er tom. Standardteksten kan tages i brug igen under »Tidligere versioner«.',
      too_long:
        'teksten er for lang: med lange oplysninger fylder den mere end 5 SMS’er, eller den har over 4.000 tegn.',
      control_character: 'der er et tegn, som ikke kan sendes.',
      unclosed: '{{ eller {% er ikke lukket.',
      single_brace: 'en oplysning skal have to krøllede parenteser på hver side: {{date}}.',
      unknown_variable: 'der er ingen oplysning med det navn. Se dem under »Oplysninger, der kan stå i teksten«.',
      unknown_tag: 'den kommando findes ikke. Brug if, unless eller comment.',
      unknown_filter: 'det filter findes ikke.',
      syntax: 'teksten kan ikke læses: se på de krøllede parenteser.',
      failed: 'teksten kan ikke udfyldes: se på filtrene.',
      holds_cpr: 'der ser ud til at stå et CPR-nummer. Tag det ud: sådan en SMS bliver aldrig sendt.',
      holds_link:
        'der er et link. Teleselskaberne spærrer for SMS’er med links, og borgerne får at vide, at de ikke må ' +
        'åbne dem.',
      holds_number: 'der ser ud til at stå et telefonnummer. Skriv {{contactPhone}}: så følger det reglerne.',
      gateway_text: 'SMS-leverandøren tager ikke imod denne tekst.',
      gateway_length: 'teksten er længere, end SMS-leverandøren tager imod.',
    } as Readonly<Record<string, string>>,
    otherFault: 'teksten kan ikke bruges.',
    month: (messages: string, isPart: boolean) =>
      `Sidste måned blev den sendt ${isPart ? 'mindst ' : ''}${messages === '1' ? '1 gang' : `${messages} gange`}.`,
    cost: (segments: string, money: string | undefined, isPart: boolean) =>
      `${isPart ? 'mindst ' : ''}${segments === '1' ? '1 SMS' : `${segments} SMS-dele`}` +
      `${money ? `, ${isPart ? 'mindst' : 'ca.'} ${money}` : ''}`,
    costNow: 'Det samme antal med den tekst, der gælder nu',
    costNew: 'Med teksten, som den er skrevet her',
    costBasis: 'Tallene herunder er regnet med eksemplet ovenfor.',
    planned: (count: string, from: string, to: string) =>
      count === '1'
        ? `1 planlagt påmindelse (${from}) får den tekst, der gælder, når den bliver sendt.`
        : `${count} planlagte påmindelser (${from} til ${to}) får den tekst, der gælder, når de bliver sendt.`,
    next: (when: string) => `Den næste, ${when}`,
    before: 'Med den tekst, der gælder nu',
    after: 'Med teksten, som den er skrevet her',
    unchanged: 'Uændret:',
    nothing: 'Der kunne ikke sendes noget.',
    variables: 'Oplysninger, der kan stå i teksten',
    condition: '{% if location %} … {% endif %} skriver kun det imellem, når aftalen har den oplysning.',
    variableWords: {
      date: 'dag og måned',
      time: 'klokkeslæt; tomt for en aftale, der kun har en dag',
      weekday: 'ugedag',
      location: 'sted, ved fremmøde',
      department: 'afdeling: den kan røbe, hvad borgeren behandles for',
      authority: 'myndighedens navn',
      contactPhone: 'nummer at ringe til, fra reglerne eller fra aftalen',
      oldDate: 'dagen, før den blev flyttet',
      oldTime: 'klokkeslættet, før den blev flyttet',
      oldWeekday: 'ugedagen, før den blev flyttet',
      keyword: 'det ord, et svar skal begynde med, hvor nummeret er delt',
    } as Readonly<Record<string, string>>,
    done: {
      saved: 'Teksten er gemt og gælder nu.',
      same: 'Intet blev ændret.',
      restored: 'Teksten gælder igen, som en ny version.',
      changed: 'En anden har gemt en version imens. Intet blev ændret: se listen igen.',
    } as Readonly<Record<string, string>>,
    conflict:
      'En anden har gemt teksten, mens du skrev. Det, du skrev, står stadig nedenfor, sammenlignet med den ' +
      'tekst, der gælder nu. Gem igen for at sætte din i stedet.',
    differs: 'Din tekst sammenlignet med den, der gælder nu',
    versions: 'Tidligere versioner',
    versionsOf: (name: string, language: string) => `${name}, ${language.toLowerCase()}: versioner`,
    version: (number: number) => `Version ${number}`,
    inForce: 'Gælder nu',
    backToShipped: 'Tilbage til standardteksten',
    restore: 'Brug denne tekst igen',
    firstVersion: 'Standardteksten',
    added: 'tilføjet',
    removed: 'fjernet',
    compared: 'Hver version er sammenlignet med den før: det overstregede er fjernet, det understregede er tilføjet.',
    older: 'Ældre versioner',
    back: 'Tilbage til teksten',
  },
  en: {
    title: 'Texts',
    lead:
      'The SMS that citizens get. EasySMS comes with a text for each purpose; your own takes its place from the ' +
      'moment it is saved, also for reminders that are planned already.',
    readOnly: 'You can read the texts. An administrator can change them.',
    all: 'All texts',
    backToAll: 'Back to all texts',
    purpose: 'Text',
    shipped: 'Standard text',
    own: (version) => `Your own, version ${version}`,
    savedBy: (who, when) => `${who}, ${when}`,
    text: (language) => `Text in ${language}`,
    reference: 'Show it with the values of an appointment',
    referenceHint: 'Its number in the booking system. Without one, sample values are shown.',
    notFound: 'There is no such appointment among those that you may see: sample values are shown.',
    preview: 'Preview',
    save: 'Save',
    from: (sender) => `From ${sender}`,
    noSms: 'Nothing can be sent with this text.',
    size: ({ units, most, segments }) =>
      segments === 1
        ? `${units} of ${most} characters: billed as 1 SMS`
        : `${units} characters: billed as ${segments} segments`,
    long: (segments) => `With long values: ${segments === 1 ? '1 SMS' : `${segments} segments`}.`,
    costly: (characters) =>
      `${characters} is not among the characters of a plain SMS, so that one holds 70 characters and not 160. It is ` +
      'marked on the phone.',
    double: (characters) => `${characters} takes the place of two characters.`,
    quoted: (text) => `“${text}”`,
    invisible: 'an invisible character',
    gradeTitle: 'Can be read on a locked screen',
    grades: ['nothing about health.', 'a department or a kind of treatment.', 'what may reveal an illness.'],
    gradeWords: (words) => `Because of: ${words}.`,
    at: (line, column) => `Line ${line}, character ${column}: `,
    faults: {
      empty: 'the text is empty.',
      emptied: 'the text is empty. The standard text can be taken back under “Earlier versions”.',
      too_long: 'the text is too long: with long values it takes more than 5 SMS, or it has over 4,000 characters.',
      control_character: 'there is a character that cannot be sent.',
      unclosed: '{{ or {% is not closed.',
      single_brace: 'a value needs two braces on each side: {{date}}.',
      unknown_variable: 'there is no value with this name. See them under “Values you can use in the text”.',
      unknown_tag: 'there is no such tag. You may use if, unless and comment.',
      unknown_filter: 'there is no such filter.',
      syntax: 'this cannot be read: look at the braces.',
      failed: 'the text cannot be filled in: look at the filters.',
      holds_cpr: 'it looks as if there is a CPR number in it. Leave it out: such an SMS is never sent.',
      holds_link: 'it holds a link. Phone companies block SMS with links, and citizens are told never to open one.',
      holds_number: 'it looks as if there is a phone number in it. Write {{contactPhone}}, which follows the rules.',
      gateway_text: 'the SMS supplier does not take this text.',
      gateway_length: 'the text is longer than the SMS supplier takes.',
    },
    otherFault: 'this text cannot be used.',
    month: (messages, isPart) =>
      `Last month it was sent ${isPart ? 'at least ' : ''}${messages === '1' ? 'once' : `${messages} times`}.`,
    cost: (segments, money, isPart) =>
      `${isPart ? 'at least ' : ''}${segments === '1' ? '1 SMS' : `${segments} segments`}` +
      `${money ? `, ${isPart ? 'at least' : 'about'} ${money}` : ''}`,
    costNow: 'The same number with the text in force',
    costNew: 'With the text as typed',
    costBasis: 'The figures below are worked out with the example above.',
    planned: (count, from, to) =>
      count === '1'
        ? `1 planned reminder (${from}) gets the text that is saved when it is sent.`
        : `${count} planned reminders (${from} to ${to}) get the text that is saved when they are sent.`,
    next: (when) => `The next one, due ${when}`,
    before: 'With the text in force',
    after: 'With the text as typed',
    unchanged: 'Unchanged:',
    nothing: 'Nothing could be sent.',
    variables: 'Values you can use in the text',
    condition: '{% if location %} … {% endif %} prints what is between only when the appointment has that value.',
    variableWords: {
      date: 'day and month',
      time: 'time of day; empty for an appointment that has a day only',
      weekday: 'day of the week',
      location: 'place, for a visit',
      department: 'department: it may reveal what the citizen is treated for',
      authority: 'name of the authority',
      contactPhone: 'number to call, from the rules or from the appointment',
      oldDate: 'the day before it was moved',
      oldTime: 'the time before it was moved',
      oldWeekday: 'the day of the week before it was moved',
      keyword: 'the word that a reply has to begin with, where the number is shared',
    },
    done: {
      saved: 'The text is saved and in force.',
      same: 'Nothing was changed.',
      restored: 'The text is in force again, as a new version.',
      changed: 'Somebody else has saved a version in the meantime. Nothing was changed: look at the list again.',
    },
    conflict:
      'Somebody else has saved this text while you were writing. What you typed still stands below, compared ' +
      'with the text in force now. Save again to put yours in its place.',
    differs: 'Yours compared with the text in force now',
    versions: 'Earlier versions',
    versionsOf: (name, language) => `${name}, ${language}: versions`,
    version: (number) => `Version ${number}`,
    inForce: 'In force',
    backToShipped: 'Back to the standard text',
    restore: 'Use this text again',
    firstVersion: 'The standard text',
    added: 'added',
    removed: 'removed',
    compared:
      'Each version is compared with the one before: words struck out were removed, underlined ones were added.',
    older: 'Older versions',
    back: 'Back to the text',
  },
});
