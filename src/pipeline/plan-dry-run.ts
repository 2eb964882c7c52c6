import { applyEvent } from '../domain/apply-event.ts';
import type { Appointment, AppointmentEvent } from '../domain/appointment.ts';
import type { Authority, Source, SourceMode } from '../domain/authority.ts';
import { type Fault, notFound, Problem } from '../domain/errors.ts';
import { choosePhone } from '../domain/phone.ts';
import type { ReminderStatus } from '../domain/reminder.ts';
import { changeReminders, type NewReminder } from '../domain/reminder-changes.ts';
import { easySmsJson } from '../ingest/json.ts';
import { findAuthority } from '../store/authorities.ts';
import { findOptedOut } from '../store/opt-outs.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { render, variablesFor } from '../templates/index.ts';
import { TextChooser } from './choose-text.ts';
import type { Deps } from './deps.ts';

/** A reminder as it would be planned. */
export interface DryRunReminder {
  readonly rule: string;
  readonly template: string;
  readonly language: string;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  /** As it would read today; null when it can't be written. */
  readonly text: string | null;
  readonly encoding: string | null;
  readonly segments: number | null;
}

type Rendered = ReturnType<typeof render>;
type DryRunDeps = Pick<Deps, 'db' | 'keyring' | 'templates' | 'log'>;

/**
 * What an event would plan, as the first about its appointment. Nothing is stored.
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
  const appointment = readAppointment(deps, request.body, authority, source, now);
  const { phone } = appointment;
  const numbers = phone === null ? [] : [{ authorityId: authority.id, phoneHash: deps.keyring.phoneHash(phone) }];
  const optedOut = (await findOptedOut(deps.db, numbers)).length > 0;
  const { insert } = changeReminders({ before: null, after: appointment, existing: [], authority, mode: source.mode, optedOut, now });
  const chooser = new TextChooser(deps);
  await chooser.load([authority]);
  return insert.map((planned) => {
    const template = chooser.choose(authority, planned.template, planned.language);
    const { start } = appointment;
    const rendered = start && render(template, variablesFor({ ...appointment, start }, authority, planned.language));
    return withText(planned, rendered, source.mode);
  });
}

function withText(planned: NewReminder, rendered: Rendered | null, mode: SourceMode): DryRunReminder {
  const { rule, template, language, dueAt, expiresAt } = planned;
  const { text, encoding, segments } = rendered && !rendered.refused ? rendered : { text: null, encoding: null, segments: null };
  return { rule, template, language, ...outcomeOf(planned, rendered, mode), dueAt, expiresAt, text, encoding, segments };
}

/** What becomes of one that is planned when its moment comes. */
function outcomeOf(planned: NewReminder, rendered: Rendered | null, mode: SourceMode): Pick<DryRunReminder, 'status' | 'reason'> {
  if (planned.status !== 'planned') return { status: planned.status, reason: planned.reason };
  if (rendered?.refused) return { status: 'suppressed', reason: rendered.refused === 'failed' ? 'internal_error' : 'text_refused' };
  return mode === 'shadow' ? { status: 'suppressed', reason: 'shadow' } : { status: 'planned', reason: null };
}

async function chooseSource(deps: Pick<Deps, 'db'>, authority: Authority, sourceId: string | null): Promise<Source> {
  if (sourceId !== null) {
    const source = (await findSourcesWithAuthority(deps.db, [sourceId])).get(sourceId)?.source;
    if (source?.authorityId !== authority.id) throw notFound('source');
    return source;
  }
  return {
    id: '',
    authorityId: authority.id,
    name: '',
    mode: 'live',
    absentPhone: 'keep',
    defaultRegion: 'DK',
    timeZone: authority.timeZone,
    statusMap: {},
    version: 0,
    paused: null,
  };
}

/** The body may be the event or its `data` alone: faults then point into what was sent. */
function readAppointment(deps: Pick<Deps, 'keyring'>, body: unknown, authority: Authority, source: Source, now: Date): Appointment {
  const bare = typeof body === 'object' && body !== null && !Array.isArray(body) && !('data' in body) && !('type' in body);
  try {
    const event = readEvent(deps, bare ? { type: 'appointment.booked', data: body } : body, source);
    const applied = applyEvent(null, event, false, {
      source,
      allowedCountries: authority.allowedCountries,
      choosePhone: (raw) => choosePhone(raw, { defaultRegion: source.defaultRegion, allowedCountries: authority.allowedCountries }),
      now,
    });
    if (applied.result === 'accepted') return applied.after;
    throw refused(applied.result === 'refused' ? [applied.fault] : []);
  } catch (error) {
    if (!(error instanceof Problem) || !bare) throw error;
    throw refused(error.faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/data/, '') })));
  }
}

function readEvent(deps: Pick<Deps, 'keyring'>, body: unknown, source: Source): AppointmentEvent {
  const { elements, array } = easySmsJson.read(body, { source, hashPatient: (id) => deps.keyring.patientKey(source.id, id) });
  const event = elements[0]?.event;
  if (array || !event) throw refused([{ pointer: '', code: 'too_big', detail: 'A dry run takes one event, not an array.' }]);
  return event;
}

function refused(faults: readonly Fault[]): Problem {
  return new Problem(422, 'invalid', 'The event was understood and refused: see errors.', { faults });
}
