// The part of WebAssembly's JavaScript interface that is used here; @types/node has none of it.
// https://webassembly.github.io/spec/js-api/
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
    static exports(module: Module): { name: string; kind: string }[]
  }
  class Instance {
    readonly exports: Record<string, unknown>
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>)
  }
  class Memory {
    readonly buffer: ArrayBuffer
    constructor(limits: { initial: number; maximum?: number; shared?: boolean })
    /** Takes more pages; views of the memory before are of no use afterwards. */
    grow(pages: number): number
  }
  class Global {
    readonly value: number
  }
  function validate(bytes: Uint8Array): boolean
}
