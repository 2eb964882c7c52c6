import type { PageLanguage } from '../pages/language.ts';

/** The words of the simulator's phones. */
export interface SimulatorWords {
  readonly notice: string;
  readonly noticeMore: string;
  readonly administration: string;
  readonly endingsTitle: string;
  /** The outcomes that the last two digits of a number choose. */
  readonly endings: readonly (readonly [digits: string, outcome: string])[];
  readonly empty: string;
  readonly phone: (number: string) => string;
  readonly messages: string;
  readonly answer: (sender: string) => string;
  readonly send: string;
  readonly stop: string;
  /** Receipts, by their states. */
  readonly states: Readonly<Record<'delivered' | 'undelivered' | 'accepted', string>>;
}

const DANISH: SimulatorWords = {
  notice: 'Her sendes ingen rigtige SMS’er.',
  noticeMore: 'Ingen telefon modtager noget: beskederne vises kun på denne side.',
  administration: 'Til administrationen',
  endingsTitle: 'De sidste to cifre i nummeret bestemmer, hvad der sker med en besked',
  endings: [
    ['51', 'ikke leveret'],
    ['52', 'ikke leveret: udløbet'],
    ['53', 'ikke leveret: afvist af nettet'],
    ['54', 'afvist straks: ugyldigt nummer'],
    ['55', 'afvist midlertidigt to gange, derefter leveret'],
    ['56', 'modtaget, men der kommer aldrig en kvittering'],
    ['58', 'leveret, kvittering først efter 10 sekunder'],
    ['59', 'leveret, to kvitteringer'],
    ['60', 'leveret, kvitteringen kommer før svaret på afsendelsen'],
    ['63', 'SMS-leverandøren svarer aldrig'],
    ['64', 'forbindelsen til SMS-leverandøren afbrydes'],
    ['andre', 'leveret efter cirka et sekund'],
  ],
  empty: 'Ingen beskeder endnu. Siden opdaterer sig selv.',
  phone: (number) => `Telefon ${number}`,
  messages: 'Beskeder',
  answer: (sender) => `Svar til ${sender}`,
  send: 'Send',
  stop: 'Svar STOP',
  states: { delivered: 'Modtaget', undelivered: 'Ikke modtaget', accepted: 'Sendt, afventer kvittering' },
};

const ENGLISH: SimulatorWords = {
  notice: 'No real SMS are sent here.',
  noticeMore: 'No phone receives anything: the messages are shown on this page only.',
  administration: 'To the administration',
  endingsTitle: 'The last two digits of a number decide what becomes of a message',
  endings: [
    ['51', 'not delivered'],
    ['52', 'not delivered: expired'],
    ['53', 'not delivered: rejected by the network'],
    ['54', 'rejected at once: invalid number'],
    ['55', 'rejected for the time being twice, then delivered'],
    ['56', 'taken, and there is never a receipt'],
    ['58', 'delivered, with a receipt after 10 seconds'],
    ['59', 'delivered, with two receipts'],
    ['60', 'delivered, with a receipt before the answer to the hand-over'],
    ['63', 'the SMS supplier never answers'],
    ['64', 'the connection to the SMS supplier breaks off'],
    ['others', 'delivered after about a second'],
  ],
  empty: 'No messages yet. The page renews itself.',
  phone: (number) => `Phone ${number}`,
  messages: 'Messages',
  answer: (sender) => `Reply to ${sender}`,
  send: 'Send',
  stop: 'Reply STOP',
  states: { delivered: 'Delivered', undelivered: 'Not delivered', accepted: 'On its way' },
};

/** The words of the simulator's phones. */
export const SIMULATOR_WORDS: Readonly<Record<PageLanguage, SimulatorWords>> = { da: DANISH, en: ENGLISH };
