import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createTurnstile } from './turnstile.js';

/** Makes and checks hashes of passwords. */
export interface Passwords {
  /** A hash that carries its own salt and cost, as in `$scrypt$ln=16,r=8,p=2$SALT$KEY`. */
  hash(password: string): Promise<string>;
  /** Whether it is the password of a hash. Of no hash it never is, which takes as long to find out. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
}

interface Cost {
  /** Binary logarithm of the iterations. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 64 MiB and some 0.3 s; as hard to guess as 2^17 with p=1, in half the memory. */
const cost: Cost = { ln: 16, r: 8, p: 2 };
const keyBytes = 32;
/** They also take threads that files are read with. */
const atOnce = 2;
/** What names without a user are checked against. */
const nobody = format(cost, Buffer.alloc(16), Buffer.alloc(keyBytes));

/** Passwords of one server: at most two are worked on at the same time. */
export function createPasswords(): Passwords {
  const pass = createTurnstile(atOnce);
  const derive = (password: string, salt: Buffer, of: Cost, bytes: number) =>
    pass(() => deriveKey(password.normalize('NFKC'), salt, bytes, toScryptOptions(of)));
  return {
    async hash(password) {
      const salt = randomBytes(16);
      return format(cost, salt, await derive(password, salt, cost, keyBytes));
    },
    async matches(password, hash = nobody) {
      const parts = parse(hash);
      if (!parts) return false;
      const key = await derive(password, parts.salt, parts.cost, parts.key.length);
      return timingSafeEqual(key, parts.key) && hash !== nobody;
    },
  };
}

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

function toScryptOptions({ ln, r, p }: Cost): ScryptOptions {
  const N = 2 ** ln;
  return { N, r, p, maxmem: 256 * N * r };
}

function format({ ln, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

function parse(hash: string) {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([^$]+)\$([^$]+)$/.exec(hash);
  if (!match) return undefined;
  const [, ln, r, p, salt = '', key = ''] = match;
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}
