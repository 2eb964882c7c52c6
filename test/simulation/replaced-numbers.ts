import type { SharedDatabase } from './database.ts';
import type { Judge, Prohibition, SentPost } from './judge.ts';
import type { Post } from './post.ts';

/** Stands for the authority of a reply that concerns none: nobody had the number any more when it was taken. */
const NOBODY = '*';
const SETTLED_BY_WORD = `select coalesce(s.authority_id, '${NOBODY}') as authority, i.gateway_message_id as id
  from inbound_message i left join inbound_authority s on s.inbound_id = i.id
  where s.inbound_id is null or s.settled_by = 'booking_system'`;

/** Notes which replies the booking system has settled by now, or before they came. */
export function noteSettledByWord(judge: Judge, database: SharedDatabase): void {
  const settled = database.inspect<{ authority: string; id: string }>(SETTLED_BY_WORD) ?? [];
  for (const { authority, id } of settled) judge.settledByWord.add(`${authority} ${id}`);
}

/**
 * True where a reply that says "wrong number" holds no more, since the booking system has replaced the number: the
 * product says so, or the reply came so late that it concerned nobody, and it is true by what was posted. That is: an appointment that bore the number when the citizen
 * wrote was told to have another one since, at a time when it was sure of no other appointment ahead that it bears it.
 */
export function wasReplaced(
  judge: Judge,
  database: SharedDatabase,
  { authority, phone, wrongNumber, since, from }: Prohibition,
  now: number,
): boolean {
  if (wrongNumber === null || phone === null) return false;
  noteSettledByWord(judge, database);
  if (![authority, NOBODY].some((owner) => judge.settledByWord.has(`${owner} ${wrongNumber}`))) return false;
  const known = [...judge.appointments.values()].filter(({ booked }) => booked.authority === authority);
  const bearing = known.filter(({ sent }) =>
    [since, from].some((at) => possibleAt(sent, at).some(({ post }) => post.phone === phone)),
  );
  const replaced = ({ sent }: { readonly sent: readonly SentPost[] }, at: number) =>
    possibleAt(sent, at).some(({ post }) => post.phone !== phone && isBooked(post));
  const bears = ({ sent }: { readonly sent: readonly SentPost[] }, at: number) => {
    const possible = possibleAt(sent, at);
    const ahead = ({ post }: SentPost) => post.phone === phone && isBooked(post) && post.start > at;
    return possible.some(({ ackedAt }) => ackedAt <= at) && possible.every(ahead);
  };
  return momentsOf(known, since, now).some(
    (at) => bearing.some((each) => replaced(each, at)) && !known.some((each) => bears(each, at)),
  );
}

/** The posts of an appointment that it may stand as at this instant: the newest acknowledged, or one under way. */
function possibleAt(sent: readonly SentPost[], at: number): readonly SentPost[] {
  const acked = sent.filter(({ ackedAt }) => ackedAt <= at).sort((a, b) => b.post.order - a.post.order)[0];
  const newer = ({ post, at: sentAt, ackedAt }: SentPost) =>
    sentAt <= at && ackedAt > at && post.order > (acked?.post.order ?? Number.NEGATIVE_INFINITY);
  return sent.filter((each) => each === acked || newer(each));
}

/** The instants of a time at which what the appointments stand as, or whether they are ahead, may change. */
function momentsOf(known: readonly { readonly sent: readonly SentPost[] }[], from: number, to: number): number[] {
  const all = known.flatMap(({ sent }) => sent.flatMap(({ at, ackedAt, post }) => [at, ackedAt, post.start]));
  return all.filter((at) => at >= from && at <= to);
}

/** True for a post by which an appointment takes place. */
export const isBooked = ({ type }: Post): boolean => type === 'booked' || type === 'rescheduled' || type === 'updated';
