import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Visitor } from '../../../accounts/people/visitor.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { CurrentTime, KeyringAccess } from '../../../runtime/deps.ts';
import { getKept, KEPT_MS, setKept } from '../cookies/kept-cookie.ts';
import { FORM_FIELD, isProven, readableForm } from '../forms.ts';
import type { KeptForm } from '../kept-form.ts';
import type { SiteAccess } from '../site.ts';

/** The dependencies of forms that outlive their session. */
export interface KeptDeps extends KeyringAccess, CurrentTime, SiteAccess {
  readonly publicUrl: string;
}

/** A form that was sent after its session had ended, and whether the browser keeps it. */
export interface SentForm extends OpenedForm {
  readonly outcome: 'kept' | 'too-long' | 'dropped';
}

/** A form that the browser has kept. */
export interface OpenedForm extends KeptForm {
  /** The fields of secrets that were typed and not kept. */
  readonly leftOut: readonly string[];
}

const LABEL = ['', 'page.form'] as const;
/** Fields that no browser keeps, and no page gives back: `rows` are the refused rows of a file, which nobody typed. */
const SECRET = /^(?:password|old|code|secret|token|fhirAuthorization|rows)$/;
const LONGEST = 100_000;

const keptSchema = z.object({
  path: z.string(),
  fields: z.array(z.tuple([z.string(), z.string()])),
  leftOut: z.array(z.string()).default([]),
  until: z.number(),
});

/** Whose form it is: nobody else opens it, also on a machine that people share. null: the administrator's token. */
const ownerOf = (personId: string | null): string => personId ?? 'administrator';

/**
 * Keeps the fields of a form in the browser, encrypted, until its sender has signed in again. Files, secrets and what
 * can't be undone are never kept: a form is kept without its secrets where its page has them beside much else.
 * @param personId the person whose session it was; null: the administrator's token
 * @returns the form with what became of it: one that is too long is to be given back, any other is to be done again;
 * null where none of our pages made it
 */
export async function keepForm(c: Context<HttpEnv>, deps: KeptDeps, personId: string | null): Promise<SentForm | null> {
  if (c.req.method !== 'POST' || !deps.site.formAt(c.req.path)) return null;
  const form = await readableForm(c);
  if (!isProven(c, deps, form[FORM_FIELD])) return null;
  const fields = Object.entries(form).flatMap(([name, values]) =>
    name === FORM_FIELD
      ? []
      : [values].flat().flatMap((value) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
  const sent = { path: c.req.path, fields };
  const action = deps.site.describe(sent, 'da');
  const secrets = fields.filter(([name]) => SECRET.test(name));
  const leftOut = secrets.filter(([, value]) => value !== '').map(([name]) => name);
  const { secrets: typedAgain = {} } = action ?? {};
  if (!action || leftOut.some((name) => !(name in typedAgain))) return { ...sent, leftOut, outcome: 'dropped' };
  const kept = { ...sent, leftOut, fields: fields.filter((field) => !secrets.includes(field)) };
  const text = JSON.stringify({ ...kept, until: deps.now().getTime() + KEPT_MS });
  if (text.length > LONGEST) return { ...kept, outcome: 'too-long' };
  const sealed = deps.keyring.cipher.encrypt(...LABEL, ownerOf(personId), deflateRawSync(text));
  return { ...kept, outcome: setKept(c, deps, sealed.toString('base64url')) ? 'kept' : 'too-long' };
}

/** The form that the browser keeps for this visitor. @returns null for none, another's, and one that is too old */
export function openKept(c: Context<HttpEnv>, deps: KeptDeps, { personId }: Visitor): OpenedForm | null {
  const sealed = getKept(c, deps);
  if (sealed === '') return null;
  try {
    const bytes = deps.keyring.cipher.decryptBytes(...LABEL, ownerOf(personId), Buffer.from(sealed, 'base64url'));
    const text = inflateRawSync(bytes, { maxOutputLength: LONGEST * 4 }).toString('utf8');
    const { until, ...kept } = keptSchema.parse(JSON.parse(text));
    return until > deps.now().getTime() ? kept : null;
  } catch {
    return null;
  }
}
