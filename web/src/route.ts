// Which incident the address names: '#/INC-42', or none.
import { useEffect, useState } from 'preact/hooks'

export function hrefOf(incident: string): string {
  return `#/${encodeURIComponent(incident)}`
}

export function useRoute(): string | undefined {
  const [route, setRoute] = useState(current)
  useEffect(() => {
    const update = () => setRoute(current())
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return route
}

function current(): string | undefined {
  const id = decodeURIComponent(location.hash.replace(/^#\/?/, ''))
  return id === '' ? undefined : id
}
