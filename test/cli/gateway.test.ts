import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type GatewayEnvironment, runGatewayTest } from '../../src/cli/admin-commands.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import type { DeliveryEvent, InboundEvent, RawCallback } from '../../src/gateways/gateway.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { listen, openTestApp, type TestApp } from '../support/app.ts';
import { REJECTED, ScriptedGateway } from '../support/gateway.ts';
import { runCommand } from './command.ts';

const PHONE = '+4520304050';

/** A supplier whose receipts and replies are JSON. */
class OwnGateway extends ScriptedGateway {
  override readReceipts({ body }: RawCallback): readonly DeliveryEvent[] {
    const { reference } = JSON.parse(Buffer.from(body).toString()) as { reference: string };
    const none = { gatewayMessageId: null, cause: null, at: null, segments: null };
    return [{ ...none, reference, state: 'delivered', code: 'DELIVRD' }];
  }

  override readInbound({ body }: RawCallback): readonly InboundEvent[] {
    const { text } = JSON.parse(Buffer.from(body).toString()) as { text: string };
    return [{ gatewayMessageId: text, from: PHONE, to: '1204', text, at: null }];
  }
}

let app: TestApp;
let gateway: OwnGateway;
let url: string;
let stop: () => void;
beforeAll(async () => {
  gateway = new OwnGateway();
  app = await openTestApp('embedded', { gateways: [gateway] });
  ({ url, stop } = await listen(app));
});
afterAll(async () => {
  stop();
  await app.close();
});

let said: string;
beforeEach(() => {
  said = '';
});

/** Steps that happen while the command waits, one after another. */
function environment(...happens: (() => Promise<unknown>)[]): GatewayEnvironment {
  return {
    token: async () => app.adminToken,
    out: {
      isTTY: false,
      write: (text: string) => {
        said += text;
        return true;
      },
    },
    signal: new AbortController().signal,
    wait: async () => {
      await happens.shift()?.();
    },
  };
}
const handOver = () => sendAnswers(app.deps, new GatewayCaller(gateway, app.deps));
const post = async (kind: string, body: object) => {
  const path = `/v1/callbacks/scripted/${kind}?token=test-token`;
  await app.request(path, { token: null, method: 'POST', body: JSON.stringify(body) });
  await app.deps.receipts.idle();
};
const args = { command: 'gateway', phone: PHONE, gateway: 'scripted', sender: '1204', tokenFile: null } as const;

it('says each step as it comes', async () => {
  const receive = () => post('receipts', { reference: gateway.sent.at(-1)?.reference });
  const reply = () => post('inbound', { text: 'Hej' });
  expect(await runGatewayTest({ ...args, url }, environment(handOver, receive, reply))).toBe(0);
  expect(said).toBe(
    'sent to scripted: answer the SMS once it is there.\n' +
      'accepted: by the supplier\nreceipt: delivered, DELIVRD\nreply: understood as other\n',
  );
  expect(gateway.sent.at(-1)).toMatchObject({ to: PHONE, from: '1204', encoding: 'gsm7' });
});

it('says what the supplier said when it does not take the SMS', async () => {
  gateway.script(REJECTED);
  expect(await runGatewayTest({ ...args, url }, environment(handOver))).toBe(1);
  expect(said).toMatch(/accepted: no\. rejected, /);
});

it.each([
  ['accepted', []],
  ['receipt', [handOver]],
])('says what to look at when no %s comes', async (step, happens) => {
  gateway.script({ kind: 'accepted', gatewayMessageId: null, segments: null });
  expect(await runGatewayTest({ ...args, url }, environment(...happens))).toBe(1);
  expect(said).toContain(`${step}: did not come. `);
  expect(said).not.toContain(PHONE);
});

it('is refused where the gateway does not exist, without a phone number, and without the token', async () => {
  const run = (more: readonly string[], token = app.adminToken) =>
    runCommand(['gateway', 'test', ...more, '--url', url], { EASYSMS_ADMIN_TOKEN: token });
  const at = (name: string) => ['--gateway', name, '--sender', '1204'];
  expect((await run([PHONE, ...at('acme')])).err).toContain('gateway');
  expect((await run(['nobody', ...at('scripted')])).err).toContain('This is not a phone number.');
  expect((await run([PHONE, ...at('scripted')], 'wrong')).code).toBe(2);
  expect((await run([PHONE])).err).toContain('Usage: easysms gateway test');
});
