import { BinaryWriter, type MetadataValue } from './binary-writer.js';
import type { ModelShape } from './model-shape.js';
import type { Tensor } from './tensors.js';
import type { Vocabulary } from './vocabulary.js';

/** Where tensors start in the file: at multiples of this many bytes. */
export const alignment = 32;

const tensorType = { f32: { id: 0, bytes: 4 }, f16: { id: 1, bytes: 2 } } as const;

/** The size of a tensor's numbers, without the filling up to the next one. */
export function tensorBytes({ columns, rows, type }: Tensor): number {
  return columns * rows * tensorType[type].bytes;
}

/** Everything in the file before the tensors' numbers. */
export function headerBytes(
  shape: ModelShape,
  vocabulary: Vocabulary,
  tensors: readonly Tensor[],
): Buffer {
  const writer = new BinaryWriter();
  const metadata = Object.entries({ ...modelMetadata(shape), ...tokenizerMetadata(vocabulary) });
  writer.raw(Buffer.from('GGUF'));
  writer.u32(3);
  writer.u64(tensors.length);
  writer.u64(metadata.length);
  for (const [key, value] of metadata) writer.metadata(key, value);
  let offset = 0;
  for (const tensor of tensors) {
    writer.string(tensor.name);
    writer.u32(tensor.dimensions);
    writer.u64(tensor.columns);
    if (tensor.dimensions === 2) writer.u64(tensor.rows);
    writer.u32(tensorType[tensor.type].id);
    writer.u64(offset);
    offset += Math.ceil(tensorBytes(tensor) / alignment) * alignment;
  }
  return writer.aligned(alignment);
}

function modelMetadata(shape: ModelShape): Record<string, MetadataValue> {
  const kind = shape.architecture;
  return {
    'general.architecture': string(kind),
    'general.type': string('model'),
    'general.name': string(shape.name),
    'general.alignment': u32(alignment),
    'general.file_type': u32(shape.type === 'f32' ? 0 : 1),
    [`${kind}.block_count`]: u32(shape.layers),
    [`${kind}.context_length`]: u32(shape.ctx),
    [`${kind}.embedding_length`]: u32(shape.embd),
    [`${kind}.feed_forward_length`]: u32(shape.feedForward),
    [`${kind}.attention.head_count`]: u32(shape.heads),
    [`${kind}.attention.head_count_kv`]: u32(shape.kvHeads),
    [`${kind}.attention.layer_norm_rms_epsilon`]: { type: 'f32', value: 1e-5 },
    [`${kind}.rope.dimension_count`]: u32(shape.headSize),
    [`${kind}.rope.freq_base`]: { type: 'f32', value: 10_000 },
  };
}

function tokenizerMetadata(vocabulary: Vocabulary): Record<string, MetadataValue> {
  const { tokens } = vocabulary;
  return {
    'tokenizer.ggml.model': string('llama'),
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens.map((token) => token.text) },
    'tokenizer.ggml.scores': { type: 'f32s', value: tokens.map((token) => token.score) },
    'tokenizer.ggml.token_type': { type: 'i32s', value: tokens.map((token) => token.type) },
    'tokenizer.ggml.unknown_token_id': u32(vocabulary.unknown),
    'tokenizer.ggml.bos_token_id': u32(vocabulary.begin),
    'tokenizer.ggml.eos_token_id': u32(vocabulary.end),
    'tokenizer.ggml.eot_token_id': u32(vocabulary.turnEnd),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': string(chatTemplate),
  };
}

/** ChatML, written in Jinja as model files have it. */
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' }}" +
  "{{ message.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

function string(value: string): MetadataValue {
  return { type: 'string', value };
}

function u32(value: number): MetadataValue {
  return { type: 'u32', value };
}
