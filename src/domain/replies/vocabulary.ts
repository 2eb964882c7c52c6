import { localDay } from '../calendar.ts';
import { DAY_MS } from '../duration.ts';

/** The shipped words, Danish and English. */
export const VOCABULARY: Vocabulary = {
  stop: list('STOP, STOPP, STOP SMS'),
  stopDanish: [
    ...list('STOP ALLE, STOP MIG, STOP SMSER, STOP ALLE SMS, AFMELD, AFMELD SMS, AFMELD MIG'),
    ...list('AFMELDING, AFMELDING SMS, AFMELDING MIG, FRAMELD, FRAMELD SMS, FRAMELD MIG'),
  ],
  stopEnglish: list('STOPALL, STOP ALL, UNSUBSCRIBE, UNSUB, OPTOUT, OPT OUT'),
  start: list('START, START SMS'),
  startDanish: list('START MIG, TILMELD, TILMELD SMS, TILMELD MIG'),
  startEnglish: list('UNSTOP, SUBSCRIBE, OPTIN, OPT IN'),
  help: list('INFO'),
  helpDanish: list('HJÆLP, HJAELP, HJALP, HJELP'),
  helpEnglish: list('HELP'),
  polite: list('TAK, VENLIGST, MVH, NU, PLEASE, THANKS, HEJ, HI, HELLO'),
  stopLike: list('STOP, STOPALL, AFMELD, AFMELDING, FRAMELD, UNSUB, UNSUBSCRIBE, OPTOUT, OPT OUT'),
  noMore: [
    ...list('SLET MIT NUMMER, SLET MIT TELEFONNUMMER, FJERN MIT NUMMER, IKKE FLERE SMS, IKKE FLERE SMSER'),
    ...list('IKKE FLERE BESKEDER, STOPPE MED AT SENDE, STOPPE MED AT SKRIVE, HOLD OP MED AT SENDE'),
    ...list('HOLD OP MED AT SKRIVE, LAD VÆRE MED AT SENDE, LAD VÆRE MED AT SKRIVE, DELETE MY NUMBER'),
    ...list('REMOVE MY NUMBER, NO MORE TEXTS, NO MORE MESSAGES'),
  ],
  mistyped: list('STOP, STOPALL, AFMELD, AFMELDING, FRAMELD, UNSUBSCRIBE, UNSUB, OPTOUT, OPT OUT'),
  notMistyped: list('TOP, STEP, SHOP, STOR, STOL, STOD, STOK, STOF, ANMELD, ANMELDING'),
  stopWhat: [
    ...list('MED AT SKRIVE, MED AT SKRIVE TIL MIG, MED AT SENDE, MED AT SENDE SMS, MED AT SENDE SMSER'),
    ...list('MED AT SENDE BESKEDER, MED AT SENDE MIG SMS, MED AT SENDE MIG BESKEDER, MED DET'),
    ...list('TEXTING, TEXTING ME, WRITING TO ME, SENDING ME MESSAGES'),
  ],
  wrongDanish: [
    ...list('FORKERT NUMMER, FORKERT NR, FORKERT TELEFONNUMMER, FORKERT MOBILNUMMER, FORKERT PERSON'),
    ...list('FORKERTE NUMMER, FORKERTE NR, FORKERTE PERSON'),
  ],
  wrongEnglish: list('WRONG NUMBER, WRONG PERSON'),
  beforeWrongDanish: [
    ...list('DET ER, DET ER ET, DET ER DET, DET ER DEN, I HAR, I HAR ET, I HAR DET, DU HAR, DU HAR DET'),
    ...list('I HAR FAT I ET, I HAR FAT I DET, I HAR FAT I DEN, DU HAR FAT I ET, I HAR SKREVET TIL ET'),
    ...list('I HAR SKREVET TIL DET'),
  ],
  beforeWrongEnglish: list('YOU HAVE THE, THIS IS THE, THIS IS A, ITS THE'),
  notMeDanish: [
    ...list('DET ER IKKE MIG, DET ER IKKE MIG DER HAR EN TID HOS JER, DET ER IKKE MIT NUMMER'),
    ...list('DET HER ER IKKE MIT NUMMER'),
  ],
  notMeEnglish: [
    ...list('THIS IS NOT ME, THAT IS NOT ME, ITS NOT ME, THIS ISNT ME, THAT ISNT ME, THIS IS NOT MY NUMBER'),
  ],
  denials: list('IKKE, IKK, IK, NOT, CANT, CANNOT, WONT, UNABLE'),
  cancelDanish: [
    ...list('AFBUD, AFLYS, AFLYSES, AFLYSNING, ANNULLER, ANNULLERER, AFBESTIL, AFBESTILLER, AFLYSER, MELD AFBUD'),
    ...list('MELDER AFBUD, AFBUD HERFRA, KOMMER IKKE, ER SYG, ER BLEVET SYG, LIGGER SYG, ER INDLAGT'),
    ...list('ER INDLAGT PÅ SYGEHUSET, ER INDLAGT PÅ HOSPITALET, VIL AFMELDE MIN TID, VIL GERNE AFMELDE MIN TID'),
  ],
  mustDanish: [
    ...list('MÅ, SKAL, VIL, VIL GERNE, ØNSKER AT, BLIVER NØDT TIL AT, ER NØDT TIL AT, BLIVER NØDSAGET TIL AT'),
    ...list('ER NØDSAGET TIL AT'),
  ],
  mustWhatDanish: list('MELDE AFBUD, AFLYSE, AFBESTILLE, ANNULLERE'),
  cannotDanish: list('KAN IKKE, KAN IKK, KAN IK, KA IKKE, KA IKK, KA IK'),
  cannotWhatDanish: list('KOMME, MØDE, MØDE OP, DELTAGE, NÅ DET'),
  prevented: list('FORHINDRET, ER FORHINDRET, ER BLEVET FORHINDRET, BLIVER FORHINDRET'),
  preventedFrom: list('I AT KOMME, I AT MØDE, I AT MØDE OP, I AT DELTAGE'),
  cancelEnglish: [
    ...list('CANCEL, CANCELLING, AM CANCELLING, IM CANCELLING, AM NOT COMING, IM NOT COMING, NOT COMING'),
    ...list('AM SICK, IM SICK, AM ILL, IM ILL'),
  ],
  mustEnglish: list('ID LIKE TO, NEED TO, HAVE TO, WANT TO, WOULD LIKE TO, MUST, WILL HAVE TO'),
  cannotEnglish: [
    ...list('CANT, CANNOT, CAN NOT, WONT, WILL NOT, AM UNABLE TO, IM UNABLE TO, AM NOT ABLE TO, IM NOT ABLE TO'),
    ...list('WONT BE ABLE TO, WILL NOT BE ABLE TO'),
  ],
  cannotWhatEnglish: list('COME, MAKE IT, ATTEND, MAKE MY APPOINTMENT, KEEP MY APPOINTMENT'),
  excusesDanish: [
    ...list('HAR FEBER, HAR FÅET FEBER, MED FEBER, HAR CORONA, HAR FÅET CORONA, HAR COVID, HAR FÅET COVID'),
    ...list('HAR INFLUENZA, HAR FÅET INFLUENZA, MIT BARN ER SYGT, MIN SØN ER SYG, MIN DATTER ER SYG'),
    ...list('SYG, SYGDOM, ER SLØJ, SKAL ARBEJDE, SKAL PÅ ARBEJDE, ER PÅ ARBEJDE, ER PÅ FERIE, ER BORTREJST'),
    ...list('ER UDE AT REJSE, ER I UDLANDET'),
  ],
  excusesEnglish: [
    ...list('HAVE A FEVER, HAVE COVID, HAVE A COLD, HAVE THE FLU, HAVE TO WORK, AM AT WORK, AM ON HOLIDAY'),
    ...list('AM ABROAD, AM AWAY, SICK, ILL'),
  ],
  reasons: list('PGA, P G A, PÅ GRUND AF, GRUNDET, BECAUSE OF, DUE TO'),
  confirmDanish: [
    ...list('JA, JEP, OK, OKAY, KOMMER, SKAL NOK KOMME, ER DER, VI SES, BEKRÆFT, BEKRÆFTER, BEKRÆFTET'),
    ...list('DET PASSER FINT, PASSER FINT, DET ER FINT, FINT, DET ER OK, DET ER I ORDEN, SELVFØLGELIG, JADA'),
    ...list('👍, 👌, ✅'),
  ],
  confirmEnglish: [
    ...list('YES, YEP, YEAH, CONFIRM, CONFIRMED, WILL BE THERE, ILL BE THERE, WILL COME, AM COMING, IM COMING'),
    ...list('SEE YOU, SEE YOU THEN, SEE YOU THERE, THATS FINE, OF COURSE'),
  ],
  subjectsDanish: list('JEG, VI'),
  subjectsEnglish: list('I, WE'),
  objects: [
    ...list('MIN TID, MIN AFTALE, TIDEN, AFTALEN, DEN, AF MIN TID, TIL MIN TID, TIL MIN AFTALE'),
    ...list('TIL AFTALEN'),
    ...list('MY APPOINTMENT, THE APPOINTMENT, APPOINTMENT, TO MY APPOINTMENT'),
  ],
  objectsOfAfbud: list('TIL TIDEN'),
  refusals: list('NEJ, NO, 👎'),
  adverbs: list('DESVÆRRE, VENLIGST, ALLIGEVEL, DERFOR, UNFORTUNATELY, PLEASE'),
  turning: list('DESVÆRRE'),
  neutral: [
    ...list('TAK, MANGE TAK, THANKS, THANK YOU, HEJ, HEJSA, HI, HELLO, GODMORGEN, GOD DAG, BEKLAGER, UNDSKYLD, SORRY'),
    ...list('OG, SÅ, DA, FORDI, AND, SO, BECAUSE, AS'),
    ...list('UNDSKYLD MEN, BEKLAGER MEN, BEKLAGER MEGET, BEKLAGER MEGET MEN, TAK MEN, SORRY BUT, IM SORRY'),
    ...list('IM SORRY BUT, I AM SORRY, I AM SORRY BUT, IM AFRAID, I AM AFRAID, GOOD MORNING'),
    ...list('🙂, 😊, 😀, 😁, ☺, 👋, 🙏, ❤'),
    ...list('😔, 😢, 😞, 😟, 😕, 🙁, ☹, 😥, 😓, 😩, 😪, 😭, 🥺, 🤒, 🤧, 🤢, 🤮, 🤕, 😷'),
  ],
  beforeDays: list('TIL, FOR'),
  today: list('I DAG, IDAG, TODAY'),
  tomorrow: list('I MORGEN, IMORGEN, TOMORROW'),
  weekdays: [
    ...list('PÅ MANDAG, PÅ TIRSDAG, PÅ ONSDAG, PÅ TORSDAG, PÅ FREDAG, PÅ LØRDAG, PÅ SØNDAG'),
    ...list('ON MONDAY, ON TUESDAY, ON WEDNESDAY, ON THURSDAY, ON FRIDAY, ON SATURDAY, ON SUNDAY'),
    ...list('MANDAG, TIRSDAG, ONSDAG, TORSDAG, FREDAG, LØRDAG, SØNDAG'),
    ...list('MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY'),
  ],
  signatures: [
    ...list('MVH, M V H, HILSEN, VENLIG HILSEN, MED VENLIG HILSEN, KÆRLIG HILSEN, KH, VH, HILSNER'),
    ...list('VENLIGE HILSNER, MED VENLIGE HILSNER, BEDSTE HILSNER, DE BEDSTE HILSNER'),
    ...list('REGARDS, KIND REGARDS, BEST REGARDS'),
  ],
  notNames: [
    ...list('HVORNÅR, HVOR, HVAD, HVEM, HVORDAN, HVORFOR, HVILKEN, HVIS, MEN, MÅSKE, FØR, EFTER, SENERE, TIDLIGERE'),
    ...list('FORSINKET, FLYT, FLYTTE, UDSÆT, ÆNDRE, RING, SKRIV, GLEM, VENT, SLET, STOP, AFMELD, FRAMELD'),
    ...list('BEHØVER, MANGLER, TOLK, LEDSAGER, PARKERING, HJÆLP, ANDEN, NY, IGEN, UDEN, KL'),
    ...list('WHEN, WHERE, WHAT, WHO, HOW, WHY, WHICH, IF, BUT, MAYBE, BEFORE, AFTER, LATE, LATER, EARLIER'),
    ...list('MOVE, CHANGE, RESCHEDULE, CALL, HELP, INTERPRETER, WITHOUT, ANOTHER'),
  ],
  sentFrom: list('SENDT FRA, SENT FROM'),
  devices: [
    ...list('MIN IPHONE, MIN IPAD, MIN MOBIL, MIN TELEFON, MIN ANDROID, MIN SAMSUNG, MIN SAMSUNG GALAXY, MIN HUAWEI'),
    ...list('MY IPHONE, MY IPAD, MY PHONE, MY MOBILE, MY ANDROID, MY SAMSUNG, MY SAMSUNG GALAXY'),
  ],
};

