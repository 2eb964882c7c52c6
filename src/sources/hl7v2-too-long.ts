import { writeAck } from '../formats/hl7v2/ack.ts';
import { decodeHl7 } from '../formats/hl7v2/charset.ts';
import { parseHl7 } from '../formats/hl7v2/parse.ts';
import { errorOf, refusal } from '../formats/hl7v2/refusal.ts';
import type { Deps } from '../runtime/deps.ts';
import type { Receiver } from './receive.ts';

/**
 * The ACK for a message over a connection that is longer than we read, so that its sender does not repeat it for ever.
 * Nothing is stored.
 * @param head how the message began
 * @returns null when the sender asked for none
 * @throws Problem 401; 400 when `head` does not begin with MSH; what a database throws that is away
 */
export async function refuseLongHl7v2(
  { receiver, now }: { readonly receiver: Pick<Receiver, 'read'> } & Pick<Deps, 'now'>,
  sourceId: string,
  head: Uint8Array,
): Promise<Uint8Array | null> {
  const message = parseHl7(decodeHl7(head, undefined));
  const { source } = await receiver.read({
    sourceId,
    credentials: 'connection',
    body: head,
    read: () => ({ elements: [], array: true }),
  });
  return writeAck(message, errorOf(refusal('too_big', '', 'A message may be 1 MiB at most.')), source, now());
}
