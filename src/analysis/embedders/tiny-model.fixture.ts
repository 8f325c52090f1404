// A transformer's outside without its inside, as ONNX written byte by byte: last_hidden_state[i, k] is the row of a table
// that token k of text i names. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto has the field numbers.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const INT64 = 7
const FLOAT = 1

/** Writes a folder in the form of sentence-transformers; token i of `vocabulary` has row i of `table`. */
export function writeTinyModel(
  folder: string,
  vocabulary: readonly string[],
  table: readonly number[][],
  pooling: object,
) {
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  mkdirSync(join(folder, '1_Pooling'))
  const columns = table[0]!.length
  const graph = [
    field(1, [...text(1, 'table'), ...text(1, 'input_ids'), ...text(2, 'last_hidden_state'), ...text(4, 'Gather')]),
    text(2, 'tiny'),
    field(5, [
      ...number(1, table.length),
      ...number(1, columns),
      ...number(2, FLOAT),
      ...text(8, 'table'),
      ...field(9, [...new Uint8Array(Float32Array.from(table.flat()).buffer)]),
    ]),
    field(11, value('input_ids', INT64, ['n', 't'])),
    field(11, value('attention_mask', INT64, ['n', 't'])),
    field(12, value('last_hidden_state', FLOAT, ['n', 't', columns])),
  ].flat()
  const model = [...number(1, 8), ...field(7, graph), ...field(8, [...text(1, ''), ...number(2, 13)])]
  writeFileSync(join(folder, 'onnx', 'model.onnx'), Uint8Array.from(model))
  writeFileSync(join(folder, 'vocab.txt'), vocabulary.join('\n'))
  writeFileSync(join(folder, '1_Pooling', 'config.json'), JSON.stringify(pooling))
  writeFileSync(join(folder, 'sentence_bert_config.json'), JSON.stringify({ max_seq_length: 6 }))
}

function value(name: string, type: number, dims: readonly (string | number)[]): number[] {
  const shape = dims.flatMap(dim => field(1, typeof dim === 'string' ? text(2, dim) : number(1, dim)))
  return [...text(1, name), ...field(2, field(1, [...number(1, type), ...field(2, shape)]))]
}

function text(id: number, content: string): number[] {
  return field(id, [...new TextEncoder().encode(content)])
}

function field(id: number, content: readonly number[]): number[] {
  return [...varint((id << 3) | 2), ...varint(content.length), ...content]
}

function number(id: number, content: number): number[] {
  return [...varint(id << 3), ...varint(content)]
}

function varint(content: number): number[] {
  return content < 128 ? [content] : [(content & 127) | 128, ...varint(content >>> 7)]
}
