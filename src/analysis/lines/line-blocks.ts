// Pieces of a file, cut anywhere, to blocks of whole lines small enough for the kernels.

const BLOCK_SIZE = 1 << 16
const LINE_FEED = 10

/** The rest of a longer line is dropped; many lines of it cost no more than their bytes. */
const LINE_LIMIT = 8192

/** Gives each block to `take`, which has to be done with it when it returns. */
export class LineBlocks {
  readonly #take: (block: Buffer) => void
  readonly #block = Buffer.alloc(BLOCK_SIZE)
  #held = 0 // bytes of a line whose end has not come, at the start of the block

  constructor(take: (block: Buffer) => void) {
    this.#take = take
  }

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const taken = Math.min(piece.length - at, BLOCK_SIZE - this.#held)
      this.#block.set(piece.subarray(at, at + taken), this.#held)
      at += taken
      const length = this.#held + taken
      const end = this.#block.subarray(0, length).lastIndexOf(LINE_FEED) + 1
      if (end > 0) this.#take(this.#block.subarray(0, end))
      this.#held = Math.min(length - end, LINE_LIMIT)
      this.#block.copyWithin(0, end, end + this.#held)
    }
  }

  /** A last line may lack its line feed. */
  end(): void {
    if (this.#held > 0) this.push(Buffer.of(LINE_FEED))
  }
}
