import type { Authority, Source } from '../domain/authority.ts';
import type { Question } from './resolve.ts';

/** Whose appointments they are. */
export interface Owner {
  readonly source: Source;
  readonly authority: Authority;
}

/** An element of a request. `index` and `position` tell where it stood; `array`: among several. */
export interface Task extends Question, Owner {
  readonly index: number;
  readonly position: number;
  readonly array: boolean;
}

/** Tells the tasks of one commit apart. */
export function taskKey({ index, position }: Pick<Task, 'index' | 'position'>): string {
  return `${index} ${position}`;
}
