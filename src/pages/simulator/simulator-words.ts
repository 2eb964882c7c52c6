import type { MessageStatus } from '../../domain/reminder.ts';
import type { PageLanguage } from '../kit/language.ts';
import { lowerFirst } from '../states/event-words.ts';
import { messageWords } from '../states/state-words.ts';

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
  readonly nothingWritten: string;
  readonly stop: string;
}

/** The state of a message in the words of all pages, as it stands within a sentence. */
function stateOf(language: PageLanguage, status: MessageStatus, reason: string | null = null): string {
  return lowerFirst(messageWords(language, { status, reason }).label);
}

const DANISH: SimulatorWords = {
  notice: 'Her sendes ingen rigtige SMS’er.',
  noticeMore: 'Ingen telefon modtager noget: beskederne vises kun på denne side.',
  administration: 'Til administrationen',
  endingsTitle: 'De sidste to cifre i nummeret bestemmer, hvad der sker med en besked',
  endings: [
    ['51', stateOf('da', 'undelivered', 'network')],
    ['52', stateOf('da', 'undelivered', 'expired')],
    ['53', stateOf('da', 'undelivered', 'rejected')],
    ['54', stateOf('da', 'rejected', 'invalid_number')],
    ['55', `prøves igen to gange (for travlt), derefter ${stateOf('da', 'delivered')}`],
    ['56', stateOf('da', 'accepted', 'no_receipt')],
    ['58', `${stateOf('da', 'delivered')}, kvitteringen kommer først efter 10 sekunder`],
    ['59', `${stateOf('da', 'delivered')}, to kvitteringer`],
    ['60', `${stateOf('da', 'delivered')}, kvitteringen kommer før svaret på afsendelsen`],
    ['63', `${stateOf('da', 'uncertain')}: SMS-leverandøren svarer aldrig`],
    ['64', `${stateOf('da', 'uncertain')}: forbindelsen til SMS-leverandøren afbrydes`],
    ['andre', `${stateOf('da', 'delivered')} efter cirka et sekund`],
  ],
  empty: 'Ingen beskeder endnu. Siden opdaterer sig selv.',
  phone: (number) => `Telefon ${number}`,
  messages: 'Beskeder',
  answer: (sender) => `Svar til ${sender}`,
  send: 'Send',
  nothingWritten: 'Skriv et svar.',
  stop: 'Svar STOP',
};

const ENGLISH: SimulatorWords = {
  notice: 'No real SMS are sent here.',
  noticeMore: 'No phone receives anything: the messages are shown on this page only.',
  administration: 'To the administration',
  endingsTitle: 'The last two digits of a number decide what becomes of a message',
  endings: [
    ['51', stateOf('en', 'undelivered', 'network')],
    ['52', stateOf('en', 'undelivered', 'expired')],
    ['53', stateOf('en', 'undelivered', 'rejected')],
    ['54', stateOf('en', 'rejected', 'invalid_number')],
    ['55', `tried again twice (too busy), then ${stateOf('en', 'delivered')}`],
    ['56', stateOf('en', 'accepted', 'no_receipt')],
    ['58', `${stateOf('en', 'delivered')}, with a receipt after 10 seconds`],
    ['59', `${stateOf('en', 'delivered')}, with two receipts`],
    ['60', `${stateOf('en', 'delivered')}, with a receipt before the response to the hand-over`],
    ['63', `${stateOf('en', 'uncertain')}: the SMS supplier never responds`],
    ['64', `${stateOf('en', 'uncertain')}: the connection to the SMS supplier breaks off`],
    ['others', `${stateOf('en', 'delivered')} after about a second`],
  ],
  empty: 'No messages yet. The page renews itself.',
  phone: (number) => `Phone ${number}`,
  messages: 'Messages',
  answer: (sender) => `Reply to ${sender}`,
  send: 'Send',
  nothingWritten: 'Write a reply.',
  stop: 'Reply STOP',
};

/** The words of the simulator's phones. */
export const SIMULATOR_WORDS: Readonly<Record<PageLanguage, SimulatorWords>> = { da: DANISH, en: ENGLISH };
