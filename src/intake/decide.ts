import { applyEvent } from '../domain/apply-event.ts';
import type { Appointment, AppointmentEvent } from '../domain/appointment.ts';
import type { Authority, Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { choosePhone } from '../domain/phone.ts';
import type { Deps } from '../runtime/deps.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import type { ResolvedEvent } from './resolve.ts';

/** One event of a request, with who sent it. `index` and `position` tell where it stood; `array`: among several. */
export interface Job extends ResolvedEvent {
  readonly source: Source;
  readonly authority: Authority;
  readonly index: number;
  readonly position: number;
  readonly array: boolean;
}

export type Outcome =
  | { result: 'duplicate' | 'stale' | 'ignored' }
  | { problem: Problem }
  | { after: StoredAppointment };

/** What the rules make of an event. `before` is locked by the caller. */
export function decide(
  { keyring }: Pick<Deps, 'keyring'>,
  job: Job,
  before: StoredAppointment | null,
  now: Date,
): Outcome {
  const { event, source, authority, derived } = job;
  // What follows from another event leaves the last own one as it was, so that its repeat is known as one; unless it
  // ended the appointment.
  const isOwn = !derived || (event.status !== null && event.status !== before?.status);
  const contentHash = (!isOwn && before?.contentHash) || keyring.digest('event', contentOf(event));
  const allowedCountries = countriesOf(source, authority);
  const applied = applyEvent(before, event, !derived && (before?.contentHash.equals(contentHash) ?? false), {
    source,
    allowedCountries,
    choosePhone: (raw) => {
      const chosen = choosePhone(raw, { defaultRegion: source.defaultRegion, allowedCountries });
      const wrong = chosen.phone !== null && before?.wrongPhoneHash?.equals(keyring.phoneHash(chosen.phone));
      return wrong ? { phone: null, reason: 'invalid_number' } : chosen;
    },
    now,
  });
  if (applied.result === 'refused') {
    const pointer = (job.array ? `/${job.position}` : '') + applied.fault.pointer;
    return { problem: new Problem(422, 'invalid', applied.fault.detail, { faults: [{ ...applied.fault, pointer }] }) };
  }
  if (applied.result !== 'accepted') return { result: applied.result };
  const { after } = applied;
  if (derived && before && !differs(before, after)) return { result: 'duplicate' };
  const known = before ?? {
    id: newId(now),
    authorityId: authority.id,
    sourceId: source.id,
    sourceMode: source.mode,
    receivedAt: now,
    wrongPhoneHash: null,
    group: event.group ?? null,
  };
  const { id, authorityId, sourceId, sourceMode, receivedAt, wrongPhoneHash, group } = known;
  const phoneHash = after.phone === null ? null : keyring.phoneHash(after.phone);
  // The spread comes last: V8 makes a slow dictionary of a large object that gets many more fields after it was spread.
  return {
    after: {
      id,
      authorityId,
      sourceId,
      sourceMode,
      receivedAt,
      wrongPhoneHash,
      group,
      contentHash,
      phoneHash,
      ...after,
    },
  };
}

/** Where numbers may be sent to: those of the authority, at home only where the source says so. */
export function countriesOf(
  source: Pick<Source, 'allowForeignNumbers' | 'defaultRegion'>,
  authority: Pick<Authority, 'allowedCountries'>,
): readonly string[] {
  const { allowedCountries } = authority;
  return source.allowForeignNumbers
    ? allowedCountries
    : allowedCountries.filter((country) => country === source.defaultRegion);
}

/** Whether a derived event changes anything that anybody would notice. */
function differs(before: StoredAppointment, after: Appointment): boolean {
  const { status, phone, phoneReason, language, deceased, locationText } = after;
  const same =
    before.status === status &&
    before.phone === phone &&
    before.phoneReason === phoneReason &&
    before.language === language &&
    before.deceased === deceased &&
    before.locationText === locationText;
  return !same;
}

/**
 * What of an event counts when it is compared with the last one; version and timestamp order it, the rest says whom it
 * is about.
 */
const CONTENT = Object.keys({
  reference: true,
  status: true,
  start: true,
  end: true,
  kind: true,
  phone: true,
  language: true,
  locationCode: true,
  locationText: true,
  department: true,
  departmentCode: true,
  contactPhone: true,
  test: true,
  permanent: true,
  group: true,
  onlyKnown: true,
  deceased: true,
  locationPrintable: true,
} satisfies Record<
  Exclude<
    keyof AppointmentEvent,
    'version' | 'occurredAt' | 'atReceipt' | 'patientKey' | 'aliases' | 'replaces' | 'unmapped'
  >,
  true
>) as (keyof AppointmentEvent)[];

/** All that an event says about the appointment: two events with the same content say the same. */
function contentOf(event: AppointmentEvent): string {
  // What is not said and what is cleared are different things, and JSON writes both as null.
  const said = CONTENT.map((field) => (event[field] === undefined ? 0 : event[field]));
  return JSON.stringify([said, event.patientKey?.toString('hex')]);
}
