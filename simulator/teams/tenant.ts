// One organisation on Microsoft 365: its people, the team with its channels, and the app that is registered there.
// Ids have the shapes Microsoft's have; none of them is real.

/** `id`: how the Connector calls them; `aadObjectId`: how the directory does. */
export type Person = {
  id: string
  aadObjectId?: string
  name: string
  tenantId: string
  userRole: 'user' | 'guest' | 'anonymous'
  /** Whether the app may write to them in person: without, Teams refuses to create the conversation. */
  hasApp: boolean
}

export type Tenant = ReturnType<typeof openTenant>

const TENANT = '7f1c0b52-3a5e-4a6b-9f0a-5d1c9d0e1a00'
const OTHER_TENANT = '0e9d41c7-6c1a-4f4e-8f55-2b7f3f4a9b00'

export function openTenant() {
  const people = {
    ana: person('Ana', 'a1'),
    ben: person('Ben', 'b2'),
    cleo: { ...person('Cleo', 'c3'), hasApp: false },
    guest: { ...person('Gus', 'd4'), userRole: 'guest' as const },
    stranger: { ...person('Sam', 'e5'), tenantId: OTHER_TENANT },
    nobody: { ...person('Nobody', 'f6'), aadObjectId: undefined, userRole: 'anonymous' as const },
  }
  return {
    id: TENANT,
    team: '5b8e6f10-9d0c-4c7e-8a51-3c2d1e0f4a00',
    channel: '19:0a1b2c3d4e5f@thread.tacv2',
    otherChannel: '19:5f4e3d2c1b0a@thread.tacv2',
    people,
    app: { clientId: 'c0ffee00-1d2e-4f3a-8b4c-5d6e7f8a9b00', clientSecret: 'simulated-secret', name: 'Incidents' },
  }
}

function person(name: string, mark: string): Person {
  return {
    id: `29:1${mark}-simulated-${name.toLowerCase()}`,
    aadObjectId: `00000000-0000-4000-8000-0000000000${mark}`,
    name,
    tenantId: TENANT,
    userRole: 'user',
    hasApp: true,
  }
}
