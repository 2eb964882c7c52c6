/** Two figures of one round: rates (things a second), or the times that something took. */
export interface Round {
  readonly ours: number;
  /** What `ours` is held against. */
  readonly limit: number;
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** One line: the median of the ratios, the least and the most, what is aimed at, and the rates behind them. */
export function report(what: string, rounds: readonly Round[], aim?: number): void {
  const reached = (middle: number) =>
    aim === undefined ? '' : ` [aim ${aim}: ${middle >= aim ? 'reached' : 'missed'}]`;
  line(what, rounds, reached, 'per second', 0);
}

/** The same of what should be small, such as times. */
export function reportAtMost(what: string, rounds: readonly Round[], most: number | undefined, unit: string): void {
  const reached = (middle: number) =>
    most === undefined ? '' : ` [at most ${most}: ${middle <= most ? 'reached' : 'missed'}]`;
  line(what, rounds, reached, unit, 2);
}

/** One figure that is held against nothing but its aim. */
export function reportFigure(what: string, values: readonly number[], unit: string, most?: number): void {
  const middle = medianOf(values);
  const reached = most === undefined ? '' : ` [at most ${most}: ${middle <= most ? 'reached' : 'missed'}]`;
  say(`${short(middle)} ${unit} (${short(Math.min(...values))}–${short(Math.max(...values))})${reached}  ${what}`);
}

function line(
  what: string,
  rounds: readonly Round[],
  reached: (middle: number) => string,
  unit: string,
  digits: number,
): void {
  const ratios = rounds.map(({ ours, limit }) => ours / limit).sort((a, b) => a - b);
  const middle = medianOf(ratios);
  const [least, most] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
  const figures = rounds.map(({ ours, limit }) => `${ours.toFixed(digits)} / ${limit.toFixed(digits)}`).join(', ');
  say(`${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})${reached(middle)}  ${what}; ${unit}: ${figures}`);
}

const short = (value: number): string => value.toFixed(value < 10 ? 3 : value < 100 ? 1 : 0);

export const medianOf = (values: readonly number[]): number => shareOf(values, 0.5);

/** The value that such a part of them doesn't exceed. @param part 0.99 for the 99th percentile */
export function shareOf(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
