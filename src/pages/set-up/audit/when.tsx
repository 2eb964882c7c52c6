import { MINUTE_MS } from '../../../domain/duration.ts';
import type { AuditRow } from '../../../staff/audit.ts';
import { Moment, momentText } from '../../kit/elements.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { AUDIT_WORDS } from './words.ts';

/** The time of an entry, and where it was written at another one, when and by which user of the database. */
export function When({
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
