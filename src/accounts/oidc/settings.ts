import { z } from 'zod';
import { ROLES } from '../../domain/people/access.ts';

const grantSchema = z.strictObject({
  authority: z.union([z.literal('*'), z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/)]),
  role: z.enum(ROLES),
  departments: z.array(z.string().trim().min(1).max(60)).min(1).max(200).optional(),
});

const mapSchema = z.record(z.string().min(1), z.union([grantSchema, z.array(grantSchema).min(1)]));

/** The access that a value of the role claim gives. */
export interface Grant {
  /** null: the whole installation. */
  readonly authorityId: string | null;
  readonly role: (typeof ROLES)[number];
  readonly departments: readonly string[] | null;
}

/** Accesses by value of the role claim; a value that is missing gives nothing. */
export type RoleMap = ReadonlyMap<string, readonly Grant[]>;

/** Settings of the identity provider at which staff sign in. */
export interface StaffProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  readonly scope: string;
  /** null: none are asked for. */
  readonly acrValues: string | null;
  readonly levelClaim: string;
  /** Values of the level claim that are high enough, compared exactly; null: any sign-in is. */
  readonly levels: readonly string[] | null;
  /** The name of a claim, or a JSON pointer into the claims when it begins with a slash. */
  readonly roleClaim: string;
  readonly roleMap: RoleMap;
}

/** Reads `{ "<claim value>": { authority, role, departments? } | […] }`. @returns null for anything else */
export function parseRoleMap(text: string): RoleMap | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = mapSchema.safeParse(json);
  if (!read.success) return null;
  return new Map(Object.entries(read.data).map(([value, grants]) => [value, [grants].flat().map(toGrant)]));
}

function toGrant({ authority, role, departments }: z.infer<typeof grantSchema>): Grant {
  return { authorityId: authority === '*' ? null : authority, role, departments: departments ?? null };
}
