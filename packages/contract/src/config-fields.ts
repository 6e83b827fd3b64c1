import * as z from 'zod/mini';
import { textSchema } from './primitives.js';

const path = textSchema.check(z.minLength(1), z.maxLength(4096));
const percent = z.number().check(z.minimum(1), z.maximum(100));

export const server = {
  host: z._default(z.string().check(z.minLength(1), z.maxLength(255)), 'localhost').check(
    z.meta({
      description: 'Address or name to listen on; localhost is 127.0.0.1 and ::1.',
    }),
  ),
  port: z
    ._default(z.int().check(z.minimum(0), z.maximum(65_535)), 8080)
    .check(z.meta({ description: 'TCP port; 0 for a free one.' })),
  base_path: z
    ._default(z.string().check(z.regex(/^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*\/?)?$/)), '/')
    .check(z.meta({ description: 'Path in front of every route, as in /llm.' })),
  trusted_proxies: z
    ._default(
      z.array(z.string().check(z.minLength(1), z.maxLength(255))).check(z.maxLength(256)),
      [],
    )
    .check(
      z.meta({
        description:
          'Addresses or networks of reverse proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8.',
      }),
    ),
  allowed_hosts: z._default(z.array(z.string().check(z.minLength(1))), []).check(
    z.meta({
      description:
        'Names in the Host header that are served, beside addresses, localhost and our own. Not looked at while authentication is on.',
    }),
  ),
  allowed_origins: z._default(z.array(z.string().check(z.minLength(1))), []).check(
    z.meta({
      description:
        'Origins of pages that may call the API and open WebSockets, as in https://llm.example.org.',
    }),
  ),
};

export const auth = {
  enabled: z._default(z.boolean(), false).check(
    z.meta({
      description: 'Whether callers must log in or send an API key.',
    }),
  ),
  allow_insecure: z._default(z.boolean(), false).check(
    z.meta({
      description: 'Whether to listen beyond loopback although everybody gets in.',
    }),
  ),
  token_ttl: z._default(z.int().check(z.minimum(60), z.maximum(2_592_000)), 86_400).check(
    z.meta({
      description: 'How long a token is good.',
      'x-unit': 'seconds',
    }),
  ),
};

const limit = z.int().check(z.minimum(1), z.maximum(1_000_000));

export const rateLimit = {
  enabled: z
    ._default(z.boolean(), true)
    .check(z.meta({ description: 'Whether requests are counted.' })),
  regular: z._default(limit, 100).check(
    z.meta({
      description: 'Requests of one credential or address.',
      'x-unit': 'per minute',
    }),
  ),
  intensive: z._default(limit, 10).check(
    z.meta({
      description:
        'Requests of one credential or address that cost much: start, restart, start-all, stop-all, logins, passwords and configuration.',
      'x-unit': 'per minute',
    }),
  ),
};

export const llamaCpp = {
  command: z._default(path, 'llama-server').check(
    z.meta({
      description: 'Executable: a path, or a name to look for in PATH.',
    }),
  ),
  args: z
    ._default(z.array(textSchema), [])
    .check(z.meta({ description: 'Arguments of every instance.' })),
  env: z._default(z.record(z.string(), textSchema), {}).check(
    z.meta({
      description: 'Environment variables of every instance.',
    }),
  ),
  allow_options: z._default(z.array(z.string()), []).check(
    z.meta({
      description: 'Options that are refused otherwise: they run code, write files or download.',
    }),
  ),
  allow_env: z._default(z.array(z.string()), []).check(
    z.meta({
      description: 'Environment variables that instances may set, beside the safe list.',
    }),
  ),
  allow_command: z._default(z.boolean(), false).check(
    z.meta({
      description: 'Whether instances may name an executable of their own.',
    }),
  ),
};

export const models = {
  roots: z._default(z.array(path), []).check(
    z.meta({
      description: 'Folders that models must lie in; empty for anywhere.',
    }),
  ),
};

export const logs = {
  max_file_size: z._default(z.int().check(z.minimum(65_536)), 20_971_520).check(
    z.meta({
      description: 'Size at which the log file of an instance is rotated.',
      'x-unit': 'bytes',
    }),
  ),
  max_files: z._default(z.int().check(z.minimum(1), z.maximum(100)), 5).check(
    z.meta({
      description: 'Log files per instance, the current one included.',
    }),
  ),
};

export const metrics = {
  interval: z._default(z.number().check(z.minimum(0.1), z.maximum(3_600)), 2).check(
    z.meta({
      description: 'Interval of the figures of running instances.',
      'x-unit': 'seconds',
    }),
  ),
};

export const alerts = {
  memory_percent: z._default(percent, 95).check(
    z.meta({
      description: 'Use of memory from which on an alert is raised.',
      'x-unit': 'percent',
    }),
  ),
  disk_percent: z._default(percent, 95).check(
    z.meta({
      description: 'Use of the disk of the data folder from which on an alert is raised.',
      'x-unit': 'percent',
    }),
  ),
};

export const dataDir = z.optional(path).check(
  z.meta({
    description: "Folder for definitions, logs and run records. Default: the platform's own.",
  }),
);
