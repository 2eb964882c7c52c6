import type { DatabaseAccess } from '../../runtime/deps.ts';
import type { AppointmentRecord } from '../appointments/appointments.sql.ts';
import { isReported } from '../appointments/reported.sql.ts';
import type { ChangeRow } from '../find/story.sql.ts';
import { findSource } from '../sources/sources.sql.ts';
import { type HeldBeside, readHeldBeside } from './details.sql.ts';

/** A change by the booking system. */
export interface DetailedChange extends Pick<ChangeRow, 'at' | 'change' | 'start_at'> {
  /** The reference that it got; null: none, or it is not known any more. */
  readonly reference: string | null;
}

/** Details that are held about an appointment beside what `AppointmentView` shows. */
export interface AppointmentDetails extends Omit<HeldBeside, 'changes'> {
  /** Changes by the booking system, the oldest first. */
  readonly changes: readonly DetailedChange[];
  readonly source: string;
  readonly sourceName: string;
  readonly reference: string;
  readonly departmentCode: string | null;
  /** The id that it shares with the appointments of other patients, or of its series. */
  readonly group: string | null;
  /** The reference that goes on in its place. */
  readonly replacedBy: string | null;
  /** The start that an SMS named before the appointment moved. */
  readonly announcedStart: Date | null;
  /** The booking system says that the patient is dead. */
  readonly deceased: boolean;
  /** The reminders whose number staff reported as somebody else's, by their ids. */
  readonly reportedWrong: ReadonlySet<string>;
}

/** Reads the details of these appointments of one authority, in the order that they are given in. */
export async function readDetails(
  { db }: DatabaseAccess,
  authorityId: string,
  records: readonly AppointmentRecord[],
): Promise<AppointmentDetails[]> {
  const rows = records.map(({ appointment }) => appointment);
  const beside = await readHeldBeside(
    db,
    authorityId,
    rows.map(({ id }) => id),
  );
  const names = new Map<string, string>();
  for (const id of new Set(rows.map(({ source_id }) => source_id)))
    names.set(id, (await findSource(db, authorityId, id))?.name ?? id);
  return rows.flatMap((row, at) => {
    const held = beside[at];
    if (!held) return [];
    const ofNumber = (records[at]?.reminders ?? []).filter((reminder) => isReported(row, reminder));
    return {
      ...held,
      changes: withReferences(held.changes, row.replaced_by),
      source: row.source_id,
      sourceName: names.get(row.source_id) ?? row.source_id,
      reference: row.reference,
      departmentCode: row.department_code,
      group: row.group_reference,
      replacedBy: row.replaced_by,
      announcedStart: row.announced_start_at,
      deceased: row.deceased,
      reportedWrong: new Set(ofNumber.map(({ id }) => id)),
    };
  });
}

/** An appointment keeps the last reference that went on in its place, and none before. */
function withReferences(changes: readonly ChangeRow[], replacedBy: string | null): DetailedChange[] {
  const last = changes.findLast(({ change }) => change === 'replaced');
  return changes.map((each) => ({ ...each, reference: each === last ? replacedBy : null }));
}
