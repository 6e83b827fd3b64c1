import type { InstanceDefinition } from '@llamactl/contract';

/** A definition with all fields, to be stored. */
export function definition(
  name: string,
  changes: Partial<InstanceDefinition> = {},
): InstanceDefinition {
  return {
    name,
    backend: 'llama-cpp',
    model_path: '/models/ä model.gguf',
    port: 8081,
    options: { threads: 4, flash_attn: true, lora: ['a.gguf', 'b.gguf'], temp: 0.5, alias: '' },
    env: { CUDA_VISIBLE_DEVICES: '0' },
    command: null,
    extra_args: ['--verbose', ''],
    aliases: ['meta/model:7b'],
    on_demand: false,
    idle_timeout: 60,
    group: 'large',
    pinned: true,
    auto_port: false,
    autostart: false,
    restart_policy: 'on_failure',
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-02T00:00:00.000Z',
    ...changes,
  };
}
