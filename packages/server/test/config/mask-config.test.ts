import { configFileSchema } from '@llamactl/contract';
import { describe, expect, it } from 'vitest';
import { maskConfig } from '../../src/config/mask-config.js';
import { readSettings } from '../../src/config/read-settings.js';

const mask = '********';
const defaults = configFileSchema.parse({});

function maskedBackend(backend: object) {
  const config = { ...defaults, backends: { 'llama-cpp': backend } };
  return maskConfig(config, []).backends['llama-cpp'];
}

describe('maskConfig', () => {
  it.each([
    ['--api-key', 'abc', '--api-key', mask],
    ['--hf-token', 'abc', '--hf-token', mask],
    ['-hft', 'abc', '-hft', mask],
    ['--api-key=abc', '--x', `--api-key=${mask}`, '--x'],
    ['--api-key-file', '/run/key', '--api-key-file', '/run/key'],
    ['--cors-credentials', '--metrics', '--cors-credentials', '--metrics'],
    ['--image-max-tokens', '5', '--image-max-tokens', '5'],
    ['-m', 'https://me:geheim@h/x', '-m', `https://me:${mask}@h/x`],
    ['-m', 'https://me:ge@heim@h/x', '-m', `https://me:${mask}@h/x`],
    [
      '-m',
      'https://h/x?a=1&access_token=abc&b=2',
      '-m',
      `https://h/x?a=1&access_token=${mask}&b=2`,
    ],
    ['-x', '{"url": "u", "apiKey": "abc"}', '-x', `{"url": "u", "apiKey": "${mask}"}`],
    ['-x', 'Authorization: Bearer abc.def', '-x', `Authorization: Bearer ${mask}`],
    ['-x', 'hf_abcdefghijklmnopqrst', '-x', mask],
    ['-x', 'eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl', '-x', mask],
    ['-x', 'plain:text@here', '-x', 'plain:text@here'],
  ])('S22: shows the arguments %s %s as %s %s', (flag, value, shownFlag, shownValue) => {
    expect(maskedBackend({ args: [flag, value] })).toEqual({ args: [shownFlag, shownValue] });
    // What is shown can be shown again.
    expect(maskedBackend({ args: [shownFlag, shownValue] })).toEqual({
      args: [shownFlag, shownValue],
    });
  });

  it('S22: shows only variables that are known to be harmless', () => {
    expect(
      maskedBackend({
        env: { CUDA_VISIBLE_DEVICES: '0', HF_HOME: '/hf', HF_TOKEN: 'a', OTHER: 'b' },
      }),
    ).toEqual({
      env: { CUDA_VISIBLE_DEVICES: '0', HF_HOME: '/hf', HF_TOKEN: mask, OTHER: mask },
    });
  });

  it('S22: masks what came out of variables that sound secret', () => {
    const text = `
backends: { llama-cpp: { args: [-a, "x\${MY_PASSWORD}", -b, "\${PLAIN}", &k "\${API_KEY:-none}", *k] } }
server: { allowed_hosts: ["\${PLAIN}"] }`;
    const { config, secretPaths } = readSettings({
      file: { path: 'llamactl.yaml', text },
      environment: { MY_PASSWORD: 'geheim', PLAIN: 'plain' },
    });
    expect(maskConfig(config, secretPaths)).toMatchObject({
      backends: { 'llama-cpp': { args: ['-a', mask, '-b', 'plain', mask, mask] } },
      server: { allowed_hosts: ['plain'] },
    });
  });

  it('leaves a configuration without secrets as it is', () => {
    expect(maskConfig(defaults, [])).toEqual(defaults);
  });
});
