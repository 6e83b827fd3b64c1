import { createMemoryStore } from '../../src/storage/memory-store.js';
import { describeInstanceStore } from './store-conformance.js';

describeInstanceStore('a memory store', async () => ({
  store: createMemoryStore(),
  async [Symbol.asyncDispose]() {},
}));
