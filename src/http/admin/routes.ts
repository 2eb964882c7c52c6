import { appointmentRoutes, messageRoutes, planRoutes } from './appointments.ts';
import { auditRoutes } from './audit.ts';
import { authorityRoutes } from './authorities.ts';
import { citizenRoutes } from './citizens.ts';
import { deliveryRoutes } from './deliveries.ts';
import { gatewayPriceRoutes, gatewayRoutes, gatewayTestRoutes } from './gateways.ts';
import { inboundRoutes } from './inbound.ts';
import { installationRoutes } from './installation.ts';
import { keyRoutes } from './keys.ts';
import { optOutRoutes } from './opt-outs.ts';
import { pauseRoutes } from './pauses.ts';
import { peopleRoutes } from './people.ts';
import { findingRoutes, sourceRoutes } from './sources.ts';
import { standardAnswerRoutes } from './standard-answers.ts';
import { statisticsRoutes } from './statistics.ts';
import { templateRoutes } from './templates.ts';

/** The routes of the administration API, in the order of the OpenAPI document. */
export const ADMIN_ROUTES = [
  authorityRoutes,
  auditRoutes,
  pauseRoutes,
  keyRoutes,
  peopleRoutes,
  sourceRoutes,
  findingRoutes,
  deliveryRoutes,
  planRoutes,
  appointmentRoutes,
  messageRoutes,
  templateRoutes,
  standardAnswerRoutes,
  optOutRoutes,
  inboundRoutes,
  statisticsRoutes,
  citizenRoutes,
  gatewayRoutes,
  gatewayPriceRoutes,
  gatewayTestRoutes,
  installationRoutes,
].flat();
