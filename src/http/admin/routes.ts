import type { KeyringAccess, Logging, Metering, TemplateAccess } from '../../runtime/deps.ts';
import { appointmentRoutes } from './appointment.ts';
import { auditRoutes } from './audit.ts';
import { type AuthorityRoutesDeps, authoritiesRoutes, authorityRoutes } from './authorities.ts';
import { citizensEraseRoutes, citizensLookupRoutes } from './citizens.ts';
import { type DeliveryActionsDeps, deliveriesActionsRoutes, deliveriesRoutes } from './deliveries.ts';
import { sourceFindingsRoutes } from './findings.ts';
import { gatewayPricesRoutes } from './gateway-prices.ts';
import { gatewaysRoutes, gatewayTestsRoutes } from './gateways.ts';
import { inboundRoutes, inboundSettleRoutes } from './inbound.ts';
import { type InstallationRoutesDeps, installationRoutes } from './installation.ts';
import { keyRoutes, keysRoutes } from './keys.ts';
import { messagesRoutes, messagesSearchRoutes } from './messages.ts';
import { optOutRoutes, optOutsRoutes } from './opt-outs.ts';
import { pauseRoutes, resumeRoutes } from './pauses.ts';
import { type PeopleRoutesDeps, peopleRoutes } from './people.ts';
import { planRoutes } from './plan.ts';
import { sourceRoutes, sourceSecretsRoutes, sourcesRoutes } from './sources.ts';
import { statisticsRoutes } from './statistics.ts';
import { templateRoutes, templatesRoutes } from './templates.ts';

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
