import type { AppointmentEvent } from '../domain/appointment.ts';
import { distinctFaults, type Fault } from '../domain/errors.ts';
import type { IngestElement } from './format.ts';

/** Warnings about an element, each code and pointer once; none for a part that is not about an appointment. */
export function warningsIn(element: IngestElement | undefined): readonly Fault[] {
  if (element?.kind === 'appointment') return element.event.warnings ?? [];
  if (element?.kind === 'ignored') return element.warnings ?? [];
  if (element?.kind !== 'group') return [];
  return distinctFaults(element.group.members.flatMap(({ warnings }) => warnings ?? []));
}

/** The event with the pointers of its warnings moved, such as from our own event into the sender's body. */
export function withMovedWarnings(event: AppointmentEvent, move: (pointer: string) => string): AppointmentEvent {
  const { warnings, warningsIfUnknown: ifUnknown, warningsIfEndLeftOut: ifLeftOut } = event;
  const { warningsIfRepeated: ifRepeated, warningsEachTime: eachTime } = event;
  if (!warnings && !ifUnknown && !ifLeftOut && !ifRepeated && !eachTime) return event;
  const moved = (all: readonly Fault[]) => all.map((warning) => ({ ...warning, pointer: move(warning.pointer) }));
  return {
    ...event,
    ...(warnings && { warnings: moved(warnings) }),
    ...(ifUnknown && { warningsIfUnknown: moved(ifUnknown) }),
    ...(ifLeftOut && { warningsIfEndLeftOut: moved(ifLeftOut) }),
    ...(ifRepeated && { warningsIfRepeated: moved(ifRepeated) }),
    ...(eachTime && { warningsEachTime: moved(eachTime) }),
  };
}

/** The event with further warnings. */
export function withFurtherWarnings(event: AppointmentEvent, further: readonly Fault[]): AppointmentEvent {
  return further.length === 0 ? event : { ...event, warnings: [...(event.warnings ?? []), ...further] };
}
