// Numbers with their unit, as people read them: two significant digits, the unit that fits the size.

/** How a series is shown: its values times `factor`, in `unit`. */
export type Scale = { factor: number; unit: string }

const DECIMAL = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/**
 * The scale that suits values as large as `largest`. Units as CloudWatch, Grafana, Sentry and Kubernetes name them;
 * an unknown one is kept as it is.
 * scaleFor('Seconds', 0.31) -> { factor: 1000, unit: 'ms' }; scaleFor('bytes', 3e8) -> { factor: 1e-6, unit: 'MB' }
 */
export function scaleFor(unit: string, largest: number): Scale {
  const size = Math.abs(largest)
  switch (unit.toLowerCase()) {
    case 's':
    case 'sec':
    case 'seconds':
      return timeScale(size, 1)
    case 'ms':
    case 'milliseconds':
      return timeScale(size / 1e3, 1e-3)
    case 'us':
    case 'µs':
    case 'microseconds':
      return timeScale(size / 1e6, 1e-6)
    case '%':
    case 'percent':
      return { factor: 1, unit: '%' }
    case 'percentunit':
    case 'ratio':
    case 'fraction':
      return { factor: 100, unit: '%' }
    case 'b':
    case 'by':
    case 'byte':
    case 'bytes':
    case 'decbytes':
      return prefixed(size, 'B')
    case 'bytes/second':
      return prefixed(size, 'B/s')
    case 'millicores':
      return size < 1000 ? { factor: 1, unit: 'millicores' } : { factor: 1e-3, unit: 'cores' }
    case 'reqps':
    case 'rps':
    case 'ops':
    case 'cps':
    case 'count/second':
      return { factor: 1, unit: '/s' }
    case '':
    case '1':
    case 'none':
    case 'count':
    case 'short':
      return { factor: 1, unit: '' }
    default:
      return { factor: 1, unit }
  }
}

function timeScale(seconds: number, perUnit: number): Scale {
  if (seconds < 1) return { factor: perUnit * 1e3, unit: 'ms' }
  return seconds < 120 ? { factor: perUnit, unit: 's' } : { factor: perUnit / 60, unit: 'min' }
}

function prefixed(size: number, unit: string): Scale {
  const step = DECIMAL.find(([least]) => size >= least)
  return step ? { factor: 1 / step[0], unit: `${step[1]}${unit}` } : { factor: 1, unit }
}

/** quantity(0.3141, 'seconds') -> '310 ms'; quantity(31.4, '%') -> '31 %'; quantity(1234567, '') -> '1,200,000' */
export function quantity(value: number, unit: string): string {
  const scale = scaleFor(unit, value)
  return withUnit(significant(value * scale.factor), scale.unit)
}

export function withUnit(number: string, unit: string): string {
  return unit === '' ? number : unit.startsWith('/') ? `${number}${unit}` : `${number} ${unit}`
}

/** To two significant digits, thousands apart. significant(4123) -> '4,100'; significant(0.02345) -> '0.023' */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  return Number(value.toPrecision(2)).toLocaleString('en-US', { maximumSignificantDigits: 2 })
}

/** How often: exact below a thousand. times(214) -> '214×'; times(12345) -> '12,000×' */
export function times(count: number): string {
  return `${count < 1_000 ? Math.round(count) : significant(count)}×`
}