function list(entries: string): string[] {
  return entries.split(', ');
}

const WEEK = 7;

/** The time of an appointment, as a reply about it is written. */
interface AppointmentTime {
  readonly start: Date;
  readonly written: Date;
  /** IANA name. */
  readonly timeZone: string;
}

/**
 * True when a reply names a day (today, tomorrow, a day of the week) that is not the appointment's. A day of the week
 * is the next one of that name: what is further ahead than a week is another.
 * @param words as `wordsOf` splits them
 */
export function namesAnotherDay(words: readonly string[], { start, written, timeZone }: AppointmentTime): boolean {
  const day = Date.parse(localDay(start, timeZone));
  const daysAhead = Math.round((day - Date.parse(localDay(written, timeZone))) / DAY_MS);
  // The lists begin with Monday, and getUTCDay with Sunday.
  const weekday = (new Date(day).getUTCDay() + WEEK - 1) % WEEK;
  const phrases = words.flatMap((word, at) => [word, `${word} ${words[at + 1]}`]);
  return phrases.some((phrase) => {
    if (VOCABULARY.today.includes(phrase)) return daysAhead !== 0;
    if (VOCABULARY.tomorrow.includes(phrase)) return daysAhead !== 1;
    const named = VOCABULARY.weekdays.indexOf(phrase);
    return named !== -1 && (named % WEEK !== weekday || daysAhead > WEEK);
  });
}

