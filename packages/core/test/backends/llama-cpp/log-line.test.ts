import { expect, test } from 'vitest';
import { parseLogLine } from '../../../src/backends/llama-cpp/log-line.js';

test.each([
  ['0.00.018.130 I srv  llama_server: listening', 'info', 'srv  llama_server: listening', 18.13],
  ['12.03.004.005 W careful', 'warn', 'careful', 723_004.005],
  ['0.01.000.000 E wrong ', 'error', 'wrong', 1000],
  ['0.01.000.000 D detail', 'debug', 'detail', 1000],
  ['0.01.000.000 I', 'info', '', 1000],
  ['W without a time', 'warn', 'without a time', null],
  ['\u001b[34m0.00.001.000\u001b[0m \u001b[35mW \u001b[0mcoloured\u001b[0m', 'warn', 'coloured', 1],
  ['{"type":"log","time":18474,"level":"info","msg":"ready\\n"}', 'info', 'ready', 18.474],
  ['{"type":"log","time":1,"level":"error","msg":"a\\nb\\u001b[31mc\\n"}', 'error', 'a\nbc', 0.001],
  [
    '{"type":"log","time":5000,"level":"warn","msg":"cut \\"off\\"\\n and',
    'warn',
    'cut "off"\n and',
    5,
  ],
  [
    '{"type":"fit_memory_breakdown","data":{}}',
    'debug',
    '{"type":"fit_memory_breakdown","data":{}}',
    null,
  ],
  ['{"type":"log"}', 'debug', '{"type":"log"}', null],
  ['{"type":', 'info', '{"type":', null],
  ['{"some":"json"}', 'info', '{"some":"json"}', null],
  ['error: invalid argument: --x', 'error', 'error: invalid argument: --x', null],
  [
    'error while handling argument "-c": stoi',
    'error',
    'error while handling argument "-c": stoi',
    null,
  ],
  [
    'Received second interrupt, terminating immediately.',
    'error',
    'Received second interrupt, terminating immediately.',
    null,
  ],
  [
    "terminate called after throwing an instance of 'x'",
    'error',
    "terminate called after throwing an instance of 'x'",
    null,
  ],
  ['/src/ggml.c:1: GGML_ASSERT(x) failed', 'error', '/src/ggml.c:1: GGML_ASSERT(x) failed', null],
  ['sh: 1: llama-server: not found', 'error', 'sh: 1: llama-server: not found', null],
  ['warn: LLAMA_ARG_X is set', 'warn', 'warn: LLAMA_ARG_X is set', null],
  ['usage:', 'info', 'usage:', null],
  ['', 'info', '', null],
  ['Error handling is fine in E major', 'error', 'Error handling is fine in E major', null],
  ['Errors do not begin so', 'info', 'Errors do not begin so', null],
] as const)('%j', (line, level, message, elapsedMs) => {
  expect(parseLogLine(line)).toEqual({ level, message, elapsedMs });
});

test('bytes of any kind come out as text without control characters', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const lines = [
    bytes.toString('latin1'),
    bytes.toString('utf8'),
    `0.00.000.000 I ${bytes.toString('latin1')}`,
    `{"type":"log","time":1,"level":"info","msg":${JSON.stringify(bytes.toString('latin1'))}}`,
    '{"type":"log","time":1,"level":"info","msg":"half \\ud800 pair"}',
    '\u001b]0;title\u0007 \u001b[2J\u001b[1;1H\u009b31m \u001b',
  ];
  for (const line of lines) {
    const { message } = parseLogLine(line);
    expect(message).not.toMatch(/[^\P{Cc}\t\n]|\p{Cs}/u);
    expect(JSON.parse(JSON.stringify(message))).toBe(message);
  }
});

test('a line of any length is read in a moment', () => {
  const begin = performance.now();
  for (const part of ['\u001b', '\u001b[', '\u001b]0;', 'x: ', '{"type":', '0.', 'a b ', '\\n']) {
    parseLogLine(part.repeat(200_000));
    parseLogLine(`{"type":"log","time":1,"level":"info","msg":"${part.repeat(200_000)}`);
  }
  expect(performance.now() - begin).toBeLessThan(5000);
});
