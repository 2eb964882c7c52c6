/**
 * Names that citizens take for their authorities, their banks and what they sign in and pay with, so that a text under
 * one of them is believed. As compared: see `folded`.
 */
const PROTECTED: readonly string[] = [
  'NemID',
  'MitID',
  'MitIDdk',
  'NemKonto',
  'NemSMS',
  'eBoks',
  'Digital Post',
  'DigitalPos',
  'Digst',
  'Borgerdk',
  'Sundheddk',
  'Virkdk',
  'Minretssag',
  'Politi',
  'Rigspoliti',
  'PET',
  'Retten',
  'Domstol',
  'Kriminalfo',
  'Alarm112',
  'SKAT',
  'Skattest',
  'Skatdk',
  'Toldst',
  'Toldstyr',
  'Gaeldst',
  'Gaeldstyr',
  'Vurderings',
  'Motorst',
  'Inkasso',
  'UdbetalDK',
  'Udbetaling',
  'ATP',
  'SUdk',
  'Feriekonto',
  'Jobnet',
  'CPR',
  'Statens',
  'Regeringen',
  'Folketinget',
  'Danske Bank',
  'DanskeBank',
  'Nordea',
  'Jyske Bank',
  'Sydbank',
  'Nykredit',
  'Spar Nord',
  'Lunar',
  'AL Bank',
  'ArbejdernesL',
  'Saxo Bank',
  'Handelsbank',
  'Vestjysk Bank',
  'Laan Spar',
  'Coop Bank',
  'Ringkjobing',
  'Nationalbank',
  'MobilePay',
  'Dankort',
  'Nets',
  'Visa',
  'Mastercard',
  'PayPal',
  'Revolut',
  'ApplePay',
  'GooglePay',
  'PostNord',
  '112',
  '114',
  'Skatte',
  'MobilPay',
  'Sundhedsst',
  'Sygesikring',
];
/** Names that begin those of others (`Danske Diakonhjem`), and so are protected alone. */
const ALONE: readonly string[] = ['Danske', 'Sundhedst'];
/** Names that no other word contains: they are protected wherever they stand. */
const UNMISTAKABLE: readonly string[] = [
  'NemID',
  'MitID',
  'NemKonto',
  'NemSMS',
  'DigitalPost',
  'Borgerdk',
  'Sundheddk',
  'Virkdk',
  'Rigspoliti',
  'Danske Bank',
  'Jyske Bank',
  'Nordea',
  'Sydbank',
  'Nykredit',
  'Nationalbank',
  'Skattest',
  'UdbetalDK',
  'MobilePay',
  'Dankort',
  'Mastercard',
  'PayPal',
  'Revolut',
  'ApplePay',
  'GooglePay',
  'PostNord',
];
/** Names that are parts of ordinary words (planets), and so protected as words of their own: `MinSKAT`, `Visa-kort`. */
const WORDS: readonly string[] = ['SKAT', 'Skatdk', 'Nets', 'Visa', 'ATP', 'Politi', 'Politiet', 'eBoks', 'Retten'];
/**
 * Words that are put around a name to imitate it, so that it is found where no capital parts them: `MINSKAT`. None of
 * them makes an ordinary word of a name, as `for` does (`forretten`).
 */
