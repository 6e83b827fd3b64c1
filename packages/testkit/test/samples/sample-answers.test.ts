import { type OperationId, operations } from '@llamactl/contract';
import { describe, expect, it } from 'vitest';
import { sampleAnswers, sampleInstance } from '../../src/index.js';

const ids = Object.keys(operations) as OperationId[];

describe('sampleAnswers', () => {
  it.each(ids)('has what %s answers, without a key too much', (id) => {
    expect(operations[id].response.parse(sampleAnswers[id])).toEqual(sampleAnswers[id]);
  });
});

describe('sampleInstance', () => {
  it('is stopped, unless changes say otherwise', () => {
    expect(sampleInstance()).toMatchObject({ status: 'stopped', pid: null, stats: null });
    expect(sampleInstance({ status: 'running', pid: 7 })).toMatchObject({
      name: 'llama2-7b',
      status: 'running',
      pid: 7,
    });
  });
});
