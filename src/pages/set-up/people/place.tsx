import { z } from 'zod';
import type { AccountView } from '../../../accounts/people/people.ts';
import { type Allowed, ROLES } from '../../../domain/people/access.ts';
import { noteText } from '../../../http/schemas/text.ts';
import type { DatabaseAccess, KeyringAccess } from '../../../runtime/deps.ts';
import { findUnknownDepartments } from '../../../staff/departments/departments.ts';
import type { DeclaredPage } from '../../kit/declared/declare.tsx';
import type { FormField } from '../../kit/declared/form.tsx';
import type { PageRequest } from '../../kit/declared/visit.ts';
import { momentText } from '../../kit/elements.tsx';
import type { Faults } from '../../kit/fields.tsx';
import type { PageAuthority } from '../../kit/frame.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { upperFirst } from '../../states/event-words.ts';
import { roleHint, SET_UP_WORDS } from '../words.ts';
import { PEOPLE_WORDS } from './words.ts';

/** The people that pages are about: those of an authority, or (null) those of the whole installation. */
export type PlaceOfPeople = PageAuthority | null;

/** The place of the pages of people: where the list stands, and who may open it. */
export interface PeoplePlace extends Required<Pick<DeclaredPage<never>, 'path' | 'right' | 'menu' | 'tab'>> {
  /** The address of the audit. */
  readonly auditPath: string;
  /** Accounts may be limited to departments; false: of the whole installation. */
  readonly hasDepartments: boolean;
}

/** The fields of a role, and of the departments that it is limited to; the installation has none. */
export function accessFields({ hasDepartments }: PeoplePlace, language: PageLanguage): Record<string, FormField> {
  const words = PEOPLE_WORDS[language];
  const shared = SET_UP_WORDS[language];
  const options = ROLES.map((role) => [role, shared.roles[role]] as const);
  const departments: FormField = {
    label: words.departments,
    type: 'lines',
    hint: words.departmentsHint,
    fault: words.departmentsWrong,
    empty: upperFirst(words.allDepartments),
    rows: 3,
  };
  const role = { label: shared.role, hint: roleHint(shared), fault: words.departmentsWrong, options };
  return { role, ...(hasDepartments && { departments }) };
}

/** Role and departments as they are typed: names, each on its line; none: all. */
export const accessSchema = z.object({
  role: z.enum(ROLES),
  departments: z
    .string()
    .default('')
    .transform((text) => [...new Set(text.split('\n').flatMap((line) => line.trim() || []))])
    .pipe(z.array(noteText(60)).max(200))
    .transform((names) => (names.length === 0 ? null : names)),
});

const MOST_UNKNOWN = 5;
const MOST_KNOWN = 50;

/**
 * The fault of departments that nobody has: with a limit to a misspelt one a person finds nothing.
 * @param departments null: no limit
 * @returns null where there is none
 */
export async function departmentsFault(
  {
    deps,
    authorityId,
    language,
  }: Pick<PageRequest<DatabaseAccess & KeyringAccess, PlaceOfPeople>, 'deps' | 'authorityId' | 'language'>,
  departments: readonly string[] | null,
): Promise<Faults | null> {
  const found = await findUnknownDepartments(deps, authorityId, departments);
  if (!found) return null;
  const { departmentsUnknown, moreDepartments, quotedDepartment } = PEOPLE_WORDS[language];
  const more = found.known.length - MOST_KNOWN;
  const known = [...found.known.slice(0, MOST_KNOWN), ...(more > 0 ? [moreDepartments(more)] : [])].join(', ');
  const unknown = found.unknown.slice(0, MOST_UNKNOWN).map(quotedDepartment).join(', ');
  return { departments: departmentsUnknown(unknown, `${known}.`) };
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

/** The role, and in an authority the departments that it is limited to. */
export function accessText(
  { hasDepartments }: PeoplePlace,
  { role, departments }: Allowed,
  language: PageLanguage,
): string {
  const { roles } = SET_UP_WORDS[language];
  if (!hasDepartments) return roles[role];
  return `${roles[role]}, ${departments?.join(', ') ?? PEOPLE_WORDS[language].allDepartments}`;
}

/** The name of a person on the pages; without one the e-mail. */
export function nameOf({ name, email }: AccountView, language: PageLanguage): string {
  return name || email || PEOPLE_WORDS[language].noEmail;
}

/** The state of an account, as a sentence. */
export function stateOf(
  { origin, acceptedAt, invitedUntil }: AccountView,
  { timeZone, language }: { readonly timeZone: string; readonly language: PageLanguage },
): string {
  const words = PEOPLE_WORDS[language];
  if (origin === 'provider') return words.byProvider;
  if (acceptedAt) return words.active;
  return invitedUntil ? words.invited(momentText(invitedUntil, timeZone, language)) : words.lapsed;
}
