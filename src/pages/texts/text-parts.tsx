import { type Fault, notFound } from '../../domain/errors.ts';
import { TEMPLATE_NAMES, type TemplateName } from '../../domain/reminder.ts';
import type { DiffPart } from '../../domain/text/word-diff.ts';
import { useFrame } from '../kit/context.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { TEXTS_WORDS } from './words.ts';

/** The template that an address names. @throws Problem 404 for an unknown one */
export function nameOf({ name: named }: Readonly<Record<string, string>>): TemplateName {
  const name = TEMPLATE_NAMES.find((each) => each === named);
  if (!name) throw notFound('template');
  return name;
}

/** The sentence of a page for what is wrong with a text, with its place where that is known. */
export function faultText(language: PageLanguage, { code, line, column }: Fault): string {
  const words = TEXTS_WORDS[language];
  const sentence = words.faults[code] ?? words.otherFault;
  const isEmpty = code === 'empty' || code === 'emptied';
  if (line !== undefined && column !== undefined && !isEmpty) return words.at(line, column) + sentence;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Two texts in one: what left it is struck out, what came is underlined, and both are said to a screen reader. */
export function Difference({ parts }: { readonly parts: readonly DiffPart[] }) {
  const words = TEXTS_WORDS[useFrame().language];
  return (
    <p class="difference">
      {parts.map(({ kind, text }) => {
        if (kind === 'same') return text;
        const Changed = kind === 'added' ? 'ins' : 'del';
        return (
          <Changed>
            <span class="unseen">{kind === 'added' ? words.added : words.removed}: </span>
            {text}
          </Changed>
        );
      })}
    </p>
  );
}
