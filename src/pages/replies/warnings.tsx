import type { Authority } from '../../domain/authority.ts';
import { canBeAnswered } from '../../templates/index.ts';
import type { Frame } from '../kit/context.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { CONTACT_WORDS } from './contact-words.ts';
import { SENDER_WORDS } from './sender-words.ts';
import { REPLIES_WORDS } from './words.ts';

interface WarningsProps {
  readonly frame: Frame;
  readonly authority: Authority;
  /** The visitor may change texts and rules. */
  readonly edits: boolean;
}

/** Reasons why citizens can't answer, or can't phone. */
export function Warnings({ frame, authority, edits }: WarningsProps) {
  const { sender, contactPhone } = authority;
  const contact = CONTACT_WORDS[frame.language];
  return (
    <>
      {!canBeAnswered(sender) && (
        <p class="warning">
          {REPLIES_WORDS[frame.language].nameSender(sender)}{' '}
          <SenderAdvice frame={frame} authority={authority} edits={edits} />
        </p>
      )}
      {contactPhone === null && (
        <p class="warning">
          {contact.none}{' '}
          {edits ? (
            <a href={`${hrefOf('/admin/rules/replies', authority)}#contactPhone`}>{contact.enter}</a>
          ) : (
            contact.ask
          )}
        </p>
      )}
    </>
  );
}

/** The step where nobody can reply to the sender: links for those who may take it, else who may. */
function SenderAdvice({ frame, authority, edits }: WarningsProps) {
  const advice = SENDER_WORDS[frame.language];
  if (!edits) return <>{advice.ask}</>;
  return (
    <>
      {advice.say}
      <a href={hrefOf('/admin/texts', authority)}>{advice.texts}</a>
      {advice.or}
      <a href={`${hrefOf('/admin/rules/sender', authority)}#sender`}>{advice.number}</a>.
    </>
  );
}
