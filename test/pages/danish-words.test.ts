import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

/** Lines of the pages' words, `path: line`, that match. */
const linesWith = (pattern: RegExp, room = '') =>
  sourceFiles(`src/pages${room}`).flatMap(({ path, code }) =>
    code.split('\n').flatMap((line) => (pattern.test(line) ? [`${path}: ${line.trim()}`] : [])),
  );

describe('one Danish word stands for one thing (docs/glossary.md)', () => {
  it('opt-outs alone are lifted: keys are blocked, and sending is resumed', () => {
    const lifted = linesWith(/ophæv/i);
    expect(lifted.length).toBeGreaterThan(5);
    const ofOptOuts = /framelding|\/opt-outs\/|\/citizens\/record-words/i;
    expect(lifted.filter((line) => !ofOptOuts.test(line))).toEqual([]);
  });

  it('events are handed in to a booking system, where an SMS is delivered to a phone', () => {
    const delivered = /(?<!af|ud)lever(?:e|es|et|ing|ingen|inger|ingerne)\b/i;
    expect(['/set-up', '/installation', '/states'].flatMap((room) => linesWith(delivered, room))).toEqual([
      expect.stringContaining('Mobilnettet kunne ikke levere SMS’en.'),
      expect.stringContaining('teleselskabet kunne ikke levere den til telefonen'),
    ]);
    expect(linesWith(/(?<!kunne ikke )aflever.*telefonen/i)).toEqual([]);
  });
});
