export {
  type FakeBackendName,
  fakeBackendNames,
  fakeBackendPath,
} from './fakes/fake-backend-path.js';
export {
  type FakeCommandOptions,
  type FakeParameters,
  makeFakeCommand,
} from './fakes/make-fake-command.js';
export { type FakeNvidiaSmi, makeNvidiaSmi } from './fakes/make-nvidia-smi.js';
export { type CorruptGgufKind, makeCorruptGguf } from './gguf/make-corrupt-gguf.js';
export { makeTinyGguf } from './gguf/make-tiny-gguf.js';
export type { TinyGgufOptions } from './gguf/model-shape.js';
export {
  type FindLlamaServerOptions,
  type FoundLlamaServer,
  findLlamaServer,
} from './llama-server/find-llama-server.js';
export { llamaServerInstallHint } from './llama-server/install-hint.js';
export { isAlive } from './processes/is-alive.js';
export { processesWithMarker } from './processes/processes-with-marker.js';
export {
  type ProgramExit,
  type SpawnedProgram,
  type SpawnProgramOptions,
  spawnProgram,
} from './processes/spawn-program.js';
export { freePort } from './resources/free-port.js';
export { type OccupiedPort, occupyPort } from './resources/occupy-port.js';
export { ownPorts } from './resources/own-ports.js';
export { seededRandom } from './resources/seeded-random.js';
export { type TempDir, tempDir } from './resources/temp-dir.js';
export { type WaitForOptions, waitFor } from './resources/wait-for.js';
export { sampleAnswers } from './samples/sample-answers.js';
export { sampleConfig } from './samples/sample-config.js';
export { sampleInstance } from './samples/sample-instance.js';
