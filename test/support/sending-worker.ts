import { Agent, request } from 'undici';
import { openDatabase } from '../../src/database/connect.ts';
import { recover } from '../../src/dispatch/processes.ts';
import { Cipher, Keyring } from '../../src/domain/keyring.ts';
import type { OutboundSms, SendResult } from '../../src/gateways/gateway.ts';
import { ScriptedGateway } from './gateway.ts';
import { startSending } from './sending.ts';

/** Hands over as the service does, over HTTP, until it is killed. Its clock stands still. */
const { DATABASE_URL = '', GATEWAY_URL = '', KEYS = '', NOW = '', CONCURRENCY = '' } = process.env;

class HttpGateway extends ScriptedGateway {
  readonly #agent = new Agent({ connections: Number(CONCURRENCY), pipelining: 1 });

  override async send(sms: OutboundSms): Promise<SendResult> {
    const { statusCode, body } = await request(GATEWAY_URL, {
      method: 'POST',
      body: JSON.stringify(sms),
      dispatcher: this.#agent,
    });
    await body.dump();
    return statusCode === 200
      ? { kind: 'accepted', gatewayMessageId: null, segments: null }
      : { kind: 'uncertain', code: String(statusCode), detail: '' };
  }
}

const [encryption, lookup, patient] = KEYS.split(' ').map((key) => Buffer.from(key, 'base64')) as [
  Buffer,
  Buffer,
  Buffer,
];
const keyring = new Keyring(new Cipher([{ id: 'test', bytes: encryption }]), lookup, patient);
const clock = { now: new Date(NOW) };
const { db } = await openDatabase({ databaseUrl: DATABASE_URL });
const { deps, dispatcher } = startSending(
  { db },
  { gateway: new HttpGateway(), keyring, clock, concurrency: Number(CONCURRENCY) },
);
console.log('ready');
for (;;) {
  if ((await recover(deps, clock.now)) > 0) dispatcher.suspectPoison();
  await dispatcher.drain();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
