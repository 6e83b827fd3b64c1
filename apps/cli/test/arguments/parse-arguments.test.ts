import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/arguments/parse-arguments.js';

describe('parseArguments', () => {
  it.each([
    ['--server http://h stop x --timeout 5 --json'],
    ['stop --server=http://h --timeout=5 --json x'],
    ['--json stop --server http://h x --timeout 5'],
    ['stop --json --server http://h --timeout 5 -- x'],
  ])('takes flags anywhere: %s', (line) => {
    const request = parseArguments(line.split(' '));
    if (request.kind !== 'run') return expect.unreachable();
    const { command, words, flags } = request;
    expect({ command: command.name, words }).toEqual({ command: 'stop', words: ['x'] });
    expect(flags.text('server')).toBe('http://h');
    expect(flags.number('timeout', { min: 0, max: 9, integer: true })).toBe(5);
    expect(flags.has('json')).toBe(true);
    expect(flags.has('force')).toBe(false);
  });

  it('takes the last of several values, and all of them as a list', () => {
    const request = parseArguments(['logs', 'x', '-n5', '-n', '6', '--lines=7']);
    if (request.kind !== 'run') return expect.unreachable();
    expect(request.flags.text('lines')).toBe('7');
    expect(request.flags.list('lines')).toEqual(['5', '6', '7']);
  });

  it('takes a value that begins with a dash behind =', () => {
    const request = parseArguments(['create', 'x', '--model=-m']);
    if (request.kind !== 'run') return expect.unreachable();
    expect(request.flags.text('model')).toBe('-m');
  });
});
