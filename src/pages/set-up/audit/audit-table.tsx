import { MINUTE_MS } from '../../../domain/duration.ts';
import { type AuditRow, type AuditView, MOST_COUNTED, sourceOf } from '../../../staff/audit.ts';
import { DataTable, Moment, momentText } from '../../kit/elements.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { timeText } from '../../kit/moment-text.ts';
import { hrefOf, storyOf } from '../../kit/navigation.ts';
import { replyHref } from '../../states/replies.ts';
import { aboutText } from './about.ts';
import { actionText } from './actions.ts';
import { Change } from './change.tsx';
import type { Lines } from './lines.ts';
import { type AuditPlace, searchHref } from './place.ts';
import { targetOf } from './search.ts';
import { storedActor, whoText } from './who.ts';
import { AUDIT_WORDS } from './words.ts';

/** Actions of people on their own account, which is no authority's and not the installation's either. */
const OF_ACCOUNT = /^(?:session\.|person\.(?:accept|password|recovery-code|second-factor))/;

/** An entry with what it changed, in words. */
export interface ToldEntry extends AuditView {
  readonly lines: Lines;
}

/** Entries of the audit, a line each. */
export function AuditTable({ place, rows }: { readonly place: AuditPlace; readonly rows: readonly ToldEntry[] }) {
  const { frame, timeZone, authorityId } = place;
  const words = AUDIT_WORDS[frame.language];
  const whole = authorityId === null;
  const names = [words.at, words.who, words.action, ...(whole ? [words.authority] : []), words.about];
  const ownerOf = ({ authorityId: id, authorityName, action }: ToldEntry) => {
    if (id !== null) return authorityName ?? id;
    return OF_ACCOUNT.test(action) ? '–' : words.installation;
  };
  const cells = rows.map((row) => [
    <When row={row} timeZone={timeZone} language={frame.language} />,
    <Who place={place} actor={row.actor} />,
    <Action place={place} row={row} />,
    ...(whole ? [ownerOf(row)] : []),
    <>
      <About place={place} row={row} />
      {/* The first of several look-ups saw less than all of them did. */}
      {row.looks === null && (
        <Change lines={row.lines} of={actionText(row.action, frame.language)} language={frame.language} />
      )}
    </>,
  ]);
  return <DataTable quiet caption={words.list} columns={names.map((label) => ({ label }))} rows={cells} />;
}

/** The action of an entry; of several look-ups with how many they are, as the way to each of them. */
function Action({ place, row }: { readonly place: AuditPlace; readonly row: ToldEntry }) {
  const { frame, path, query, timeZone } = place;
  const text = actionText(row.action, frame.language);
  const { fold, looks } = row;
  if (looks === null || fold === null) return <>{text}</>;
  const count = looks.count < MOST_COUNTED ? looks.count : null;
  return (
    <>
      {text}{' '}
      <a href={hrefOf(path, frame.authority, { ...query, fold })}>
        {AUDIT_WORDS[frame.language].times(count, timeText(looks.until, timeZone, frame.language))}
        <span class="unseen"> ({text})</span>
      </a>
    </>
  );
}

/** The subject of an entry; an appointment with the way to its story, for as long as there is one. */
function About({ place, row }: { readonly place: AuditPlace; readonly row: ToldEntry }) {
  const { frame } = place;
  const { appointment, authorityId, target } = row;
  const words = AUDIT_WORDS[frame.language];
  // A source may have the id of its authority.
  const isOfAuthority = target === authorityId && sourceOf(row) === null;
  // In the audit of the installation a column of its own has the authority.
  if (isOfAuthority) return <>{place.authorityId === null ? noSubject(row) : frame.authority?.name}</>;
  if (row.reply !== null && authorityId !== null) return <Reply place={place} reply={row.reply} of={authorityId} />;
  if (appointment === null || authorityId === null) return <Subject place={place} row={row} />;
  if (appointment.reference === null) return <>{words.appointmentErased}</>;
  return <a href={storyOf({ id: authorityId }, appointment.id)}>{words.appointment(appointment.reference)}</a>;
}

/** The way to a reply that was decided about, and to each appointment that it is about. */
function Reply({
  place: { frame },
  reply: { id, appointments },
  of,
}: {
  readonly place: AuditPlace;
  readonly reply: NonNullable<AuditView['reply']>;
  /** The authority that decided. */
  readonly of: string;
}) {
  const words = AUDIT_WORDS[frame.language];
  return (
    <>
      <a href={replyHref({ id: of }, id)}>{words.reply}</a>
      {appointments.map((appointment) => (
        <>
          {', '}
          <a href={storyOf({ id: of }, appointment.id)}>{words.appointment(appointment.reference)}</a>
        </>
      ))}
    </>
  );
}

/** A dash before details, whose label would stand alone on a phone; else nothing. */
function noSubject({ lines }: ToldEntry): string {
  return lines.shown.length > 0 ? '–' : '';
}

/** The name of a subject, as a link to everything about it. */
function Subject({ place, row }: { readonly place: AuditPlace; readonly row: ToldEntry }) {
  const { language, site } = place.frame;
  const text = aboutText(row, language, site);
  const target = targetOf(row);
  if (target === null || text === '') return <>{text || noSubject(row)}</>;
  return (
    <a href={searchHref(place, { target })} title={AUDIT_WORDS[language].entriesAbout}>
      {text}
    </a>
  );
}

/** The actor, as a link to everything that they did. */
function Who({ place, actor }: { readonly place: AuditPlace; readonly actor: string }) {
  const words = AUDIT_WORDS[place.frame.language];
  return (
    <a class="actor" href={searchHref(place, { actor: storedActor(actor) })} title={words.ownEntries}>
      {whoText(actor, words)}
    </a>
  );
}

/** The time of an entry, and where it was written at another one, when and by which user of the database. */
function When({
  row: { at, recordedAt, recordedBy },
  timeZone,
  language,
}: {
  readonly row: AuditRow;
  readonly timeZone: string;
  readonly language: PageLanguage;
}) {
  const { recorded } = AUDIT_WORDS[language];
  const isApart = recordedAt !== null && Math.abs(recordedAt.getTime() - at.getTime()) > MINUTE_MS;
  return (
    <>
      <Moment at={at} timeZone={timeZone} language={language} />
      {isApart && <small>{recorded(momentText(recordedAt, timeZone, language), recordedBy ?? '')}</small>}
    </>
  );
}
