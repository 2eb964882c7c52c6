import { Wordings } from '../dispatch/start/due-settings.ts';
import { applyEvent } from '../domain/apply-event.ts';
import type { Appointment, AppointmentEvent } from '../domain/appointment.ts';
import {
  type Authority,
  type AuthoritySettings,
  type Meeting,
  SOURCE_DEFAULTS,
  type Source,
} from '../domain/authority.ts';
import { notFound, Problem, refusedEvent } from '../domain/errors.ts';
import { choosePhone } from '../domain/phone.ts';
import { type PlannedReminder, planNotice, planReminders } from '../domain/planning/planning.ts';
import { isWithoutReminders } from '../domain/planning/recipients.ts';
import { changeReminders } from '../domain/planning/reminder-changes.ts';
import type { IngestContext } from '../formats/format.ts';
import { readElement } from '../formats/json/json.ts';
import { countriesOf } from '../intake/decide.ts';
import type { DatabaseAccess, KeyringAccess, Logging, TemplateAccess } from '../runtime/deps.ts';
import { findAuthority } from '../store/authorities.ts';
import { findOptedOut } from '../store/opt-outs.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { type DryRunReminder, preview } from './preview.ts';

type DryRunDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Logging;

/**
 * Plans the reminders of an event as the first about its appointment. Nothing is stored.
 * @param request.body the event of `POST /v1/webhooks/{source}`, or its `data` alone
 * @param request.sourceId whose settings to read it by; null: the authority's zone, region DK
 * @throws Problem 404, or 422 as the webhook would
 */
export async function planDryRun(
  deps: DryRunDeps,
  request: { readonly authorityId: string; readonly sourceId: string | null; readonly body: unknown },
  now: Date,
): Promise<DryRunReminder[]> {
  const authority = await findAuthority(deps.db, request.authorityId);
  if (!authority) throw notFound('authority');
  const source = await chooseSource(deps, authority, request.sourceId);
  const read = readAppointment(deps, request.body, authority, source, now);
  const appointment = { ...read, announcedStart: null };
  const { phone } = appointment;
  const numbers = phone === null ? [] : [{ authorityId: authority.id, phoneHash: deps.keyring.phoneHash(phone) }];
  const optedOut = (await findOptedOut(deps.db, numbers)).length > 0;
  const { insert } = changeReminders({
    before: null,
    after: appointment,
    existing: [],
    authority,
    mode: source.mode,
    optedOut,
    now,
  });
  const wordings = new Wordings(deps);
  await wordings.load([authority]);
  return insert.map((planned) => {
    const { rule, template, language, dueAt, expiresAt } = planned;
    return {
      rule,
      template,
      language,
      dueAt,
      expiresAt,
      ...preview(planned, appointment, { authority, source }, wordings),
    };
  });
}

async function chooseSource(deps: DatabaseAccess, authority: Authority, sourceId: string | null): Promise<Source> {
  if (sourceId !== null) {
    const source = (await findSourcesWithAuthority(deps.db, [sourceId])).get(sourceId)?.source;
    if (source?.authorityId !== authority.id) throw notFound('source');
    return source;
  }
  return {
    ...SOURCE_DEFAULTS,
    id: '',
    authorityId: authority.id,
    name: '',
    timeZone: authority.timeZone,
    version: 0,
    paused: null,
  };
}

/** The body may be the event or its `data` alone: faults then point into what was sent. */
function readAppointment(
  deps: KeyringAccess,
  body: unknown,
  authority: Authority,
  source: Source,
  now: Date,
): Appointment {
  const bare =
    typeof body === 'object' && body !== null && !Array.isArray(body) && !('data' in body) && !('type' in body);
  try {
    const event = readEvent(deps, bare ? { type: 'appointment.booked', data: body } : body, source, now);
    const allowedCountries = countriesOf(source, authority);
    const applied = applyEvent(null, event, false, {
      source,
      allowedCountries,
      choosePhone: (raw) => choosePhone(raw, { defaultRegion: source.defaultRegion, allowedCountries }),
      hashCode: (code) => deps.keyring.codeHash(source.id, code),
      now,
    });
    if (applied.result === 'accepted') return applied.after;
    throw refusedEvent(applied.result === 'refused' ? [applied.fault] : []);
  } catch (error) {
    if (!(error instanceof Problem) || !bare) throw error;
    throw refusedEvent(error.faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/data/, '') })));
  }
}

function readEvent(deps: KeyringAccess, body: unknown, source: Source, now: Date): AppointmentEvent {
  const hashPatient: IngestContext['hashPatient'] = (id, form) => deps.keyring.patientKey(source.id, id, form);
  const element = Array.isArray(body) ? undefined : readElement(body, { source, now, hashPatient }, '');
  if (element?.kind === 'refused') throw element.problem;
  if (element?.kind !== 'appointment') {
    throw refusedEvent([{ pointer: '', code: 'too_big', detail: 'A dry run takes one event, not an array.' }]);
  }
  return element.event;
}

/** An appointment that somebody imagines. */
export interface ExampleAppointment {
  readonly start: Date;
  readonly kind: Meeting;
  readonly department: string | null;
}

/**
 * The SMS that an appointment would get which is booked now, in the order of their moments; one that would not be sent
 * stands at the moment that its rule names.
 */
export function exampleSchedule(
  authority: AuthoritySettings,
  { start, kind, department }: ExampleAppointment,
  now: Date,
): PlannedReminder[] {
  if (isWithoutReminders(authority, { kind, department })) return [];
  const reminders = planReminders({ authority, start, kind, department, now });
  const notices = authority.notices.booked ? [planNotice('confirmation', { authority, start, now })] : [];
  return [...notices, ...reminders].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}
