import { z } from 'zod';
import type { GatewayArguments } from './arguments.ts';
import type { ProgressStream } from './progress.ts';
import { callService, plain, type ServiceCall } from './service-call.ts';

const madeSchema = z.object({ id: z.string() });
const testSchema = z.object({
  status: z.string(),
  reason: z.string().nullable(),
  code: z.string().nullable(),
  receiptAt: z.string().nullable(),
  repliedAt: z.string().nullable(),
  meaning: z.string().nullable(),
});
type Test = z.infer<typeof testSchema>;

const LOOK_MS = 1_000;

/** A step that is waited for. */
interface TestStep {
  readonly name: string;
  readonly patienceMs: number;
  /** The line that is written once it came; null: it has not. */
  readonly came: (test: Test) => string | null;
  /** The places to look at when it does not come. */
  readonly advice: string;
}

const REFUSED = ['rejected', 'not_sent', 'uncertain'];
const STEPS: readonly TestStep[] = [
  {
    name: 'accepted',
    patienceMs: 30_000,
    came: ({ status, receiptAt }) =>
      receiptAt !== null || ['accepted', 'delivered', 'undelivered'].includes(status) ? 'by the supplier' : null,
    advice:
      'Nothing was handed over. Does a worker run, is sending on (EASYSMS_SENDING), is the database bound to this ' +
      'PUBLIC_URL? The log says why calls to a gateway fail.',
  },
  {
    name: 'receipt',
    patienceMs: 300_000,
    came: ({ status, code, receiptAt }) => (receiptAt === null ? null : [status, code].filter(Boolean).join(', ')),
    advice:
      'No receipt came. Is the phone on? Does the supplier reach PUBLIC_URL, with the address and the token or ' +
      'secret of docs/gateways.md? easysms_callbacks_refused_total counts what did not prove itself.',
  },
  {
    name: 'reply',
    patienceMs: 300_000,
    came: ({ repliedAt, meaning }) => (repliedAt === null ? null : `understood as ${meaning ?? 'other'}`),
    advice:
      'No reply came. A name can not be answered; a number or short code needs its webhook for incoming SMS ' +
      '(docs/gateways.md), and on a shared short code the keyword in front.',
  },
];

/** Secret, output, signal and time, which the process gives to the command and a test may give otherwise. */
export interface GatewayEnvironment {
  /** The administrator's. */
  readonly token: () => Promise<string>;
  readonly out: ProgressStream;
  readonly signal: AbortSignal;
  /** Waits for so many milliseconds. Rejects when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Sends one SMS through a gateway and says each step as it comes: accepted, receipt, reply.
 * @returns the exit code of the process: 0, or 1 when a step did not come
 * @throws CommandError when it can't be sent; the signal's reason when it is aborted
 */
export async function runGatewayTest(args: GatewayArguments, environment: GatewayEnvironment): Promise<0 | 1> {
  const { out, signal } = environment;
  const bearer = await environment.token();
  const { url, gateway, phone, sender } = args;
  const path = `/v1/gateways/${gateway}/tests`;
  const refusal: ServiceCall['refusal'] = ({ detail, errors }) =>
    plain([detail, ...errors.map((fault) => fault.detail)].join(' '));
  const call = { url, bearer, signal, refusal };
  const { id } = await callService({ ...call, path, body: { phone, sender } }, madeSchema);
  const read = () => callService({ ...call, path: `${path}/${id}` }, testSchema);
  out.write(`sent to ${gateway}: answer the SMS once it is there.\n`);
  for (const step of STEPS) {
    const said = await waitFor(step, read, environment);
    if (said === null) {
      out.write(`${step.name}: did not come. ${step.advice}\n`);
      return 1;
    }
    if (typeof said !== 'string') {
      out.write(`${step.name}: no. ${plain([said.status, said.reason, said.code].filter(Boolean).join(', '))}\n`);
      return 1;
    }
    out.write(`${step.name}: ${plain(said)}\n`);
  }
  return 0;
}

/** @returns what is said, the test when the supplier did not take it, or null when it did not come in time */
async function waitFor(step: TestStep, read: () => Promise<Test>, { wait, signal }: GatewayEnvironment) {
  for (let waited = 0; waited < step.patienceMs; waited += LOOK_MS) {
    const test = await read();
    const said = step.came(test);
    if (said !== null) return said;
    if (step.name === 'accepted' && REFUSED.includes(test.status)) return test;
    await wait(LOOK_MS, signal);
  }
  return null;
}
