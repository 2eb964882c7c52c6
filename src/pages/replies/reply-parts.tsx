import type { Child } from 'hono/jsx';
import type { RemindersOfReply } from '../../staff/replies/reminders-of-reply.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import { useFrame } from '../kit/context.tsx';
import { momentText } from '../kit/elements.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { whyMissing } from '../states/unreadable-words.ts';
import { REPLIES_WORDS } from './words.ts';

/** A reply, and what a list of replies says of each. */
export interface CardProps {
  readonly reply: InboundView;
  /** undefined: the reply waits for nobody. */
  readonly reminders: RemindersOfReply | undefined;
  /** The id of the reply behind it. */
  readonly next: string | undefined;
  readonly authority: PageAuthority;
  /** Fields that lead back to the same part of the list. */
  readonly kept: Readonly<Record<string, string>>;
  /** The reply whose appointment has to be chosen before it is settled so; null: none was settled without. */
  readonly choose: string | null;
  /** The visitor may settle it. */
  readonly settles: boolean;
  /** Links beside the decisions about it. */
  readonly links?: Child;
}

/** The SMS that a reply answers; nothing where there is none. */
export function Answered({ reply, authority: { timeZone } }: CardProps) {
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  const { answered } = reply;
  if (!answered) return null;
  return (
    <p>
      {words.answers}: {answered.text ?? whyMissing(reply, 'text', language, words.smsErased)}
      {answered.at && ` (${momentText(answered.at, timeZone, language)})`}
    </p>
  );
}
