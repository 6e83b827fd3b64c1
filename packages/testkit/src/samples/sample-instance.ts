import type { InstanceDetails } from '@llamactl/contract';

/** An instance as a server shows it, stopped; `changes` makes it another one. */
export function sampleInstance(changes: Partial<InstanceDetails> = {}): InstanceDetails {
  return {
    name: 'llama2-7b',
    backend: 'llama-cpp',
    model_path: '/models/llama-2-7b.gguf',
    port: 8081,
    options: { threads: 4, context_size: 2048, gpu_layers: 0 },
    env: {},
    command: null,
    extra_args: [],
    aliases: [],
    on_demand: null,
    idle_timeout: null,
    group: null,
    pinned: false,
    held: false,
    auto_port: false,
    autostart: false,
    restart_policy: 'on_failure',
    created_at: '2024-01-15T10:30:00Z',
    updated_at: '2024-01-15T12:45:00Z',
    status: 'stopped',
    pid: null,
    failure: null,
    last_exit: null,
    restarts: 0,
    next_restart_at: null,
    stats: null,
    ...changes,
  };
}