const AROUND: readonly string[] = [
  'min',
  'mit',
  'mine',
  'din',
  'dit',
  'dine',
  'vores',
  'jeres',
  'nyt',
  'ny',
  'my',
  'your',
  'the',
  'new',
  'www',
  'fra',
  'til',
  'from',
  'ring',
  'svar',
  'kontakt',
  'dansk',
  'danske',
  'danmark',
  'dk',
  'sms',
  'info',
  'online',
  'help',
  'service',
  'support',
  'kunde',
  'team',
  'app',
  'login',
  'kode',
  'code',
  'konto',
  'kort',
  'card',
  'betal',
  'pay',
  'penge',
  'retur',
  'refund',
  'gebyr',
  'moms',
  'post',
  'mail',
  'besked',
  'alarm',
  'vagt',
  'nu',
  'now',
];
/** The beginning of a word, also by capitals alone: `MinSKAT`, `SKATRetur`. */
const BOUNDARY = /[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;
/** From here on a name is protected also in front of others: `Nordea Info`. Shorter ones begin ordinary words. */
const LONG = 5;
/** Names that are shorter begin those of departments: `PET 2`. */
const LEAST_WITHOUT_DIGITS = 4;
/** Look-alikes that people read as the same: digits and letters, and pairs of letters. */
const ALIKE: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  i: 'l',
  j: 'l',
  q: 'g',
  v: 'u',
};

/** A name as it is read at a glance: without blanks and case, look-alikes as one. */
function folded(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return plain
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll(/./g, (letter) => ALIKE[letter] ?? letter);
}

const NAMES: readonly string[] = [...new Set(PROTECTED.map(folded))];
const NAMES_ALONE: ReadonlySet<string> = new Set(ALONE.map(folded));
const NAMES_ANYWHERE: readonly string[] = UNMISTAKABLE.map(folded);
const NAMES_AS_WORDS: ReadonlySet<string> = new Set(WORDS.map(folded));
/** True for a text with a name that no other word contains, or what looks like it. */
export function holdsUnmistakableName(text: string): boolean {
  const name = folded(text);
  return NAMES_ANYWHERE.some((known) => name.includes(known));
}

/** Suffixes that are put behind a name. */
const SUFFIXES: readonly string[] = ['dk', 'sms', 'info', 'online', 'help', 'service'].map(folded);

const FOLDED_AROUND: readonly string[] = AROUND.map(folded);
/** Most words around a name, of which a sender holds no more. */
const MOST_AROUND = 3;

/**
 * True for a sender that looks like the name of a public authority or a bank, which takes the permission of whoever
 * runs the installation.
 * @param allowed EASYSMS_ALLOWED_SENDERS: these very names may be used, by whom they belong to
 */
export function isProtectedSender(sender: string, allowed: readonly string[]): boolean {
  if (allowed.includes(sender)) return false;
  const bare = withoutDigits(sender);
  return looksProtected(sender) || (bare.length >= LEAST_WITHOUT_DIGITS && looksProtected(bare));
}

/** The sender without the digits at its end: `SKAT` for `SKAT2026`. */
function withoutDigits(sender: string): string {
  let end = sender.length;
  while (/[0-9 ]/.test(sender.charAt(end - 1))) end--;
  return sender.slice(0, end);
}

function looksProtected(sender: string): boolean {
  const name = folded(sender);
  const bare = SUFFIXES.map((suffix) => (name.endsWith(suffix) ? name.slice(0, -suffix.length) : name));
  return (
    NAMES_ALONE.has(name) ||
    NAMES.some((known) => name === known || bare.includes(known) || (known.length >= LONG && name.startsWith(known))) ||
    holdsUnmistakableName(sender) ||
    hasProtectedWord(sender) ||
    isProtectedWithin(name, MOST_AROUND)
  );
}

/** True also for a word that capitals part: `MinSkAT`. */
function hasProtectedWord(sender: string): boolean {
  const words = sender.split(BOUNDARY);
  return words.some((_, from) => words.some((_, to) => NAMES_AS_WORDS.has(folded(words.slice(from, to + 1).join('')))));
}

/** True for a folded name with words around it that nothing parts: `MINSKAT`, `visakortdk`. */
function isProtectedWithin(name: string, most: number): boolean {
  if (NAMES_AS_WORDS.has(name)) return true;
  if (most === 0) return false;
  return FOLDED_AROUND.some(
    (word) =>
      (name.startsWith(word) && isProtectedWithin(name.slice(word.length), most - 1)) ||
      (name.endsWith(word) && isProtectedWithin(name.slice(0, -word.length), most - 1)),
  );
}