/**
 * The words and phrases that replies are read by, in upper case, as `wordsOf` splits them: each entry is one word or
 * several with a blank in between. docs/replies.md names all that carry a meaning, and a test holds that each of them
 * decides at least one reply of test/domain/replies/answers.tsv.
 */
export interface Vocabulary {
  /** Whole replies that opt out, of both languages. */
  readonly stop: readonly string[];
  /** Danish ones. */
  readonly stopDanish: readonly string[];
  /** English ones. */
  readonly stopEnglish: readonly string[];
  /** Whole replies that opt in, of both languages. */
  readonly start: readonly string[];
  /** Danish ones. */
  readonly startDanish: readonly string[];
  /** English ones. */
  readonly startEnglish: readonly string[];
  /** Whole replies that ask for help, of both languages. */
  readonly help: readonly string[];
  /** Danish ones. */
  readonly helpDanish: readonly string[];
  /** English ones. */
  readonly helpEnglish: readonly string[];
  /** Words that change nothing beside the whole replies above. */
  readonly polite: readonly string[];
  /** Beginnings of a reply that may opt out. */
  readonly stopLike: readonly string[];
  /** Phrases that, anywhere in a reply, say that the citizen may not want SMS. */
  readonly noMore: readonly string[];
  /** Words that a first word with one typing error counts as, for `maybe_stop`. */
  readonly mistyped: readonly string[];
  /** Words of their own that are one letter away from those. */
  readonly notMistyped: readonly string[];
  /** Phrases behind `STOP`, after which it may be said that the number is wrong. */
  readonly stopWhat: readonly string[];
  /** Danish phrases that say that the number is not the patient's. */
  readonly wrongDanish: readonly string[];
  /** English ones. */
  readonly wrongEnglish: readonly string[];
  /** Beginnings of a Danish sentence that ends with such a phrase. */
  readonly beforeWrongDanish: readonly string[];
  /** English ones. */
  readonly beforeWrongEnglish: readonly string[];
  /** Danish sentences that say the same. */
  readonly notMeDanish: readonly string[];
  /** English ones. */
  readonly notMeEnglish: readonly string[];
  /** Words that deny: a cancellation with one of them may follow a refusal (`No, I can't come`). */
  readonly denials: readonly string[];
  /** Danish phrases that cancel, after which an object may stand. */
  readonly cancelDanish: readonly string[];
  /** Beginnings of such phrases, each of which goes with all of the ends below it. */
  readonly mustDanish: readonly string[];
  readonly mustWhatDanish: readonly string[];
  /** Likewise; a beginning of these is a phrase by itself, too. */
  readonly cannotDanish: readonly string[];
  readonly cannotWhatDanish: readonly string[];
  /** Likewise. */
  readonly prevented: readonly string[];
  readonly preventedFrom: readonly string[];
  /** English phrases that cancel. */
  readonly cancelEnglish: readonly string[];
  /** Beginnings in front of `CANCEL`. */
  readonly mustEnglish: readonly string[];
  /** Beginnings, each of which goes with all of the ends below it. */
  readonly cannotEnglish: readonly string[];
  readonly cannotWhatEnglish: readonly string[];
  /** Danish phrases that excuse a cancellation, and are none by themselves. */
  readonly excusesDanish: readonly string[];
  /** English ones. */
  readonly excusesEnglish: readonly string[];
  /** Phrases behind which a reason of up to three words stands. */
  readonly reasons: readonly string[];
  /** Danish phrases that confirm, and emoji. */
  readonly confirmDanish: readonly string[];
  /** English ones. */
  readonly confirmEnglish: readonly string[];
  /** Danish words of persons that may stand before a Danish phrase. */
  readonly subjectsDanish: readonly string[];
  /** English ones: `I` is "you" in Danish. */
  readonly subjectsEnglish: readonly string[];
  /** Nouns for the thing that is cancelled. */
  readonly objects: readonly string[];
  /** Words that may stand behind `AFBUD` alone. */
  readonly objectsOfAfbud: readonly string[];
  /** Phrases that go with a cancellation and contradict a confirmation. */
  readonly refusals: readonly string[];
  /** Words that change nothing wherever they stand. */
  readonly adverbs: readonly string[];
  /** Words among them after which a Danish sentence is turned round: `Desværre kan jeg ikke komme`. */
  readonly turning: readonly string[];
  /** Phrases that change nothing between the others: greetings, conjunctions, kind emoji. */
  readonly neutral: readonly string[];
  /** Words in front of a day. */
  readonly beforeDays: readonly string[];
  /** Phrases that name the day of the SMS. */
  readonly today: readonly string[];
  /** Phrases that name the day after. */
  readonly tomorrow: readonly string[];
  /** Phrases that name a day of the week, each language from Monday to Sunday. */
  readonly weekdays: readonly string[];
  /** Phrases behind which a name stands. */
  readonly signatures: readonly string[];
  /** Words that are no names: behind the phrase of a signature, such a word belongs to the reply again. */
  readonly notNames: readonly string[];
  /** Phrases behind which a device stands. */
  readonly sentFrom: readonly string[];
  /** Devices that SMS are sent from. */
  readonly devices: readonly string[];
}
