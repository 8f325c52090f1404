// Kubernetes quantities as numbers: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/

const SCALE: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** parseQuantity('250m') -> 0.25, '128Mi' -> 134217728; undefined for what is no quantity. */
export function parseQuantity(text: string | undefined): number | undefined {
  const [, digits, suffix = ''] =
    /^([+-]?\d{1,20}(?:\.\d{0,20})?(?:e[+-]?\d{1,3})?)([A-Za-z]{0,2})$/.exec(text ?? '') ?? []
  const scale = SCALE[suffix]
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale
}

/** Millicores. */
export function parseCpu(text: string | undefined): number | undefined {
  const cores = parseQuantity(text)
  return cores === undefined ? undefined : Math.round(cores * 1e6) / 1e3
}
