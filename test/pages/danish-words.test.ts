import { readdirSync, readFileSync } from 'node:fs';
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
      expect.stringContaining('Teleselskabet kunne ikke levere SMS’en til telefonen.'),
      expect.stringContaining('Teleselskabet kunne ikke levere SMS’en til telefonen.'),
    ]);
    expect(linesWith(/mobilnet/i)).toEqual([]);
    expect(linesWith(/(?<!kunne ikke )aflever.*telefonen/i)).toEqual([]);
  });

  it('what was booked is an appointment, not a time, in the texts that citizens get', () => {
    const folder = new URL('../../templates/da/', import.meta.url);
    const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => /\b(?:din|jeres) tid\b|\btiden\b/i.test(text))).toEqual([]);
  });

  it('what is saved anew is a version, and the text that we ship the standard text', () => {
    expect(linesWith(/udgave|medfølgende|følger med EasySMS/i)).toEqual([]);
  });
});

describe('the words of pages', () => {
  it('name no setting of the environment, which nobody can set there', () => {
    expect(linesWith(/EASYSMS_[A-Z]|PUBLIC_URL|TRUSTED_PROXIES/)).toEqual([]);
  });
});
