import { expect, test } from 'vitest';
import { NamedInstances } from '../../src/instance/named-instances.js';

test('instances are found whatever the case, and listed in the order of their names', async () => {
  const instances = new NamedInstances();
  for (const name of ['b', 'A', 'c']) instances.add({ name });
  expect(instances.find('a')).toEqual({ name: 'A' });
  expect(instances.sorted().map(({ name }) => name)).toEqual(['A', 'b', 'c']);
  expect(instances.sorted({ only: (name) => name !== 'b' })).toHaveLength(2);
  instances.delete('B');
  expect(() => instances.find('b')).toThrow('There is no instance');
});

test('of two creates of one name the second is refused; after a failed one the name is free', async () => {
  const instances = new NamedInstances();
  const failing = instances.create({ name: 'a' }, () => Promise.reject(new Error('disk full')));
  const second = instances.create({ name: 'A' }, async () => ({ name: 'A' }));
  await expect(second).rejects.toMatchObject({ code: 'INSTANCE_EXISTS' });
  await expect(failing).rejects.toThrow('disk full');
  await instances.create({ name: 'a' }, async () => ({ name: 'a' }));
  const third = instances.create({ name: 'A' }, async () => ({ name: 'A' }));
  await expect(third).rejects.toMatchObject({ code: 'INSTANCE_EXISTS' });
});
