import { canBeAnswered } from '../../templates/index.ts';
import { useFrame } from '../kit/context.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual } from '../kit/words.ts';

const WORDS = bilingual({
  da: {
    nameSender: (sender: string) =>
      `Afsenderen »${sender}« er et navn, og det kan man ikke svare på: borgerne kan hverken framelde sig eller ` +
      'melde afbud ved at svare.',
    say: 'Skriv i ',
    texts: 'teksterne',
    or: ', hvordan man framelder sig, eller ',
    number: 'brug et nummer som afsender',
    ask: 'En administrator kan skrive i teksterne, hvordan man framelder sig, eller bruge et nummer som afsender.',
    noContact: 'Myndigheden har intet telefonnummer, så SMS’erne siger ikke, hvor man ringer hen for at melde afbud.',
    enterContact: 'Skriv et nummer',
    askContact: 'En administrator kan skrive det under »Regler«, »Svar og afbud«.',
  },
  en: {
    nameSender: (sender) =>
      `The sender “${sender}” is a name, which nobody can reply to: citizens can neither opt out nor cancel by ` +
      'a reply.',
    say: 'Say in ',
    texts: 'the texts',
    or: ' how to opt out, or ',
    number: 'use a number as the sender',
    ask: 'An administrator can say in the texts how to opt out, or use a number as the sender.',
    noContact: 'The authority has no phone number, so its SMS do not say where to call to cancel.',
    enterContact: 'Enter a number',
    askContact: 'An administrator can enter one under “Rules”, “Replies and cancellations”.',
  },
});

interface WarningsProps {
  readonly authority: PageAuthority;
  /** The visitor may change texts and rules. */
  readonly edits: boolean;
}

/** Reasons why citizens can't answer, or can't phone. */
export function Warnings({ authority, edits }: WarningsProps) {
  const words = WORDS[useFrame().language];
  const { sender, contactPhone } = authority;
  return (
    <>
      {!canBeAnswered(sender) && (
        <p class="warning">
          {words.nameSender(sender)} <SenderAdvice authority={authority} edits={edits} />
        </p>
      )}
      {contactPhone === null && (
        <p class="warning">
          {words.noContact}{' '}
          {edits ? (
            <a href={`${hrefOf('/admin/rules/replies', authority)}#contactPhone`}>{words.enterContact}</a>
          ) : (
            words.askContact
          )}
        </p>
      )}
    </>
  );
}

/** The step where nobody can reply to the sender: links for those who may take it, else who may. */
function SenderAdvice({ authority, edits }: WarningsProps) {
  const words = WORDS[useFrame().language];
  if (!edits) return <>{words.ask}</>;
  return (
    <>
      {words.say}
      <a href={hrefOf('/admin/texts', authority)}>{words.texts}</a>
      {words.or}
      <a href={`${hrefOf('/admin/rules/sender', authority)}#sender`}>{words.number}</a>.
    </>
  );
}
