import type { Source } from '../domain/authority.ts';
import { withOffset } from '../domain/calendar.ts';
import { Problem } from '../domain/errors.ts';
import type { IngestElement, IngestResult } from '../formats/format.ts';
import { faultInRequest } from '../formats/request-pointers.ts';
import { warningsIn } from '../formats/warnings.ts';
import type { EventResult } from '../intake/envelope.ts';

/**
 * The results as the sender reads them: with warnings, with the start as it was understood, and with faults at their
 * place in the sender's own body.
 */
export function inSendersTerms(
  reading: IngestResult,
  results: readonly EventResult[],
  { timeZone }: Pick<Source, 'timeZone'>,
): readonly EventResult[] {
  return results.map((result, position) =>
    result.result === 'refused'
      ? { ...result, problem: located(result.problem, reading, position) }
      : ofElement(result, reading.elements[position], timeZone),
  );
}

function ofElement(result: TakenResult, element: IngestElement | undefined, timeZone: string): TakenResult {
  return withStart(withWarnings(asIgnored(result, element), element), element, timeZone);
}

/** An event of a type that is ignored stays so for its sender, also where its appointment waits because of it. */
function asIgnored(result: TakenResult, element: IngestElement | undefined): TakenResult {
  const isIgnored = result.result === 'accepted' && element?.kind === 'appointment' && element.event.ofIgnoredType;
  return isIgnored ? { ...result, result: 'ignored' } : result;
}

/** A repeat was warned about when it came first, but for what is said each time. */
function withWarnings(result: TakenResult, element: IngestElement | undefined): TakenResult {
  const isNews = result.result === 'accepted' || result.result === 'ignored';
  const eachTime = element?.kind === 'appointment' ? (element.event.warningsEachTime ?? []) : [];
  const warnings = [...(isNews ? warningsIn(element) : []), ...eachTime];
  if (warnings.length === 0) return result;
  return { ...result, warnings: [...(result.warnings ?? []), ...warnings] };
}

/** An accepted appointment says when it was understood to begin: a wrong zone shows at once. */
function withStart(result: TakenResult, element: IngestElement | undefined, zone: string): TakenResult {
  if (result.result !== 'accepted') return result;
  const events =
    element?.kind === 'appointment' ? [element.event] : element?.kind === 'group' ? element.group.members : [];
  const start = events.find((event) => event.start)?.start;
  return start ? { ...result, start: withOffset(start, zone) } : result;
}

type TakenResult = Exclude<EventResult, { readonly result: 'refused' }>;

/** A fault found only by comparison with what is stored points into our event, which the sender may not know. */
function located(problem: Problem, { elements, array, pointerTables }: IngestResult, position: number): Problem {
  const pointers = pointerTables?.[position];
  if (!pointers || elements[position]?.kind === 'refused') return problem;
  const { status, code, message, faults } = problem;
  const ours = array ? `/${position}`.length : 0;
  const moved = faults.map((fault) => faultInRequest(pointers, { ...fault, pointer: fault.pointer.slice(ours) }));
  return new Problem(status, code, message, { faults: moved });
}
