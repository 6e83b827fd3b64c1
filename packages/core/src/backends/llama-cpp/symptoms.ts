import type { Failure } from '@llamactl/contract';
import type { ExitReport } from '../backend.js';

/**
 * A line that gives the cause away. What a line says before it is settled whether it fits is bounded, as
 * is the line itself: what the name of a model brings into a log must not take long to look at.
 */
export interface Symptom {
  readonly pattern: RegExp;
  readonly failure: Failure;
  /** The sentence, from the groups of the pattern and all messages of the run. */
  readonly reason: (groups: readonly string[], messages: readonly string[]) => string;
  readonly applies?: (exit: ExitReport) => boolean;
}

const wrongOption = 'Correct the option and start again.';
const lessGpuMemory =
  'Set a smaller gpu_layers or context_size, take a smaller model, or free GPU memory.';
const lessMemory = 'Set a smaller context_size, take a smaller model, or free memory.';

const notStarted: readonly Symptom[] = [
  {
    pattern:
      /^(.*: (?:(?:command )?not found|Permission denied|cannot execute.*|No such file or directory|error while loading shared libraries:.*))$/s,
    failure: 'backend_not_found',
    reason: ([line]) =>
      `llama-server could not be run: ${line}. Check backends.llama-cpp.command and its installation.`,
    applies: ({ code, wasRunning }) => !wasRunning && (code === 126 || code === 127),
  },
];

const badOptions: readonly Symptom[] = [
  {
    pattern: /^error: invalid argument: (.*)$/s,
    failure: 'bad_option',
    reason: ([flag]) => `llama-server does not know the argument ${flag}. ${wrongOption}`,
  },
  {
    pattern: /^error while handling (?:argument|environment variable) "([^"]*)": (.*)$/s,
    failure: 'bad_option',
    reason: ([name = '', why = '']) =>
      `llama-server refused the value of ${name}: ${inWords(why)}. ${wrongOption}`,
  },
  {
    pattern: /^error: the supplied chat template is not supported: (.*)$/s,
    failure: 'bad_option',
    // Its log, written by another thread, ends at times before it has said what is wrong with the template.
    reason: ([template = ''], messages) => {
      const why = detail(messages, /common_chat_templates_init: error: (.*)/s);
      return `llama-server does not support the chat template${why || ` (${template.trim()})`}. ${wrongOption}`;
    },
  },
  {
    pattern: /^failed to parse grammar|error parsing grammar: (.*)/,
    failure: 'bad_option',
    reason: (_groups, messages) =>
      `llama-server could not read the grammar${detail(messages, /error parsing grammar: (.*)/s)}. ${wrongOption}`,
  },
  {
    pattern: /^error: (.+)$/s,
    failure: 'bad_option',
    reason: ([why]) => `llama-server refused its arguments: ${why}. ${wrongOption}`,
    applies: ({ code, wasRunning }) => !wasRunning && code === 1,
  },
];

const portTaken: readonly Symptom[] = [
  {
    pattern:
      /couldn't bind (?:to server|HTTP server) socket, hostname: (.{1,256}?), port: (\d{1,5})/,
    failure: 'port_in_use',
    reason: ([host, port]) =>
      `Port ${port} on ${host} could not be listened on: another program holds it, or the address is not one of this machine. Free the port or set another one.`,
  },
];

const memory: readonly Symptom[] = [
  {
    pattern:
      /((?:cuda|hip|musa)Malloc\w{0,32} failed: out of memory|CUDA error: out of memory|ErrorOutOf(?:Device|Host)Memory|OutOfDeviceMemory|kIOGPUCommandBufferCallbackErrorOutOfMemory|(?:unable|failed) to allocate (?:CUDA|ROCm|Vulkan|Metal|MTL|SYCL|MUSA|CANN|OpenCL)(?!_Host)\w{0,32} (?:\w{1,32} )?buffer.*)/i,
    failure: 'gpu_out_of_memory',
    reason: ([what]) => `The GPU has too little free memory (${what}). ${lessGpuMemory}`,
  },
  {
    pattern:
      /(insufficient memory \(attempted.{0,128}?\)|std::bad_alloc|[Cc]annot allocate memory|(?:unable|failed) to allocate .{0,256}?\bbuffers?\b.*)/,
    failure: 'out_of_memory',
    reason: ([what]) => `The machine has too little free memory (${what}). ${lessMemory}`,
  },
];

const files: readonly Symptom[] = [
  {
    pattern: /failed to open (?:GGUF file )?'(.{0,1024})'(?:: | \()([^)]*)/,
    failure: 'model_missing',
    reason: ([path, why]) =>
      why === 'No such file or directory'
        ? `There is no file ${path}. Check model_path and the options that name files.`
        : `The file ${path} cannot be opened: ${why}. Check its rights and those of its folders.`,
  },
  {
    pattern: /(unknown model architecture: '.{0,128}?')/,
    failure: 'unsupported_model',
    reason: ([what]) => `This llama-server does not support the model: ${what}. ${newerServer}`,
  },
  {
    pattern:
      /(this GGUF file is version \d+ .*|(?:bad|unsupported) (?:GGUF|file) version.*|GGUFv1 is no longer supported.*|unknown pre-tokenizer type: .*|unknown tokenizer: .*)/s,
    failure: 'unsupported_model',
    reason: ([what]) => `This llama-server does not support the model: ${what}. ${newerServer}`,
  },
  {
    pattern: /gguf_init_from_\w{1,32}: (.+)/s,
    failure: 'model_corrupt',
    reason: ([what]) => `The model file is damaged or no GGUF file: ${what}. ${newDownload}`,
    applies: didNotLoad,
  },
  {
    pattern: /error loading model: (?:error loading model \w{1,32}: )?(.+)/s,
    failure: 'model_corrupt',
    reason: ([what]) => `The model could not be loaded: ${what}. ${newDownload}`,
  },
];

const contexts: readonly Symptom[] = [
  {
    pattern: /failed to initialize the context: (.+)/s,
    failure: 'bad_option',
    reason: ([why]) => `llama-server could not make a context: ${why}. ${wrongOption}`,
  },
  {
    pattern: /(failed to load (?:lora adapter|multimodal model|control vector|draft model).*)/s,
    failure: 'bad_option',
    reason: ([what]) => `llama-server ${what}. Check the file, and that it belongs to the model.`,
  },
];

const newerServer = 'Take a newer llama.cpp, or another model.';
const newDownload = 'Download the file again, or take another one.';

/** Every symptom, the more telling ones first: a lack of memory also makes a model fail to load. */
export const symptoms: readonly Symptom[] = [
  ...notStarted,
  ...badOptions,
  ...portTaken,
  ...memory,
  ...files,
  ...contexts,
];

function didNotLoad({ wasRunning }: ExitReport): boolean {
  return !wasRunning;
}

/** What the C++ library says when text is no number. */
function inWords(why: string): string {
  if (/^sto\w+$/.test(why)) return 'it is not a number, or too large a one';
  return why.replace(/^error: /, '').trim();
}

function detail(messages: readonly string[], pattern: RegExp): string {
  const found = messages.map((message) => pattern.exec(message)?.[1]).find((text) => text);
  return found === undefined ? '' : ` (${found.trim()})`;
}
