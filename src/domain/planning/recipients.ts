import type { AppointmentKind, AuthoritySettings } from '../authority.ts';

/**
 * True where no reminders and no notices are sent about an appointment, by the settings of its authority or, for a kind
 * of `none`, by those of its source. Rules of a department don't count against it.
 */
export function isWithoutReminders(
  { withoutReminders }: Pick<AuthoritySettings, 'withoutReminders'>,
  { kind, department }: { readonly kind: AppointmentKind; readonly department: string | null },
): boolean {
  const { kinds, departments } = withoutReminders;
  return kind === 'none' || kinds.includes(kind) || (department !== null && departments.includes(department));
}
