import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { CommandError } from '../../src/cli/service-call.ts';
import { findToken } from '../../src/cli/source-token.ts';

/** A terminal with this input. */
function terminal(typed: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  input.write(typed);
  const places = {
    environment: undefined,
    file: null,
    input: input as never,
    ...{ name: 'EASYSMS_SOURCE_TOKEN', of: 'source' },
    output: output as never,
    signal: new AbortController().signal,
  };
  return { places, shown: () => String(output.read()) };
}

it('a token typed at the terminal is not shown', async () => {
  const { places, shown } = terminal('est_secret\n');
  expect(await findToken(places)).toBe('est_secret');
  expect(shown()).toBe('Token of the source (not shown): \n');
});

it('Ctrl-C instead of a token ends the question', async () => {
  const { places } = terminal('est_\u0003');
  await expect(findToken(places)).rejects.toThrow('The command needs a token.');
});

it('a token from the environment is not asked for', async () => {
  const { places, shown } = terminal('');
  expect(await findToken({ ...places, environment: ' est_secret\n' })).toBe('est_secret');
  expect(shown()).toBe('null');
});

it('what can be no token is refused, without repeating it', async () => {
  const { places } = terminal('');
  const refused = await findToken({ ...places, environment: 'æble\u0000' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CommandError);
  expect(String(refused)).not.toContain('æble');
});
