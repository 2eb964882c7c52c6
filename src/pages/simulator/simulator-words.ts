import type { MessageStatus } from '../../domain/reminder.ts';
import type { PageLanguage } from '../kit/language.ts';
import { bilingual } from '../kit/words.ts';
import { lowerFirst } from '../states/event-words.ts';
import { messageWords } from '../states/state-words.ts';

/** The state of a message in the words of all pages, as it stands within a sentence. */
function stateOf(language: PageLanguage, status: MessageStatus, reason: string | null = null): string {
  return lowerFirst(messageWords(language, { status, reason }).label);
}

/** The words of the simulator's phones. */
export const SIMULATOR_WORDS = bilingual({
  da: {
    notice: 'Her sendes ingen rigtige SMS’er.',
    noticeMore: 'Ingen telefon modtager noget: beskederne vises kun på denne side.',
    administration: 'Til administrationen',
    endingsTitle: 'De sidste to cifre i nummeret bestemmer, hvad der sker med en besked',
    /** The outcomes that the last two digits of a number choose. */
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
    ] as readonly (readonly [digits: string, outcome: string])[],
    empty: 'Ingen beskeder endnu. Siden opdaterer sig selv.',
    phone: (number: string) => `Telefon ${number}`,
    messages: 'Beskeder',
    answer: (sender: string) => `Svar til ${sender}`,
    send: 'Send',
    nothingWritten: 'Skriv et svar.',
    stop: 'Svar STOP',
  },
  en: {
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
  },
});
