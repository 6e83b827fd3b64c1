import fc from 'fast-check';

/** Values that are wrong nearly everywhere: other types, limits, and what tends to break readers. */
const strange = fc.constantFrom<unknown>(
  ...[null, true, false, 0, -0, 1, -1, 0.5, 65_535, 65_536, 1e21, -1e21, 2 ** 53, 3_600.5],
  ...['', ' ', '.', '..', 'a/b', '../../etc/passwd', '-a', 'a\nb', '\u0000', 'é', '😀', '8081'],
  ...['a'.repeat(65), 'a'.repeat(257), 'a'.repeat(4_097), '😀'.repeat(300), '2024-13-40T99:99:99Z'],
  ...[[], [null], [[]], ['a', 1], Array(300).fill('a'), {}, { a: 1 }, { a: { b: [] } }],
);

/** How a value is broken. */
interface Fault {
  /** Which of all places in the value; counted round and round. */
  readonly place: number;
  readonly change: 'replace' | 'remove' | 'add';
  readonly by: unknown;
  readonly name: string;
}

const fault: fc.Arbitrary<Fault> = fc.record({
  place: fc.nat({ max: 50 }),
  change: fc.constantFrom('replace', 'replace', 'remove', 'add'),
  by: strange,
  name: fc.constantFrom('a', 'nmae', 'Name', '', 'pid', 'status', 'constructor', 'x'.repeat(300)),
});

/** Values that were right until something in them was replaced, taken away or added. Some still are right. */
export function brokenOf(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(right, fc.array(fault, { minLength: 1, maxLength: 2 })).map(([value, faults]) => {
    return faults.reduce(breakValue, structuredClone(value));
  });
}

type Holder = Record<string, unknown> | unknown[];

function breakValue(value: unknown, { place, change, by: shared, name }: Fault): unknown {
  const by = structuredClone(shared);
  const places = placesIn(value);
  const chosen = places[place % (places.length + 1)];
  // Beyond the last place is the value as a whole.
  if (chosen === undefined) return change === 'add' && isHolder(value) ? add(value, name, by) : by;
  const { holder, key } = chosen;
  if (change === 'remove') Reflect.deleteProperty(holder, key);
  else if (change === 'add') add(holder, name, by);
  else Reflect.set(holder, key, by);
  return Array.isArray(value) ? value.filter((item) => item !== undefined) : value;
}

function add(holder: Holder, name: string, value: unknown): Holder {
  if (Array.isArray(holder)) holder.push(value);
  else holder[name] = value;
  return holder;
}

function placesIn(value: unknown): { holder: Holder; key: string }[] {
  if (!isHolder(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value, key },
    ...placesIn(inner),
  ]);
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}
