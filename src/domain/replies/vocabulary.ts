/**
 * The words and phrases that replies are read by, in upper case, as `wordsOf` splits them: each entry is one word or
 * several with a blank in between. docs/replies.md names all that carry a meaning, and a test holds that each of them
 * decides at least one reply of test/domain/replies/answers.tsv.
 */
export interface Vocabulary {
  /** Whole replies that opt out. */
  readonly stop: readonly string[];
  /** Whole replies that opt in. */
  readonly start: readonly string[];
  /** Whole replies that ask for help. */
  readonly help: readonly string[];
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
  /** Phrases that say that the number is not the patient's. */
  readonly wrongNumber: readonly string[];
  /** Beginnings of a sentence that ends with such a phrase. */
  readonly beforeWrong: readonly string[];
  /** Sentences that say the same. */
  readonly notMe: readonly string[];
  /** Words that deny: a cancellation with one of them may follow a refusal (`No, I can't come`). */
  readonly denials: readonly string[];
  /** Danish phrases that cancel, after which an object may stand. */
  readonly cancelDanish: readonly string[];
  /** English ones. */
  readonly cancelEnglish: readonly string[];
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
  /** Phrases that go with a cancellation and contradict a confirmation. */
  readonly refusals: readonly string[];
  /** Words that change nothing wherever they stand. */
  readonly adverbs: readonly string[];
  /** Phrases that change nothing between the others: greetings, conjunctions, kind emoji. */
  readonly neutral: readonly string[];
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

/** The shipped words, Danish and English. */
export const VOCABULARY: Vocabulary = {
  stop: [
    ...list('STOP, STOPP, STOPALL, STOP ALL, STOP ALLE, STOP SMS, STOP MIG, STOP SMSER, STOP ALLE SMS'),
    ...list('AFMELD, AFMELD SMS, AFMELD MIG, AFMELDING, AFMELDING SMS, AFMELDING MIG'),
    ...list('FRAMELD, FRAMELD SMS, FRAMELD MIG, UNSUBSCRIBE, UNSUB, OPTOUT, OPT OUT'),
  ],
  start: list('START, START SMS, START MIG, TILMELD, TILMELD SMS, TILMELD MIG, UNSTOP, SUBSCRIBE, OPTIN, OPT IN'),
  help: list('HJÆLP, HJAELP, HJALP, HJELP, HELP, INFO'),
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
  wrongNumber: [
    ...list('FORKERT NUMMER, FORKERT NR, FORKERT TELEFONNUMMER, FORKERT MOBILNUMMER, FORKERT PERSON'),
    ...list('FORKERTE NUMMER, FORKERTE NR, FORKERTE PERSON, WRONG NUMBER, WRONG PERSON'),
  ],
  beforeWrong: [
    ...list('DET ER, DET ER ET, DET ER DET, DET ER DEN, I HAR, I HAR ET, I HAR DET, DU HAR, DU HAR DET'),
    ...list('I HAR FAT I ET, I HAR FAT I DET, I HAR FAT I DEN, DU HAR FAT I ET, I HAR SKREVET TIL ET'),
    ...list('I HAR SKREVET TIL DET, YOU HAVE THE, THIS IS THE, THIS IS A, ITS THE'),
  ],
  notMe: [
    ...list('DET ER IKKE MIG, DET ER IKKE MIG DER HAR EN TID HOS JER, DET ER IKKE MIT NUMMER'),
    ...list('DET HER ER IKKE MIT NUMMER, THIS IS NOT ME, THAT IS NOT ME, ITS NOT ME, THIS ISNT ME, THAT ISNT ME'),
    ...list('THIS IS NOT MY NUMBER'),
  ],
  denials: list('IKKE, NOT, CANT, CANNOT, WONT, UNABLE'),
  cancelDanish: [
    ...list('AFBUD, AFLYS, AFLYSES, AFLYSNING, ANNULLER, AFBESTIL, MELD AFBUD, MELDER AFBUD, AFBUD HERFRA'),
    ...list('MÅ MELDE AFBUD, SKAL MELDE AFBUD, VIL MELDE AFBUD, VIL GERNE MELDE AFBUD'),
    ...list('ØNSKER AT MELDE AFBUD, BLIVER NØDT TIL AT MELDE AFBUD, ER NØDT TIL AT MELDE AFBUD'),
    ...list('AFLYSER, MÅ AFLYSE, VIL AFLYSE, VIL GERNE AFLYSE, ØNSKER AT AFLYSE, SKAL AFLYSE'),
    ...list('BLIVER NØDT TIL AT AFLYSE, ER NØDT TIL AT AFLYSE, KAN IKKE KOMME, KAN IKKE MØDE OP, KAN IKKE MØDE'),
    ...list('KAN IKKE, KOMMER IKKE, ER FORHINDRET, ER SYG, ER BLEVET SYG, LIGGER SYG, ER INDLAGT'),
  ],
  cancelEnglish: [
    ...list(
      'CANCEL, ID LIKE TO CANCEL, NEED TO CANCEL, HAVE TO CANCEL, WANT TO CANCEL, WOULD LIKE TO CANCEL, MUST CANCEL',
    ),
    ...list('CANT COME, CANNOT COME, CAN NOT COME, CANT MAKE IT, CANNOT MAKE IT, CAN NOT MAKE IT, WONT COME'),
    ...list('WONT MAKE IT, WILL NOT COME, AM NOT COMING, IM NOT COMING, NOT COMING, CANT ATTEND, CANNOT ATTEND'),
    ...list('AM SICK, IM SICK, AM ILL, IM ILL, AM UNABLE TO COME, IM UNABLE TO COME'),
  ],
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
    ...list('MIN TID, MIN AFTALE, TIDEN, AFTALEN, DEN, TIL MIN TID, TIL MIN AFTALE, TIL AFTALEN'),
    ...list('MY APPOINTMENT, THE APPOINTMENT, APPOINTMENT, TO MY APPOINTMENT'),
  ],
  refusals: list('NEJ, NO, 👎'),
  adverbs: list('DESVÆRRE, VENLIGST, ALLIGEVEL, UNFORTUNATELY, PLEASE'),
  neutral: [
    ...list('TAK, MANGE TAK, THANKS, THANK YOU, HEJ, HEJSA, HI, HELLO, GODMORGEN, GOD DAG, BEKLAGER, UNDSKYLD, SORRY'),
    ...list('OG, SÅ, DA, FORDI, AND, SO, BECAUSE'),
    ...list('🙂, 😊, 😀, 😁, ☺, 👋, 🙏, ❤'),
  ],
  today: list('I DAG, IDAG, TODAY'),
  tomorrow: list('I MORGEN, IMORGEN, TOMORROW'),
  weekdays: [
    ...list('PÅ MANDAG, PÅ TIRSDAG, PÅ ONSDAG, PÅ TORSDAG, PÅ FREDAG, PÅ LØRDAG, PÅ SØNDAG'),
    ...list('ON MONDAY, ON TUESDAY, ON WEDNESDAY, ON THURSDAY, ON FRIDAY, ON SATURDAY, ON SUNDAY'),
  ],
  signatures: [
    ...list('MVH, M V H, HILSEN, VENLIG HILSEN, MED VENLIG HILSEN, KÆRLIG HILSEN, KH, VH'),
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
