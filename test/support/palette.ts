import { expect } from 'vitest';
import { STYLE } from '../../src/pages/kit/styles/style.ts';

/** The values of a variable of the style sheet: in the light scheme, on paper too, and in the dark one. */
export function valuesOf(variable: string): readonly [light: string, dark: string] {
  const values = [...STYLE.matchAll(new RegExp(`--${variable}: (#[0-9a-f]+);`, 'g'))].map(([, value = '']) => value);
  const [light = '', dark = ''] = values;
  expect([variable, values]).toEqual([variable, [light, dark]]);
  expect([light, dark].join()).toMatch(/^#(?:[0-9a-f]{3}){1,2},#(?:[0-9a-f]{3}){1,2}$/);
  return [light, dark];
}

/** Relative luminance, as WCAG 2.2 has it. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}
