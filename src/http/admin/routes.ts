import type { KeyringAccess, Logging, Metering, TemplateAccess } from '../../runtime/deps.ts';
import { appointmentRoutes } from './appointment.ts';
import { auditRoutes } from './audit.ts';
import { authoritiesRoutes } from './authorities.ts';
import { type AuthorityRoutesDeps, authorityRoutes } from './authority.ts';
import { citizensEraseRoutes } from './citizens/erase.ts';
import { citizensLookupRoutes } from './citizens/lookup.ts';
import { type DeliveryActionsDeps, deliveriesActionsRoutes } from './deliveries/actions.ts';
import { deliveriesRoutes } from './deliveries/list.ts';
import { gatewaysRoutes } from './gateways/gateways.ts';
import { gatewayPricesRoutes } from './gateways/prices.ts';
import { gatewayTestsRoutes } from './gateways/tests.ts';
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
import { type PeopleRoutesDeps, peopleRoutes } from './people/routes.ts';
import { planRoutes } from './plan.ts';
import { resumeRoutes } from './resume.ts';
import { sourceFindingsRoutes } from './sources/findings.ts';
import { sourceSecretsRoutes } from './sources/secrets.ts';
import { sourceRoutes } from './sources/source.ts';
import { sourcesRoutes } from './sources/sources.ts';
import { statisticsRoutes } from './statistics.ts';
import { templateRoutes } from './template.ts';
import { templatesRoutes } from './templates.ts';

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
  authoritiesRoutes,
  authorityRoutes,
  auditRoutes,
  pauseRoutes,
  resumeRoutes,
  keysRoutes,
  keyRoutes,
  peopleRoutes,
  sourcesRoutes,
  sourceRoutes,
  sourceSecretsRoutes,
  sourceFindingsRoutes,
  deliveriesRoutes,
  deliveriesActionsRoutes,
  planRoutes,
  appointmentRoutes,
  messagesRoutes,
  messagesSearchRoutes,
  templatesRoutes,
  templateRoutes,
  optOutsRoutes,
  optOutRoutes,
  inboundRoutes,
  inboundSettleRoutes,
  statisticsRoutes,
  citizensLookupRoutes,
  citizensEraseRoutes,
  gatewaysRoutes,
  gatewayPricesRoutes,
  gatewayTestsRoutes,
  installationRoutes,
];
