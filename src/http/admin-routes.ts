import type { KeyringAccess, Logging, Metering, TemplateAccess } from '../runtime/deps.ts';
import { appointmentRoutes } from './admin/appointment.ts';
import { auditRoutes } from './admin/audit.ts';
import { authoritiesRoutes } from './admin/authorities.ts';
import { type AuthorityRoutesDeps, authorityRoutes } from './admin/authority.ts';
import { citizensEraseRoutes } from './admin/citizens-erase.ts';
import { citizensLookupRoutes } from './admin/citizens-lookup.ts';
import { type DeliveryActionsDeps, deliveriesActionsRoutes } from './admin/deliveries/actions.ts';
import { deliveriesRoutes } from './admin/deliveries/list.ts';
import { gatewaysRoutes } from './admin/gateways/gateways.ts';
import { gatewayPricesRoutes } from './admin/gateways/prices.ts';
import { gatewayTestsRoutes } from './admin/gateways/tests.ts';
import { inboundRoutes } from './admin/inbound.ts';
import { inboundSettleRoutes } from './admin/inbound-settle.ts';
import { type InstallationRoutesDeps, installationRoutes } from './admin/installation.ts';
import { keyRoutes } from './admin/key.ts';
import { keysRoutes } from './admin/keys.ts';
import { messagesRoutes } from './admin/messages.ts';
import { messagesSearchRoutes } from './admin/messages-search.ts';
import { optOutRoutes } from './admin/opt-out.ts';
import { optOutsRoutes } from './admin/opt-outs.ts';
import { pauseRoutes } from './admin/pause.ts';
import { type PeopleRoutesDeps, peopleRoutes } from './admin/people/routes.ts';
import { planRoutes } from './admin/plan.ts';
import { resumeRoutes } from './admin/resume.ts';
import { sourceRoutes } from './admin/source.ts';
import { sourceFindingsRoutes } from './admin/source-findings.ts';
import { sourceSecretsRoutes } from './admin/source-secrets.ts';
import { sourcesRoutes } from './admin/sources.ts';
import { statisticsRoutes } from './admin/statistics.ts';
import { templateRoutes } from './admin/template.ts';
import { templatesRoutes } from './admin/templates.ts';

/** The dependencies of the administration API: the union of what its routes name. */
export interface AdminDeps
  extends InstallationRoutesDeps,
    AuthorityRoutesDeps,
    PeopleRoutesDeps,
    KeyringAccess,
    TemplateAccess,
    DeliveryActionsDeps,
    Logging,
    Metering {}

/** The routes of the administration API, in the order of the OpenAPI document. */
export const ADMIN_ROUTES = [
  ...[authoritiesRoutes, authorityRoutes, auditRoutes, pauseRoutes, resumeRoutes, keysRoutes, keyRoutes, peopleRoutes],
  ...[sourcesRoutes, sourceRoutes, sourceSecretsRoutes, sourceFindingsRoutes],
  ...[deliveriesRoutes, deliveriesActionsRoutes, planRoutes],
  ...[appointmentRoutes, messagesRoutes, messagesSearchRoutes, templatesRoutes, templateRoutes],
  ...[optOutsRoutes, optOutRoutes, inboundRoutes, inboundSettleRoutes, statisticsRoutes],
  ...[citizensLookupRoutes, citizensEraseRoutes, gatewaysRoutes, gatewayPricesRoutes, gatewayTestsRoutes],
  ...[installationRoutes],
];
