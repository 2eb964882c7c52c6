import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Meaning } from '../domain/replies/read-reply.ts';
import { type EventRecord, recordEvents, recordNumberEvent } from '../store/events.ts';
import type { AnsweredSms } from './conversation.sql.ts';
import type { Conversation } from './conversation.ts';

/** A reply that was understood and stored. */
export interface StoredReply {
  readonly inboundId: string;
  readonly meaning: Meaning;
  /** The reply confirms its subject beyond doubt. */
  readonly confirms: boolean;
  readonly phoneHash: Buffer;
  readonly conversation: Conversation;
  /** The authorities whose staff see it. */
  readonly concerns: readonly string[];
}

/**
 * Records the events that booking systems get because of a reply. A STOP and a START become events of the opt-outs that
 * follow from them; HELP gets an answer and becomes no event.
 */
export async function tellSources(trx: Transaction<Database>, reply: StoredReply, now: Date): Promise<void> {
  const { meaning, inboundId, phoneHash, concerns } = reply;
  if (meaning === 'stop' || meaning === 'start' || meaning === 'help') return;
  if (meaning === 'wrong_number') {
    const event = { type: 'citizen.wrong_number', phoneHash, authorityIds: concerns, inboundId, reason: null } as const;
    return recordNumberEvent(trx, event, now);
  }
  await recordEvents(trx, eventsOf(reply), now);
}

function eventsOf(reply: StoredReply): EventRecord[] {
  const { meaning, confirms, inboundId, conversation } = reply;
  const { subject } = conversation;
  const about = (type: EventRecord['type'], { appointmentId }: AnsweredSms, reason: string | null): EventRecord => ({
    type,
    appointmentId,
    inboundId,
    reason,
  });
  if (meaning === 'cancel' && subject) return [about('citizen.cancelled', subject, null)];
  if (confirms && subject) return [about('citizen.confirmed', subject, null)];
  return meantBy(reply).map((sms) => about('citizen.replied', sms, meaning));
}

/** The appointments that the reply may be about; where none is ahead, that of the SMS that was answered. */
function meantBy({ conversation: { candidates, answered }, concerns }: StoredReply): AnsweredSms[] {
  const meant = candidates.length > 0 ? candidates : [...answered.values()];
  return meant.filter(({ authorityId }) => concerns.includes(authorityId));
}
