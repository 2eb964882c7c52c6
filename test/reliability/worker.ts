import '../../src/utc.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { startService } from '../../src/service.ts';
import { type FailPoint, FailPoints, type NthStatement } from './fail-points.ts';
import type { GatewayKind } from './gateway-protocol.ts';
import { hideOtherProcesses } from './hidden-processes.ts';
import { GATEWAY_ID, OTHER_GATEWAY_ID, ProvableGateway } from './provable-gateway.ts';

/**
 * The whole service with the provable gateway, behind another one if OTHER_GATEWAY_URL is set, until it is killed. Its
 * clock can be moved on from outside, as the whole world's is, and it can be told to die at a point, or at FAIL_AT and
 * over the reminder DEADLY from its start on. With SEES_NOBODY it takes itself for the only process.
 */
const {
  GATEWAY_URL = '',
  OTHER_GATEWAY_URL = '',
  GATEWAY_KIND = '',
  GATEWAY_PER_SECOND = '',
  GATEWAY_MAX_PER_CALL = '1',
  OFFSET_MS = '0',
  FAIL_AT = '',
  DEADLY = '',
  SEES_NOBODY = '',
  ...settings
} = process.env;
const world = { offsetMs: Number(OFFSET_MS) };
const failPoints = new FailPoints();
failPoints.watchStatements();
if (FAIL_AT !== '') failPoints.arm(FAIL_AT as FailPoint);
if (DEADLY !== '') failPoints.poison(DEADLY);
if (SEES_NOBODY !== '') hideOtherProcesses();
process.on(
  'message',
  (message: { offsetMs?: number; failAt?: FailPoint; deadly?: string; failBefore?: NthStatement | null }) => {
    if (message.offsetMs !== undefined) world.offsetMs = message.offsetMs;
    if (message.failAt !== undefined) failPoints.arm(message.failAt);
    if (message.deadly !== undefined) failPoints.poison(message.deadly);
    if (message.failBefore !== undefined) failPoints.armNth(message.failBefore);
  },
);
process.on('disconnect', () => process.exit(0));

const kind = GATEWAY_KIND as GatewayKind;
const perSecond = GATEWAY_PER_SECOND === '' ? null : Number(GATEWAY_PER_SECOND);
const maxPerCall = Number(GATEWAY_MAX_PER_CALL);
const own = new ProvableGateway(GATEWAY_URL, kind, failPoints.calls, GATEWAY_ID, perSecond, maxPerCall);
const config = readConfig({ ...settings, EASYSMS_GATEWAYS: 'provable' });
const service = await startService({
  config,
  gateways:
    OTHER_GATEWAY_URL === '' ? [own] : [new ProvableGateway(OTHER_GATEWAY_URL, kind, null, OTHER_GATEWAY_ID), own],
  log: createLogger(config.logLevel),
  clock: { now: () => new Date(Date.now() + world.offsetMs), monotonic: () => performance.now() },
});
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
process.send?.({ url: service.url });
