import { SimulatorGateway } from '../../../src/gateways/simulator.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';

export const PHONE = '+4520304050';

/** An application whose simulator reports to it, as in the running service. */
export interface SimulatedPhones {
  readonly test: TestApp;
  readonly simulator: SimulatorGateway;
  /** An SMS reaches a phone. */
  arrive(text: string, to?: string): Promise<void>;
}

export async function openSimulatedPhones(): Promise<SimulatedPhones> {
  const test = await openTestApp();
  const [simulator] = test.deps.gateways;
  if (!(simulator instanceof SimulatorGateway)) throw new Error('the simulator was expected');
  simulator.connect(async (request) => test.app.fetch(request));
  let references = 0;
  const arrive = async (text: string, to = PHONE) => {
    const reference = `r${++references}`;
    const sms = { reference, to, from: 'Sundhed', text, encoding: 'gsm7', validUntil: test.clock.now } as const;
    await simulator.send(sms, { signal: new AbortController().signal });
  };
  return { test, simulator, arrive };
}
