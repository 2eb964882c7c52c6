import { z } from '@hono/zod-openapi';
import type { AccountView, Invite } from '../../accounts/people/people.ts';
import { LONGEST_EMAIL, ROLES } from '../../domain/people/access.ts';
import { instant, written } from '../describe.ts';
import { noteText } from './text.ts';
import { unreadable } from './words.ts';

/** An e-mail as people type it, in small letters. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(LONGEST_EMAIL)
  .pipe(z.email())
  .openapi({ example: 'anna@example.org', description: 'E-mail, by which the person signs in, kept in small letters' });

/** The name of a person. */
export const personName = noteText(100).openapi({
  example: 'Anna Jensen',
  description: 'Name of the person; that of an authority is read by no other one',
});

const role = z
  .enum(ROLES)
  .describe(
    'viewer: reads, with numbers masked. operator: also sees numbers and settles replies. administrator: everything ' +
      'within the authority. Of the whole installation: the same in every authority.',
  );

const departments = z.array(noteText(60)).min(1).max(200);

/** Body of an invitation. */
export const inviteBody = z.strictObject({
  email,
  name: personName,
  role,
  departments: departments
    .optional()
    .describe(
      'Names of the departments to see alone, as appointments or rules of the authority have them; absent: all',
    ),
});

/** Body of an invitation to the whole installation, which has no departments. */
export const installationInviteBody = inviteBody.omit({ departments: true });

/** A person, as administrators read it. */
export const personSchema = z
  .object({
    id: z.uuid(),
    email: z.string().nullable().describe('null: the identity provider gave none'),
    name: z.string(),
    role,
    departments: z.array(z.string()).nullable().describe('Departments that it is limited to; null: none'),
    origin: z
      .enum(['invitation', 'provider'])
      .describe('provider: an identity provider gives the role anew at each sign-in'),
    acceptedAt: instant.nullable().describe('null: invited, not yet accepted'),
    invitedUntil: instant.nullable().describe('Until when the open link can be used; null: none is'),
    lastSignInAt: instant.nullable().describe('null: never, or not yet accepted'),
    secondFactor: z.boolean().describe('true: signs in with a code beside the password; false until accepted'),
    unreadable,
  })
  .openapi('Person');

/** An invitation, with its link. */
export const invitationSchema = z
  .object({
    id: z.uuid(),
    email: z.string().describe('E-mail, by which the person signs in'),
    name: z.string(),
    role,
    departments: z.array(z.string()).nullable().describe('Departments that it is limited to; null: none'),
    link: z.url().describe('Shown this once: whoever opens it first chooses the password'),
    expiresAt: instant.describe('The link can be used until then, once'),
  })
  .openapi('Invitation');

/** A person in the words of the API. */
export function toPersonBody(view: AccountView): z.infer<typeof personSchema> {
  const { personId: _, ...shown } = view;
  return written(shown);
}

/** An invitation in the words of the API. */
export function toInvitationBody(
  { email, name, role, departments }: Omit<Invite, 'actor' | 'authorityId'>,
  { id, link, expiresAt }: { readonly id: string; readonly link: string; readonly expiresAt: Date },
): z.infer<typeof invitationSchema> {
  return written({ id, email, name, role, departments, link, expiresAt });
}
