import { type AppointmentEvent, isUpcoming } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import { midnightWarning } from '../time-warnings.ts';
import { ifNothingCancelled } from '../unknown-warnings.ts';
import type { StatusReading, Subject } from './status.ts';

const OF_REASON: Readonly<Record<string, Fault>> = {
  no_phone: {
    pointer: 'PID^1^13',
    code: 'no_phone',
    detail: 'No phone number was found in PID-13 or PID-40, and no mobile one in PID-14: no SMS is sent.',
  },
  invalid_number: {
    pointer: 'PID^1^13',
    code: 'invalid_number',
    detail: 'The phone number is not a valid one: no SMS is sent.',
  },
  country_not_allowed: {
    pointer: 'PID^1^13',
    code: 'country_not_allowed',
    detail: 'The phone number is of a country that the settings do not allow: no SMS is sent.',
  },
  not_mobile: {
    pointer: 'PID^1^13',
    code: 'not_mobile',
    detail: 'The phone number is of a kind that takes no SMS.',
  },
};

const OF_START: Fault = {
  pointer: 'SCH^1^11',
  code: 'in_past',
  detail: 'The start lies in the past: no SMS is sent.',
};

/** Warning for a reason in the response to an accepted message; none for reasons that lie in the settings. */
export function warningOfReason(reason: string): readonly Fault[] {
  if (reason === 'in_past') return [OF_START];
  return Object.hasOwn(OF_REASON, reason) ? [OF_REASON[reason] as Fault] : [];
}

/** Warning about a message that was ignored because its appointment is not known. */
export function unknownAppointment({ ignoredIfUnknown }: AppointmentEvent): readonly Fault[] {
  return ignoredIfUnknown ? [UNKNOWN_APPOINTMENT] : [];
}

const UNKNOWN_APPOINTMENT: Fault = {
  pointer: 'SCH^1^2',
  code: 'unknown_reference',
  detail: 'No appointment is known under this id, and this event makes none: nothing was stored.',
};

/** Warnings that depend on what is known of the appointment: at the id that it is looked up by. */
export function warningsOfIds(
  event: Pick<AppointmentEvent, 'status' | 'aliases' | 'patientKey'>,
  { idField }: Pick<Source, 'idField'>,
): Pick<AppointmentEvent, 'warningsIfUnknown' | 'warningsIfDoubtful'> {
  const { aliases = [] } = event;
  const used = aliases[0]?.kind === 'placer' ? 'placer' : 'filler';
  const other =
    used === idField
      ? ''
      : `A booking that has ${FIELD[idField]} too is known by ${FIELD[used]} only with its issuer, or with its ` +
        'patient in PID-3.';
  const bare = aliases.find(({ ofPatient }) => ofPatient)?.kind;
  return {
    ...ifNothingCancelled(event, POINTER[used], other),
    ...(bare && { warningsIfDoubtful: [maybeAnotherId(bare === 'placer' ? 'placer' : 'filler')] }),
  };
}

function maybeAnotherId(kind: keyof typeof FIELD): Fault {
  const [own, further] = kind === 'placer' ? (['placer', 'filler'] as const) : (['filler', 'placer'] as const);
  const detail =
    `The id in ${FIELD[own]}, which has no issuer, is also that of another appointment, and the patients in PID-3 ` +
    `don't say whether it is the same one: nothing of that other one was changed. Send ${FIELD[further]} in all ` +
    `messages, or an issuer in ${FIELD[own]}.`;
  return { pointer: POINTER[kind], code: 'maybe_another_id', detail };
}

const FIELD = { filler: 'SCH-2', placer: 'SCH-1' } as const;
const POINTER = { filler: 'SCH^1^2', placer: 'SCH^1^1' } as const;

/** Warning about a status in words that nobody knows. */
export function statusWarning({ unclear }: Pick<StatusReading, 'unclear'>): readonly Fault[] {
  if (unclear === undefined) return [];
  return [{ ...UNKNOWN_STATUS, detail: unclear === 'kept' ? UNKNOWN_STATUS.detail : MAY_HAVE_ENDED }];
}

const UNKNOWN_STATUS: Fault = {
  pointer: 'SCH^1^25',
  code: 'unknown_status',
  detail: 'The status is not known: it changes nothing, until statusMap of the source has it.',
};
const MAY_HAVE_ENDED =
  'The status is not known, and may say that the appointment has ended: no SMS is sent about it, until statusMap of ' +
  'the source has it or a message has a status that is known.';

/** Warnings about what a message leaves out. An event that ends an appointment needs none of it. */
export function warningsOf(event: AppointmentEvent, about: Subject, source: Source): readonly Fault[] {
  const { status, kind, locationCode, locationText, start } = event;
  if (status !== null && !isUpcoming(status)) return [];
  const isPlaceAbsent = locationCode === undefined && locationText === undefined;
  return [
    ...(about === 'content' && start === undefined ? [NO_START] : []),
    ...(isPlaceAbsent && (kind ?? 'visit') === 'visit' && about !== 'resources' ? [NO_PLACE] : []),
    ...midnightWarning(event, source, 'SCH^1^11'),
  ];
}

const NO_START: Fault = {
  pointer: 'SCH^1^11',
  code: 'no_start',
  detail: 'No start was found in TQ1-7, SCH-11, AIS-4, AIG-8, AIL-6 or AIP-6: the one that is known stays.',
};

const NO_PLACE: Fault = {
  pointer: 'AIL^1^3',
  code: 'no_place',
  detail: 'No place was found in AIL-3 or PV1-3: an SMS names the place that is known already, or none.',
};
