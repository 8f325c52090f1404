// Distances of rows to queries, each row against each query: the scan of an exact index of neighbours. Single precision;
// each sum is kept in four parts, by column modulo 4, as one register holds it: indexes/plain-rows.ts adds in the same
// order, and gives the same bits.
//
// Memory is the caller's (indexes/wasm-rows.ts); all addresses and strides are bytes, strides multiples of 16. Behind the
// last query and the last row there is memory up to an even number of queries and the next multiple of 4 rows.

/** Cosine distances below this are rounding: distance.ts. */
const SAME: f32 = 1e-6;

/** out: floats, `perQuery` bytes a query: the distance of each of n rows to each of m queries, 1 - the product of two rows of unit length. */
export function cosine(queries: usize, m: i32, rows: usize, n: i32, stride: usize, out: usize, perQuery: usize): void {
  for (let row = 0; row < n; row += 4) {
    const first = rows + <usize>row * stride;
    for (let query = 0; query < m; query += 2) {
      let a = queries + <usize>query * stride, b = a + stride;
      let p = first, q = p + stride, r = q + stride, s = r + stride;
      const end = b;
      let ap = f32x4.splat(0), aq = ap, ar = ap, as = ap, bp = ap, bq = ap, br = ap, bs = ap;
      while (a < end) {
        const x = v128.load(a), y = v128.load(b);
        let z = v128.load(p);
        ap = f32x4.add(ap, f32x4.mul(x, z));
        bp = f32x4.add(bp, f32x4.mul(y, z));
        z = v128.load(q);
        aq = f32x4.add(aq, f32x4.mul(x, z));
        bq = f32x4.add(bq, f32x4.mul(y, z));
        z = v128.load(r);
        ar = f32x4.add(ar, f32x4.mul(x, z));
        br = f32x4.add(br, f32x4.mul(y, z));
        z = v128.load(s);
        as = f32x4.add(as, f32x4.mul(x, z));
        bs = f32x4.add(bs, f32x4.mul(y, z));
        a += 16; b += 16; p += 16; q += 16; r += 16; s += 16;
      }
      const at = out + <usize>query * perQuery + (<usize>row << 2);
      v128.store(at, asCosine(sums(ap, aq, ar, as)));
      v128.store(at + perQuery, asCosine(sums(bp, bq, br, bs)));
    }
  }
}

/** The same for rows of any length: the root of the sum of squared differences. */
export function euclidean(queries: usize, m: i32, rows: usize, n: i32, stride: usize, out: usize, perQuery: usize): void {
  for (let row = 0; row < n; row += 4) {
    const first = rows + <usize>row * stride;
    for (let query = 0; query < m; query += 2) {
      let a = queries + <usize>query * stride, b = a + stride;
      let p = first, q = p + stride, r = q + stride, s = r + stride;
      const end = b;
      let ap = f32x4.splat(0), aq = ap, ar = ap, as = ap, bp = ap, bq = ap, br = ap, bs = ap;
      while (a < end) {
        const x = v128.load(a), y = v128.load(b);
        let z = v128.load(p);
        ap = f32x4.add(ap, squared(f32x4.sub(x, z)));
        bp = f32x4.add(bp, squared(f32x4.sub(y, z)));
        z = v128.load(q);
        aq = f32x4.add(aq, squared(f32x4.sub(x, z)));
        bq = f32x4.add(bq, squared(f32x4.sub(y, z)));
        z = v128.load(r);
        ar = f32x4.add(ar, squared(f32x4.sub(x, z)));
        br = f32x4.add(br, squared(f32x4.sub(y, z)));
        z = v128.load(s);
        as = f32x4.add(as, squared(f32x4.sub(x, z)));
        bs = f32x4.add(bs, squared(f32x4.sub(y, z)));
        a += 16; b += 16; p += 16; q += 16; r += 16; s += 16;
      }
      const at = out + <usize>query * perQuery + (<usize>row << 2);
      v128.store(at, f32x4.sqrt(sums(ap, aq, ar, as)));
      v128.store(at + perQuery, f32x4.sqrt(sums(bp, bq, br, bs)));
    }
  }
}

@inline function asCosine(product: v128): v128 {
  const distance = f32x4.sub(f32x4.splat(1), product);
  return v128.andnot(distance, f32x4.lt(distance, f32x4.splat(SAME)));
}

@inline function squared(x: v128): v128 {
  return f32x4.mul(x, x);
}

/** The four sums of four lanes each: the first with the third, the second with the fourth, then both. */
@inline function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}
