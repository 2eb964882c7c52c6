import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { Wordings } from '../dispatch/wording.ts';
import type { Authority, Language } from '../domain/authority.ts';
import { newId } from '../domain/ids.ts';
import { MESSAGE_TEXT } from '../domain/keyring.ts';
import type { Meaning } from '../domain/keywords.ts';
import type { TemplateName } from '../domain/reminder.ts';
import type { InboundEvent, SmsGateway } from '../gateways/gateway.ts';
import type { DatabaseAccess, KeyringAccess, Logging, TemplateAccess } from '../runtime/deps.ts';
import { findAuthority } from '../store/authorities.ts';
import { type Rendered, render, variablesForAnswer } from '../templates/index.ts';
import { insertAnswer } from './answers.sql.ts';
import { answeredSince, type Correspondent } from './inbound.sql.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The authorities that a reply is meant for; none: it counts for the whole installation. */
export interface Scope {
  readonly authorities: readonly Correspondent[];
}

/** A reply that was applied, and may be answered. */
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

/** Plans the answer to a reply, if it gets one, in the transaction that does what the reply asked for. */
export async function planAnswer(
  deps: DatabaseAccess & KeyringAccess & TemplateAccess & Logging,
  trx: Transaction<Database>,
  reply: Reply,
  now: Date,
): Promise<void> {
  const name = templateFor(reply);
  const correspondent = reply.scope.authorities[0];
  const sender = reply.event.to ?? correspondent?.senders[0];
  // A name or a short code is a machine, and nothing can be sent to it.
  if (!name || !sender || !reply.event.from.startsWith('+')) return;
  const authority = correspondent ? await findAuthority(trx, correspondent.authorityId) : undefined;
  const authorityId = authority?.id ?? null;
  if (await answeredLately(trx, reply, authorityId, name, now)) return;

  const language = correspondent?.language ?? 'da';
  const rendered = await renderAnswer({ ...deps, db: trx }, authority, name, language);
  if (!rendered) return;
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
      textCiphertext: cipher.encrypt(authorityId ?? '', MESSAGE_TEXT, rendered.text),
      encoding: rendered.encoding,
      segments: rendered.segments,
      validUntil: new Date(now.getTime() + DAY_MS),
    },
    now,
  );
}

/** Within this time the same answer is sent once: two machines that answer each other must not go on for ever. */
const QUIET_MS: Partial<Record<TemplateName, number>> = { help: HOUR_MS, 'reply-not-read': DAY_MS };

async function answeredLately(
  trx: Transaction<Database>,
  { phoneHash }: Reply,
  authorityId: string | null,
  template: TemplateName,
  now: Date,
): Promise<boolean> {
  const quiet = QUIET_MS[template];
  if (quiet === undefined) return false;
  return answeredSince(trx, { phoneHash, authorityId, template, since: new Date(now.getTime() - quiet) });
}

/** @returns undefined for a text that can't be sent, which is logged */
async function renderAnswer(
  deps: DatabaseAccess & TemplateAccess & Logging,
  authority: Authority | undefined,
  name: TemplateName,
  language: Language,
): Promise<Extract<Rendered, { readonly text: string }> | undefined> {
  const wordings = new Wordings(deps);
  if (authority) await wordings.load([authority]);
  const template = wordings.choose(authority, name, language);
  const rendered = render(template, variablesForAnswer(authority ?? null, authority?.inboundKeyword ?? null));
  if (rendered.refused === undefined) return rendered;
  const { refused } = rendered;
  deps.log.error({ template: name, language, refused }, 'an answer to a citizen could not be rendered');
  return undefined;
}

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
    // A person reads these first: it is not certain yet what there is to confirm.
    case 'maybe_stop':
    case 'wrong_number':
      return null;
  }
}
