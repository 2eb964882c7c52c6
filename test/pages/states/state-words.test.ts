import { describe, expect, it } from 'vitest';
import { STATUSES } from '../../../src/domain/appointment.ts';
import { EVENT_TYPES, REMINDER_EVENT_REASONS } from '../../../src/domain/events/event.ts';
import { MESSAGE_STATUSES, REMINDER_STATUSES } from '../../../src/domain/reminder.ts';
import { PAGE_LANGUAGES } from '../../../src/pages/kit/language.ts';
import {
  appointmentWords,
  messageWords,
  REMINDER_WORDS,
  reminderWords,
  STATE_WORDS,
  type StateWords,
} from '../../../src/pages/states/state-words.ts';
import { STATISTICS_WORDS } from '../../../src/pages/statistics/words.ts';
import { sourceFiles } from '../../support/source-files.ts';

/** Reasons of events, opt-outs and gateways, which no reminder has, and types and names of columns. */
const OTHERS = ['staff', 'booking_system', 'gateway', 'reply', 'other', 'down', 'text', 'reason'];

const ROOMS = /^src\/(?:dispatch|store|staff|receipts|operations|intake|opt-outs|domain)\//;

/** Words that the code writes as the reason of a reminder or a message, in SQL and in TypeScript. */
function writtenReasons(): string[] {
  const text = sourceFiles('src')
    .map(({ path, code }) => (ROOMS.test(path) ? code : ''))
    .join('\n');
  const reasons = [...text.matchAll(/\b(?:held_)?reason(?: =|:) '([a-z_]+)'/g)].map(([, reason]) => reason ?? '');
  return [...new Set(reasons)];
}

describe.each(PAGE_LANGUAGES)('words of states in %s', (language) => {
  const { statuses, held, reasons } = REMINDER_WORDS[language];
  const known = new Set<string>([held, ...Object.values(reasons)].flatMap((words) => Object.keys(words)));

  it('has words for every status of a reminder, a message and an appointment', () => {
    for (const status of REMINDER_STATUSES)
      expect(reminderWords(language, { status, reason: null }).label).toBeTruthy();
    for (const status of MESSAGE_STATUSES) expect(messageWords(language, { status, reason: null }).label).toBeTruthy();
    for (const status of STATUSES) expect(appointmentWords(language, status).label).toBeTruthy();
    for (const type of EVENT_TYPES) expect(STATE_WORDS[language].events[type].label).toBeTruthy();
  });

  it('has words for every reason that the code gives a reminder, and that a booking system is told', () => {
    const written = writtenReasons().filter((reason) => !OTHERS.includes(reason));
    expect(written).toContain('reply_cancel');
    expect([...REMINDER_EVENT_REASONS, ...written].filter((reason) => !known.has(reason))).toEqual([]);
  });

  it('shows no bare code, and ends every explanation as a sentence', () => {
    const others = STATE_WORDS[language];
    const lists: readonly Readonly<Record<string, StateWords>>[] = [
      ...[statuses, held, ...Object.values(reasons)],
      ...[others.appointments, others.events, others.deliveries, others.endpoints, others.out],
      { notSent: REMINDER_WORDS[language].notSent, replaced: REMINDER_WORDS[language].replaced },
      { replaced: others.replaced },
    ];
    const all = lists.flatMap((words) => Object.values(words));
    expect(all.filter(({ label, means }) => /_|undefined/.test(label + means))).toEqual([]);
    expect(all.filter(({ means, todo }) => !/[.!]$/.test(means) || !/[.!]$/.test(todo ?? '.'))).toEqual([]);
  });
});

it('says of a reminder that was left out for a good reason that nothing has to be done', () => {
  const nothing = { da: 'Der skal ikke gøres noget', en: 'Nothing has to be done' };
  for (const language of PAGE_LANGUAGES) {
    const { booked_late: bookedLate, too_close: tooClose } = REMINDER_WORDS[language].reasons.expired;
    for (const { means, todo } of [bookedLate, tooClose]) {
      expect(means).toContain(nothing[language]);
      expect(todo).toBeUndefined();
    }
  }
});

it('marks each next step that names who takes it, who need not be the reader', () => {
  const who =
    /^(?:En administrator|En sagsbehandler|An administrator|An operator|Driften skal|The operations team|Den, der|Whoever)/;
  for (const language of PAGE_LANGUAGES) {
    const steps = stepsIn([REMINDER_WORDS[language], STATE_WORDS[language]]);
    expect(steps.length).toBeGreaterThan(30);
    expect(steps.filter(({ todo, namesWho = false }) => who.test(todo ?? '') !== namesWho)).toEqual([]);
  }
});

/** The states within that have a next step. */
function stepsIn(words: object): StateWords[] {
  const within = Object.values(words).flatMap((each) => (typeof each === 'object' ? stepsIn(each) : []));
  return 'todo' in words ? [words as StateWords, ...within] : within;
}

it('says why a planned reminder waits, and forgets it once it has gone', () => {
  const held = { reason: null, heldReason: 'reply_cancel' };
  expect(reminderWords('da', { status: 'planned', ...held }).label).toBe('Venter: borgeren har meldt afbud');
  expect(reminderWords('da', { status: 'delivered', ...held }).label).toBe('Modtaget');
});

it('falls back to the status for a reason that it does not know', () => {
  expect(reminderWords('en', { status: 'suppressed', reason: 'toString' }).label).toBe('Not sent');
});

/** States whose reasons each have a label of their own. */
const WITH_REASONS = ['undelivered', 'rejected', 'expired', 'suppressed', 'cancelled'] as const;

it.each(PAGE_LANGUAGES)('calls a state by one word, with its reason and in statistics, too, in %s', (language) => {
  const { statuses, reasons, reported, replaced } = REMINDER_WORDS[language];
  const { columns, series } = STATISTICS_WORDS[language];
  const others: string[] = [];
  for (const status of WITH_REASONS) {
    const { label } = statuses[status];
    expect(columns[status]).toBe(label);
    for (const each of Object.values(reasons[status])) if (!isOf(each.label, label)) others.push(each.label);
  }
  expect(others).toEqual([]);
  expect(isOf(reported.label, statuses.suppressed.label)).toBe(true);
  expect(isOf(replaced.label, statuses.cancelled.label)).toBe(true);
  // The bar of several states has the name of none of them.
  expect(Object.values(statuses).map((each) => each.label)).not.toContain(series.unsent);
});

/** True for the label of a state with or without what follows from its reason. */
function isOf(label: string, state: string): boolean {
  return label === state || [': ', ' af ', ' by '].some((link) => label.startsWith(`${state}${link}`));
}
