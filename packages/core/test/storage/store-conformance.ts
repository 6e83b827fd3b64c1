import { describe, expect, test } from 'vitest';
import type { InstanceStore } from '../../src/storage/instance-store.js';
import { definition } from './definition.js';

/** A store that is empty at first. */
export interface StoreFixture extends AsyncDisposable {
  readonly store: InstanceStore;
  /**
   * Opens what was stored anew, as after a restart, without closing the store before. Left out where
   * nothing is kept.
   */
  readonly reopen?: () => Promise<InstanceStore>;
}

/** What every {@link InstanceStore} must do. Each test gets a fixture of its own. */
export function describeInstanceStore(name: string, open: () => Promise<StoreFixture>): void {
  describe(name, () => {
    test('is empty at first', async () => {
      await using fixture = await open();
      expect(await fixture.store.load()).toEqual([]);
      await fixture.store.close();
    });

    test('gives back each definition just as it was put', async () => {
      await using fixture = await open();
      await fixture.store.load();
      const all = [
        definition('a'),
        definition('b', { command: '/usr/bin/x', options: {}, env: {} }),
      ];
      for (const one of all) await fixture.store.put(one);
      for (const store of await storesOf(fixture)) {
        expect(byName(await store.load())).toEqual(all);
      }
    });

    test('replaces the definition of a name', async () => {
      await using fixture = await open();
      await fixture.store.load();
      await fixture.store.put(definition('a', { port: 1 }));
      await fixture.store.put(definition('b'));
      await fixture.store.put(definition('a', { port: 2 }));
      for (const store of await storesOf(fixture)) {
        expect(byName(await store.load())).toEqual([definition('a', { port: 2 }), definition('b')]);
      }
    });

    test('forgets a definition, and is content when there is none', async () => {
      await using fixture = await open();
      await fixture.store.load();
      await fixture.store.put(definition('a'));
      await fixture.store.put(definition('b'));
      await fixture.store.delete('a');
      await fixture.store.delete('a');
      await fixture.store.delete('never-there');
      for (const store of await storesOf(fixture)) {
        expect(await store.load()).toEqual([definition('b')]);
      }
    });

    test('holds on to nothing that its caller changes later', async () => {
      await using fixture = await open();
      await fixture.store.load();
      const mine = definition('a');
      await fixture.store.put(mine);
      mine.options.threads = 99;
      const [given] = await fixture.store.load();
      expect(given?.options.threads).toBe(4);
      if (given) given.options.threads = 98;
      expect((await fixture.store.load())[0]?.options.threads).toBe(4);
    });

    test('takes any name, those with a meaning elsewhere too', async () => {
      await using fixture = await open();
      await fixture.store.load();
      const names = ['con', 'nul.json', 'a.', 'a..b', '0', 'constructor', 'x'.repeat(64)];
      for (const one of names) await fixture.store.put(definition(one));
      for (const store of await storesOf(fixture)) {
        expect((await store.load()).map((found) => found.name).sort()).toEqual(names.toSorted());
      }
      for (const one of names) await fixture.store.delete(one);
      expect(await fixture.store.load()).toEqual([]);
    });

    test('takes definitions of several names at once', async () => {
      await using fixture = await open();
      await fixture.store.load();
      const all = Array.from({ length: 40 }, (_, n) =>
        definition(`n${String(n).padStart(2, '0')}`),
      );
      await Promise.all(all.map((one) => fixture.store.put(one)));
      for (const store of await storesOf(fixture)) {
        expect(byName(await store.load())).toEqual(all);
      }
    });

    test('keeps large definitions', async () => {
      await using fixture = await open();
      await fixture.store.load();
      const large = definition('a', {
        extra_args: Array.from({ length: 200 }, () => 'é'.repeat(5_000)),
      });
      await fixture.store.put(large);
      for (const store of await storesOf(fixture)) expect(await store.load()).toEqual([large]);
    });
  });
}

/** The store itself, and, if it keeps anything, one that was opened after it. */
async function storesOf({ store, reopen }: StoreFixture): Promise<InstanceStore[]> {
  return reopen ? [store, await reopen()] : [store];
}

function byName<T extends { name: string }>(definitions: readonly T[]): T[] {
  return definitions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
