import { Problem } from '../domain/errors.ts';
import type { EventAnswer } from './apply-events.ts';
import type { IdempotencyKey } from './idempotency.sql.ts';
import { type AcceptRequest, type AnsweredApart, answeredBefore, keyWith } from './request.ts';

/** Every key that a request may take: its own, and those of its elements. */
export function keysIn({ source, idempotency, elementKeys = [] }: AcceptRequest): { sourceId: string; key: string }[] {
  return [idempotency, ...elementKeys].flatMap((each) => (each ? [{ sourceId: source.id, key: each.key }] : []));
}

/** What elements are answered whose own key was taken before, by their position. */
export function repeatedElements(request: AcceptRequest, seen: readonly IdempotencyKey[]): AnsweredApart {
  const answers = new Map<number, EventAnswer>();
  if (!request.elementKeys) return answers;
  const known = new Map(seen.filter(({ sourceId }) => sourceId === request.source.id).map((each) => [each.key, each]));
  for (const [position, key] of request.elementKeys.entries()) {
    const before = key && known.get(key.key);
    if (!before) continue;
    const element = request.elements[position];
    const reference = element?.kind === 'appointment' ? element.event.reference : null;
    const given = answeredBefore(before, key, 1);
    const [answer] = given instanceof Problem ? [{ result: 'refused', reference, problem: given } as const] : given;
    if (answer) answers.set(position, answer);
  }
  return answers;
}

/** The keys that the elements take with these answers. @param repeated their positions took none */
export function elementKeysOf(
  request: AcceptRequest,
  answers: readonly EventAnswer[],
  repeated: AnsweredApart | undefined,
): IdempotencyKey[] {
  return (request.elementKeys ?? []).flatMap((key, position) => {
    const answer = answers[position];
    return key && answer && !repeated?.has(position) ? keyWith(request.source.id, key, [answer]) : [];
  });
}
