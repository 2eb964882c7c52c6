import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { Wordings } from '../dispatch/wording.ts';
import { newId } from '../domain/ids.ts';
import type { Meaning } from '../domain/keywords.ts';
import type { TemplateName } from '../domain/reminder.ts';
import type { InboundEvent, SmsGateway } from '../gateways/gateway.ts';
import type { DatabaseAccess, KeyringAccess, Logging, TemplateAccess } from '../runtime/deps.ts';
import { findAuthority } from '../store/authorities.ts';
import { render, variablesForAnswer } from '../templates/index.ts';
import { insertAnswer } from './answers.sql.ts';
import { answeredSince, type Correspondent } from './inbound.sql.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Who a reply is meant for. `authorities` empty: nobody can be told, so that it counts for the whole installation. */
export interface Scope {
  readonly authorities: readonly Correspondent[];
}

export interface Reply {
  readonly meaning: Meaning;
  /** Whether a STOP or START changed anything: a repetition is not answered. */
  readonly changed: boolean;
  readonly scope: Scope;
  readonly gateway: SmsGateway;
  readonly event: InboundEvent;
  readonly phoneHash: Buffer;
  readonly inboundId: string;
}

/** Plans the answer that a reply gets, if it gets one, in the commit that does what it asked for. */
export async function planAnswer(
  deps: DatabaseAccess & KeyringAccess & TemplateAccess & Logging,
  trx: Transaction<Database>,
  reply: Reply,
  now: Date,
): Promise<void> {
  const name = templateFor(reply);
  const correspondent = reply.scope.authorities[0];
  const sender = reply.event.to ?? correspondent?.senders[0];
  // What came from a name or a short code is a machine's, and nothing can be sent to it.
  if (!name || !sender || !reply.event.from.startsWith('+')) return;
  const authority = correspondent ? await findAuthority(trx, correspondent.authorityId) : undefined;
  const authorityId = authority?.id ?? null;
  const quiet = QUIET_MS[name];
  if (
    quiet &&
    (await answeredSince(trx, {
      phoneHash: reply.phoneHash,
      authorityId,
      template: name,
      since: new Date(now.getTime() - quiet),
    }))
  )
    return;

  const language = correspondent?.language ?? 'da';
  const texts = new Wordings({ ...deps, db: trx });
  if (authority) await texts.load([authority]);
  const template = texts.choose(authority, name, language);
  const rendered = render(template, variablesForAnswer(authority ?? null, authority?.inboundKeyword ?? null));
  if ('refused' in rendered) {
    deps.log.error(
      { template: name, language, refused: rendered.refused },
      'an answer to a citizen could not be rendered',
    );
    return;
  }
  const { cipher } = deps.keyring;
  await insertAnswer(
    trx,
    {
      id: newId(now),
      authorityId,
      inboundId: reply.inboundId,
      template: name,
      language,
      gateway: reply.gateway.id,
      sender,
      phoneCiphertext: cipher.encrypt(authorityId ?? '', 'message.phone', reply.event.from),
      phoneHash: reply.phoneHash,
      textCiphertext: cipher.encrypt(authorityId ?? '', 'message_text.text', rendered.text),
      encoding: rendered.encoding,
      segments: rendered.segments,
      validUntil: new Date(now.getTime() + DAY_MS),
    },
    now,
  );
}

/** At most one such answer in this time: two machines that answer each other must not go on for ever. */
const QUIET_MS: Partial<Record<TemplateName, number>> = { help: HOUR_MS, 'reply-not-read': DAY_MS };

function templateFor({ meaning, changed }: Reply): TemplateName | null {
  switch (meaning) {
    case 'stop':
      return changed ? 'opt-out-confirmed' : null;
    case 'start':
      return changed ? 'opt-in-confirmed' : null;
    case 'help':
      return 'help';
    case 'other':
      return 'reply-not-read';
    // A person reads these, and what the citizen meant is not ours to confirm.
    case 'maybe_stop':
    case 'wrong_number':
      return null;
  }
}
