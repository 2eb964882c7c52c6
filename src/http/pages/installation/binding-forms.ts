import type { Context } from 'hono';
import { readInstant } from '../../../domain/calendar.ts';
import { Problem } from '../../../domain/errors.ts';
import { adoptPublicUrl, type BindDeps, readInstallation, recoverInstallation } from '../../../staff/installation.ts';
import type { HttpEnv } from '../../env.ts';
import { fieldOf } from '../forms.ts';
import { DONE_ID } from '../navigation.ts';
import { BINDING_WORDS } from './binding-words.ts';
import { INSTALLATION_PATHS, INSTALLATION_ZONE, installationActor } from './frame.tsx';
import { type HealthPageDeps, healthPage } from './health-page.tsx';

/** The dependencies of the forms that let an installation send again. */
export type BindingFormsDeps = HealthPageDeps & BindDeps;

/** `POST /admin/installation/adopt`. A restored database is not bound by it: that needs the time of its backup. */
export async function adoptForm(c: Context<HttpEnv>, deps: BindingFormsDeps): Promise<Response> {
  const actor = installationActor(c);
  const form = await c.req.parseBody();
  const words = BINDING_WORDS[c.var.language];
  const { restored } = await readInstallation(deps);
  if (restored || fieldOf(form, 'off') !== 'on') return healthPage(c, deps, { fault: words.confirmFirst });
  await adoptPublicUrl(deps, actor, deps.now());
  return c.redirect(`${INSTALLATION_PATHS.health}?done=adopted#${DONE_ID}`, 303);
}

/** `POST /admin/installation/recovered`: releases a restored database, whose backup was made at the time given. */
export async function recoveredForm(c: Context<HttpEnv>, deps: BindingFormsDeps): Promise<Response> {
  const actor = installationActor(c);
  const form = await c.req.parseBody();
  const words = BINDING_WORDS[c.var.language];
  const backupAt = fieldOf(form, 'backupAt');
  const refuse = (fault: string) => healthPage(c, deps, { fault, backupAt });
  if (fieldOf(form, 'off') !== 'on') return refuse(words.confirmFirst);
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(backupAt) ? readInstant(backupAt, INSTALLATION_ZONE) : 'invalid';
  if (!(at instanceof Date)) return refuse(words.backupWrong);
  try {
    const { uncertainReminders, uncertainAnswers } = await recoverInstallation(deps, actor, at, deps.now());
    return await healthPage(c, deps, { done: words.recoveredDone(uncertainReminders, uncertainAnswers) });
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return refuse(words.backupWrong);
    throw error;
  }
}
