import { useFrame } from '../kit/context.tsx';
import { otherOf } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { SET_UP_WORDS } from './words.ts';

/** The sentences of a page around secrets that it shows once. */
export interface OnceWords {
  readonly title: string;
  /** The label of each secret, and the sentences below it. */
  readonly secrets: readonly (readonly [label: string, ...below: string[]])[];
  /** The button that leads on. */
  readonly onward: string;
}

/** The page of secrets that are shown once in the other language: what it says around them. */
export function OnceIn({
  words: { title, secrets, onward },
  path,
}: {
  readonly words: OnceWords;
  /** The page that it leads on to. */
  readonly path: string;
}) {
  const { authority, language: shown } = useFrame();
  const language = otherOf(shown);
  return (
    <>
      <p>
        <strong>{title}</strong>
      </p>
      <p>{SET_UP_WORDS[language].once}</p>
      {secrets.map(([label, ...below]) => (
        <p>
          <strong>{label}</strong>
          {below.map((sentence) => (
            <>
              <br />
              {sentence}
            </>
          ))}
        </p>
      ))}
      <p>
        <a class="button" href={hrefOf(path, authority, { language })}>
          {onward}
        </a>
      </p>
    </>
  );
}
