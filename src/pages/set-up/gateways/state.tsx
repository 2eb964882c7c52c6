import type { GatewayView } from '../../../staff/gateways/gateways.ts';
import { momentText } from '../../kit/elements.tsx';
import { STATE_WORDS } from '../../states/state-words.ts';
import type { SetUp } from '../frame.tsx';
import { GATEWAYS_WORDS } from './words.ts';

/** The state of a gateway: in use, or why not and what becomes of that. */
export function GatewayState({
  setUp: { frame, authority },
  gateway: { reason, note, probeAt },
}: {
  readonly setUp: SetUp;
  readonly gateway: GatewayView;
}) {
  const words = GATEWAYS_WORDS[frame.language];
  if (reason === null) return <>{words.inUse}</>;
  const { label, means, todo } = STATE_WORDS[frame.language].out[reason];
  const sentences = [
    `${label}.`,
    means,
    ...(todo ? [todo] : []),
    ...(note ? [`${words.staffSay(note)}.`] : []),
    ...(probeAt ? [`${words.probe(momentText(probeAt, authority.timeZone, frame.language))}.`] : []),
  ];
  return <>{sentences.join(' ')}</>;
}
