import type { Experiment } from '../experiment.ts';
import { kills } from './r01-kills.ts';
import { killPoints } from './r03-kill-points.ts';
import { stopped } from './r04-stopped.ts';
import { fourWorkers } from './r05-four-workers.ts';
import { rollingRestart } from './r06-rolling-restart.ts';
import { failOver } from './r07-fail-over.ts';
import { between } from './r08-between.ts';
import { noStandby } from './r09-no-standby.ts';
import { databaseCrashes } from './r10-database-crashes.ts';
import { databaseNetwork } from './r11-database-network.ts';
import { gatewayNetwork } from './r12-gateway-network.ts';
import { garbage } from './r13-garbage.ts';
import { gatewayAway } from './r14-gateway-away.ts';
import { receipts } from './r15-receipts.ts';
import { burstOfReceipts } from './r16-burst-of-receipts.ts';
import { races } from './r17-races.ts';
import { repeats } from './r18-repeats.ts';
import { model } from './r19-model.ts';
import { interleavings } from './r20-interleavings.ts';
import { clockChanges } from './r21-clock-changes.ts';
import { clockSteps } from './r22-clock-steps.ts';
import { noCron } from './r23-no-cron.ts';
import { still } from './r24-still.ts';
import { reports } from './r25-reports.ts';
import { overlaps } from './r26-overlaps.ts';
import { diskFull } from './r27-disk-full.ts';
import { fileDescriptors } from './r29-file-descriptors.ts';
import { poison } from './r31-poison.ts';
import { embedded } from './r32-embedded.ts';
import { migrations } from './r33-migrations.ts';
import { numbers } from './r35-numbers.ts';
import { gatewaySwitch } from './r36-gateway-switch.ts';
import { allAtOnce } from './r37-all-at-once.ts';
import { purge } from './r39-purge.ts';
import { unknownCommits } from './r41-unknown-commits.ts';
import { events } from './r42-events.ts';

/** In the order in which they run. */
export const EXPERIMENTS: readonly Experiment[] = [
  kills,
  killPoints,
  stopped,
  fourWorkers,
  rollingRestart,
  failOver,
  between,
  noStandby,
  databaseCrashes,
  databaseNetwork,
  gatewayNetwork,
  garbage,
  gatewayAway,
  receipts,
  burstOfReceipts,
  races,
  repeats,
  model,
  interleavings,
  clockChanges,
  clockSteps,
  noCron,
  still,
  reports,
  overlaps,
  diskFull,
  fileDescriptors,
  poison,
  embedded,
  migrations,
  numbers,
  gatewaySwitch,
  allAtOnce,
  purge,
  unknownCommits,
  events,
];
