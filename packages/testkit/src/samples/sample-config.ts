import type { Config } from '@llamactl/contract';

/** The configuration of a server whose file says nothing: every default. */
export function sampleConfig(changes: Partial<Config> = {}): Config {
  return {
    server: {
      host: 'localhost',
      port: 8080,
      base_path: '/',
      trusted_proxies: [],
      allowed_hosts: [],
      allowed_origins: [],
    },
    auth: { enabled: false, allow_insecure: false, token_ttl: 86_400 },
    rate_limit: { enabled: true, regular: 100, intensive: 10 },
    instances: {
      host: '127.0.0.1',
      port_range: [8081, 9080],
      startup_timeout: 600,
      stop_timeout: 30,
      health_interval: 30,
      hang_timeout: 600,
      max_running: 0,
      memory_budget: null,
      idle_timeout: 0,
      on_demand: true,
      groups: {},
      on_shutdown: 'stop',
      backend_auth: 'auto',
    },
    models: { roots: [] },
    backends: {
      'llama-cpp': {
        command: 'llama-server',
        args: [],
        env: {},
        allow_options: [],
        allow_env: [],
        allow_command: false,
      },
    },
    logs: { max_file_size: 20_971_520, max_files: 5 },
    metrics: { interval: 2 },
    alerts: { memory_percent: 95, disk_percent: 95 },
    ...changes,
  };
}
