import { z } from 'zod';
import type { GatewayArguments, InviteArguments, RotateArguments } from './arguments.ts';
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

/** Secret, output and signal, which the process gives to a command and a test may give otherwise. */
interface AdminEnvironment {
  /** The administrator's. */
  readonly token: () => Promise<string>;
  readonly out: ProgressStream;
  readonly signal: AbortSignal;
}

/** The same with time. */
export interface GatewayEnvironment extends AdminEnvironment {
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

const batchSchema = z.object({
  reencrypted: z.int(),
  failed: z.int(),
  column: z.string(),
  cursor: z.string().nullable(),
  boundOnly: z.boolean(),
});

/**
 * Has the service encrypt everything under its first key, batch by batch, and prints a line for each column. It may be
 * stopped at any point: what is done stays done, and another run passes over it.
 * @returns the exit code of the process: 0, or 1 when something could not be opened
 * @throws CommandError when it can't continue; the signal's reason when it is aborted
 */
export async function runRotate(args: RotateArguments, { token, out, signal }: AdminEnvironment): Promise<0 | 1> {
  const call = {
    url: args.url,
    path: '/v1/installation/reencrypt',
    bearer: await token(),
    signal,
    refusal: ({ detail }: { readonly detail: string }) => plain(detail),
    advice: ' What is done stays: run it again.',
  };
  const total = { reencrypted: 0, failed: 0 };
  let ofColumn = 0;
  let wasBound: boolean | undefined;
  for (let cursor: string | null = null; ; ) {
    const batch: z.infer<typeof batchSchema> = await callService({ ...call, body: { cursor } }, batchSchema);
    ofColumn += batch.reencrypted;
    total.reencrypted += batch.reencrypted;
    total.failed += batch.failed;
    const isDone = batch.cursor === null || !batch.cursor.includes(' ');
    if (isDone || out.isTTY) out.write(`${out.isTTY ? '\r' : ''}${plain(batch.column)}: ${ofColumn} encrypted anew`);
    if (isDone) {
      out.write('\n');
      ofColumn = 0;
    }
    cursor = batch.cursor;
    wasBound ??= batch.boundOnly;
    if (cursor === null && batch.boundOnly && !wasBound)
      out.write('Every ciphertext is bound to its row now: any other is refused.\n');
    if (cursor === null) break;
  }
  out.write(`${total.reencrypted} encrypted anew, the others were so already.\n`);
  if (total.failed === 0) return 0;
  out.write(`${total.failed} could not be opened: their key is not configured, or they were changed.\n`);
  return 1;
}

const invitationSchema = z.object({ link: z.string(), expiresAt: z.string() });

/**
 * Has the service make a one-time link, and prints it.
 * @returns the exit code of the process
 * @throws CommandError when no link was made; the signal's reason when it is aborted
 */
export async function runInvite(args: InviteArguments, { token, out, signal }: AdminEnvironment): Promise<0> {
  const { url, authority, email, name, role } = args;
  const owner = authority === null ? 'installation' : `authorities/${authority}`;
  const invitation = await callService(
    {
      url,
      path: `/v1/${owner}/people`,
      bearer: await token(),
      signal,
      body: { email, name, role },
      refusal: ({ detail, errors }) =>
        [detail, ...errors.map((fault) => `${fault.pointer}: ${fault.detail}`)].map(plain).join('\n'),
    },
    invitationSchema,
  );
  out.write(`Hand this link to ${plain(name)}; it works once, until ${invitation.expiresAt}:\n\n`);
  out.write(`  ${plain(invitation.link)}\n`);
  return 0;
}
