import type { Child } from 'hono/jsx';
import { z } from 'zod';
import { type Allowed, ROLES } from '../../../domain/people/access.ts';
import { email, personName } from '../../../http/schemas/person.ts';
import { noteText } from '../../../http/schemas/text.ts';
import type { Frame } from '../../kit/context.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { GroupPagePart } from '../../kit/group-page.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { PEOPLE_WORDS } from './words.ts';

/** The people that pages are about: those of an authority, or those of the whole installation. */
export interface PeoplePlace {
  /** The address of the list. */
  readonly path: string;
  /** The address of the audit. */
  readonly auditPath: string;
  /** null: the whole installation. */
  readonly authorityId: string | null;
  readonly frame: Frame;
  readonly timeZone: string;
  /** The visitor, as the audit names them. */
  readonly actor: string;
  /** Puts a page around its content. */
  readonly around: (part: GroupPagePart) => Child;
}

/** An account as it was typed. */
export interface TypedAccount {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** Names, each on its line. */
  readonly departments: string;
}

/** Values typed in a form. */
export function typedIn(form: Record<string, unknown>): TypedAccount {
  const field = (name: string) => fieldOf(form, name);
  return { email: field('email'), name: field('name'), role: field('role'), departments: field('departments') };
}

const names = z.array(noteText(60)).max(200);

/** Reads role and departments. @returns undefined where one of them can't be used */
export function readAccess(typed: TypedAccount): Allowed | undefined {
  const role = ROLES.find((each) => each === typed.role);
  const lines = typed.departments.split('\n').map((line) => line.trim());
  const departments = names.safeParse([...new Set(lines.filter((line) => line !== ''))]);
  if (!role || !departments.success) return undefined;
  return { role, departments: departments.data.length === 0 ? null : departments.data };
}

const allowedSchema = z.tuple([z.enum(ROLES), z.array(z.string()).nullable()]);

/** Marks what the page of a form shows that an account allows. */
export function accessMark({ role, departments }: Allowed): string {
  return JSON.stringify([role, departments]);
}

/** Reads what the page of a form showed that an account allows. @returns undefined where the form does not say so */
export function seenAccess(mark: string): Allowed | undefined {
  try {
    const [role, departments] = allowedSchema.parse(JSON.parse(mark));
    return { role, departments };
  } catch {
    return undefined;
  }
}

/** Faults of an account that was typed, by its fields. */
export function accountFaults(frame: Frame, typed: TypedAccount): Record<string, string> {
  const words = PEOPLE_WORDS[frame.language];
  return {
    ...(!email.safeParse(typed.email).success && { email: words.emailWrong }),
    ...(!personName.safeParse(typed.name).success && { name: SET_UP_WORDS[frame.language].nameWrong }),
    ...(!readAccess(typed) && { departments: words.departmentsWrong }),
  };
}

/** The role, and in an authority the departments that it is limited to. */
export function accessText({ frame, authorityId }: PeoplePlace, { role, departments }: Allowed): string {
  const { roles } = SET_UP_WORDS[frame.language];
  if (authorityId === null) return roles[role];
  return `${roles[role]}, ${departments?.join(', ') ?? PEOPLE_WORDS[frame.language].allDepartments}`;
}
