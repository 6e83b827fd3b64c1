export { LlamactlError } from '@llamactl/contract';
export type {
  Backend,
  BackendContext,
  BackendInput,
  Diagnosis,
  ExitReport,
  Launch,
  LaunchContext,
  ParsedLine,
  ProbeResult,
  ServerAddress,
  WorkReport,
} from './backends/backend.js';
export { type LlamaCppOptions, llamaCpp } from './backends/llama-cpp/llama-cpp.js';
export { createLlamactl, llamactlDefaults } from './create-llamactl.js';
export type { EventFeed, NumberedEvent } from './events/event-feed.js';
export type { LlamactlEvents, LlamactlEventType, OuterEventType } from './events/events.js';
export { isSecretVariable } from './instance/definition.js';
export { canTransition, instanceTransitions } from './instance/state-machine.js';
export type {
  BackendAuth,
  BackendConnection,
  BatchOptions,
  FollowedLog,
  FollowOptions,
  Llamactl,
  LlamactlOptions,
  RestartHook,
  StopHook,
  StopOptions,
  WaitOptions,
} from './llamactl.js';
export type { LogPlace } from './logs/instance-log.js';
export type { MemoryUse } from './metrics/memory-use.js';
export {
  type AtomicWriteOptions,
  removeLeftWrites,
  writeFileAtomic,
} from './storage/atomic-write.js';
export { createFileStore } from './storage/file-store.js';
export type { InstanceStore } from './storage/instance-store.js';
export { makeFolder } from './storage/make-folder.js';
export { createMemoryStore } from './storage/memory-store.js';
export type { Clock } from './support/clock.js';
export { secretMask, soundsSecret } from './support/secrets.js';
