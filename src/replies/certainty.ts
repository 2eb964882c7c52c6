import type { Authority } from '../domain/authority.ts';
import type { Meaning } from '../domain/replies/read-reply.ts';
import { namesAnotherDay } from '../domain/replies/vocabulary.ts';
import type { Conversation } from './conversation.ts';

/** Words of somebody who means to come: said of an appointment that was cancelled they are no mere assent. */
const COMING = new Set(['KOMMER', 'KOMME', 'SES', 'DER', 'COME', 'COMING', 'SEE', 'THERE']);
/** A word that takes something back, which may have been said on the telephone. */
const TAKES_BACK = 'ALLIGEVEL';

/** The certainty of what follows from a reply. */
export interface Certainty {
  /** The reply confirms its subject beyond doubt. */
  readonly confirms: boolean;
  /** The reply sounds like a confirmation, and a person must find out of what. */
  readonly unsure: boolean;
}

/**
 * Tells whether what reads as a confirmation is one. `OK` behind anything else that the citizen has said since the SMS
 * about the appointment may answer our answer to that, and "Jeg kommer alligevel" takes back a cancellation. The notice
 * of a cancellation is acknowledged by `OK`, which needs nobody.
 */
export function certaintyOf(
  meaning: Meaning,
  words: readonly string[],
  { candidates, answered, subject }: Conversation,
): Certainty {
  if (meaning !== 'confirm') return { confirms: false, unsure: false };
  const clear = (candidates.length > 0 ? candidates : [...answered.values()]).every(({ contested }) => !contested);
  const takenAsSaid = clear && !words.includes(TAKES_BACK);
  if (subject || candidates.length === 0) return { confirms: subject !== null && takenAsSaid, unsure: !takenAsSaid };
  const [only, another] = candidates;
  const acknowledges = only?.ended && !another && !words.some((word) => COMING.has(word));
  return { confirms: false, unsure: !(takenAsSaid && acknowledges) };
}

/**
 * The conversation as a reply with these words is part of it: without a subject where it names another day than that of
 * the appointment.
 * @param written when it may have been written: as the gateway has it, and when it came
 */
export function onItsDay(
  conversation: Conversation,
  words: readonly string[],
  authorities: readonly Pick<Authority, 'id' | 'timeZone'>[],
  written: readonly Date[],
): Conversation {
  const { subject } = conversation;
  const timeZone = authorities.find(({ id }) => id === subject?.authorityId)?.timeZone;
  const start = subject?.start;
  if (!start || timeZone === undefined) return conversation;
  const another = written.some((each) => namesAnotherDay(words, { start, written: each, timeZone }));
  return another ? { ...conversation, subject: null } : conversation;
}

/** The meaning of a text of which a part is missing: nothing that goes ahead without a person. */
export function meaningOfRest(read: Meaning): Meaning {
  if (read === 'stop' || read === 'maybe_stop') return 'maybe_stop';
  return read === 'cancel' || read === 'wrong_number' || read === 'deceased' ? read : 'other';
}
