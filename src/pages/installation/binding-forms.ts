import type { Context } from 'hono';
import { readInstant } from '../../domain/calendar.ts';
import type { HttpEnv } from '../../http/env.ts';
import {
  adoptPublicUrl,
  type BindDeps,
  mayBeOfBackup,
  readInstallation,
  recoverInstallation,
} from '../../staff/installation.ts';
import { INSTALLATION_ZONE } from '../kit/declared/declare.tsx';
import type { Faults } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { DONE_ID } from '../kit/navigation.ts';
import { BINDING_WORDS } from './binding-words.ts';
import { INSTALLATION_PATHS, installationActor } from './frame.tsx';
import { type HealthPageDeps, healthPage } from './health-page.tsx';

/** The dependencies of the forms that let an installation send again. */
export type BindingFormsDeps = HealthPageDeps & BindDeps;

/** `POST /admin/installation/adopt`. A restored database is not bound by it: that needs the time of its backup. */
export async function adoptForm(c: Context<HttpEnv>, deps: BindingFormsDeps): Promise<Response> {
  const actor = installationActor(c);
  const form = await c.req.parseBody();
  const words = BINDING_WORDS[c.var.language];
  const { restored } = await readInstallation(deps);
  if (restored || fieldOf(form, 'off') !== 'on') return healthPage(c, deps, { faults: { off: words.confirmFirst } });
  await adoptPublicUrl(deps, actor, deps.now());
  return c.redirect(`${INSTALLATION_PATHS.health}?done=adopted#${DONE_ID}`, 303);
}

/** `POST /admin/installation/recovered`: releases a restored database, whose backup was made at the time given. */
export async function recoveredForm(c: Context<HttpEnv>, deps: BindingFormsDeps): Promise<Response> {
  const actor = installationActor(c);
  const form = await c.req.parseBody();
  const words = BINDING_WORDS[c.var.language];
  const [backupAt, off, now] = [fieldOf(form, 'backupAt'), fieldOf(form, 'off') === 'on', deps.now()];
  const at = readBackupAt(backupAt, now);
  const faults: Faults = { ...(!at && { backupAt: words.backupWrong }), ...(!off && { off: words.confirmFirst }) };
  if (!at || !off) return healthPage(c, deps, { faults, backupAt, off });
  const { uncertainReminders, uncertainAnswers } = await recoverInstallation(deps, actor, at, now);
  return healthPage(c, deps, { done: words.recoveredDone(uncertainReminders, uncertainAnswers) });
}

/** The time of a backup as it was typed; null for one that can't be read, or that is still to come. */
function readBackupAt(text: string, now: Date): Date | null {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? readInstant(text, INSTALLATION_ZONE) : 'invalid';
  return at instanceof Date && mayBeOfBackup(at, now) ? at : null;
}
