import type { KeyringAccess, Logging, TemplateAccess } from '../../runtime/deps.ts';
import { appointmentRoutes } from './appointment.ts';
import { auditRoutes } from './audit.ts';
import { authoritiesRoutes } from './authorities.ts';
import { authorityRoutes } from './authority.ts';
import { citizensEraseRoutes } from './citizens-erase.ts';
import { citizensLookupRoutes } from './citizens-lookup.ts';
import { inboundRoutes } from './inbound.ts';
import { inboundSettleRoutes } from './inbound-settle.ts';
import { type InstallationRoutesDeps, installationRoutes } from './installation.ts';
import { keyRoutes } from './key.ts';
import { keysRoutes } from './keys.ts';
import { messagesRoutes } from './messages.ts';
import { messagesSearchRoutes } from './messages-search.ts';
import { optOutRoutes } from './opt-out.ts';
import { optOutsRoutes } from './opt-outs.ts';
import { pauseRoutes } from './pause.ts';
import { planRoutes } from './plan.ts';
import { resumeRoutes } from './resume.ts';
import { sourceRoutes } from './source.ts';
import { sourceSecretsRoutes } from './source-secrets.ts';
import { sourceUnmappedRoutes } from './source-unmapped.ts';
import { sourcesRoutes } from './sources.ts';
import { statisticsRoutes } from './statistics.ts';
import { templateRoutes } from './template.ts';
import { templatesRoutes } from './templates.ts';

/** The dependencies of the administration API: the union of what its routes name. */
export interface AdminDeps extends InstallationRoutesDeps, KeyringAccess, TemplateAccess, Logging {}

/** The routes of the administration API, in the order of the OpenAPI document. */
export const ADMIN_ROUTES = [
  ...[authoritiesRoutes, authorityRoutes, auditRoutes, pauseRoutes, resumeRoutes, keysRoutes, keyRoutes],
  ...[sourcesRoutes, sourceRoutes, sourceSecretsRoutes, sourceUnmappedRoutes, planRoutes],
  ...[appointmentRoutes, messagesRoutes, messagesSearchRoutes, templatesRoutes, templateRoutes],
  ...[optOutsRoutes, optOutRoutes, inboundRoutes, inboundSettleRoutes, statisticsRoutes],
  ...[citizensLookupRoutes, citizensEraseRoutes, installationRoutes],
];
