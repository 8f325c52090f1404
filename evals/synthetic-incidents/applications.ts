// Five applications of different shape: a tree, a deep chain, two entrances over shared services, a wide fan-out over a
// cache, and a pipeline over queues.
import type { Application, Call, Part } from './application.ts'

const usual = {
  kind: 'Deployment',
  replicas: 3,
  ownSeconds: 0.02,
  memoryMebibytes: 220,
  customers: 0,
  calls: [],
} as const

function part(name: string, more: Partial<Part>, ...lines: [string, ...string[]]): Part {
  return { ...usual, calls: [], name, lines, ...more }
}

function call(to: string, perRequest = 1, more: Partial<Call> = {}): Call {
  return { to, perRequest, retries: 0, needed: true, timeoutSeconds: 2, heldSteps: 0, ...more }
}

const rides: Application = {
  name: 'rides',
  language: 'go',
  watchedBy: 'mesh',
  nodes: ['rides-a', 'rides-b', 'rides-c'],
  alerts: ['edge', 'dispatch'],
  parts: [
    part(
      'edge',
      { customers: 40, ownSeconds: 0.008, calls: [call('dispatch'), call('riders', 0.4)] },
      'GET /trips/# 200',
      'POST /trips 201 rider=@',
    ),
    part(
      'dispatch',
      { replicas: 4, calls: [call('quotes', 1, { retries: 1 }), call('drivers', 1.5)] },
      'trip @ offered to # drivers',
      'trip @ accepted after # ms',
    ),
    part('riders', { calls: [call('riders-db', 2)] }, 'rider @ loaded', 'session @ renewed'),
    part(
      'quotes',
      { ownSeconds: 0.03, calls: [call('routes'), call('surge', 1, { needed: false })] },
      'quoted # cents for trip @',
      'quote @ kept for # s',
    ),
    part('surge', { replicas: 2, ownSeconds: 0.01 }, 'zone # factor 1.#', 'zones refreshed in # ms'),
    part(
      'drivers',
      { kind: 'StatefulSet', ownSeconds: 0.006, memoryMebibytes: 900 },
      'geohash # holds # drivers',
      'driver @ moved to cell #',
    ),
    part(
      'routes',
      {
        ownSeconds: 0.05,
        memoryMebibytes: 700,
        calls: [call('tiles', 3), call('traffic.roadfeed.example', 0.3, { timeoutSeconds: 1, needed: false })],
      },
      'route @ of # m in # ms',
      'matrix # by # computed',
    ),
    part(
      'tiles',
      { kind: 'StatefulSet', replicas: 2, ownSeconds: 0.004, memoryMebibytes: 1200 },
      'tile #/#/# served',
      'tile cache at # %',
    ),
    part('traffic.roadfeed.example', { kind: 'outside', replicas: 0, ownSeconds: 0.09 }, ''),
    part('riders-db', { kind: 'managed', replicas: 0, ownSeconds: 0.003 }, ''),
  ],
}

const kiosk: Application = {
  name: 'kiosk',
  language: 'node',
  watchedBy: 'spans',
  nodes: ['kiosk-1', 'kiosk-2', 'kiosk-3'],
  alerts: ['web', 'billing', 'search'],
  parts: [
    part('web', { customers: 55, ownSeconds: 0.02, calls: [call('api')] }, 'GET / 200 # ms', 'GET /article/# 200 # ms'),
    part(
      'api',
      {
        replicas: 4,
        ownSeconds: 0.015,
        calls: [call('users', 0.8), call('search', 0.6, { needed: false }), call('billing', 0.2)],
      },
      'query articles answered in # ms',
      'mutation subscribe by @ answered in # ms',
    ),
    part('users', { calls: [call('accounts-db', 2)] }, 'user @ signed in', 'token @ checked in # ms'),
    part(
      'search',
      { ownSeconds: 0.03, calls: [call('index', 2, { timeoutSeconds: 1 })] },
      '# hits in # ms',
      'suggestions for # characters in # ms',
    ),
    part(
      'billing',
      { ownSeconds: 0.04, calls: [call('accounts-db', 3), call('pay.cardgate.example', 0.5, { timeoutSeconds: 5 })] },
      'invoice @ of # cents sent',
      'charge @ captured after # ms',
    ),
    part(
      'index',
      { kind: 'StatefulSet', ownSeconds: 0.012, memoryMebibytes: 1500 },
      'segment # merged in # ms',
      'refresh took # ms',
    ),
    part('pay.cardgate.example', { kind: 'outside', replicas: 0, ownSeconds: 0.25 }, ''),
    part('accounts-db', { kind: 'managed', replicas: 0, ownSeconds: 0.004 }, ''),
  ],
}

const clinic: Application = {
  name: 'clinic',
  language: 'java',
  watchedBy: 'spans',
  nodes: ['clinic-1', 'clinic-2', 'clinic-3', 'clinic-4'],
  alerts: ['portal', 'partners', 'records'],
  parts: [
    part(
      'portal',
      {
        customers: 25,
        ownSeconds: 0.03,
        calls: [call('auth', 1, { heldSteps: 4 }), call('booking', 0.6), call('records', 0.5)],
      },
      'page visits shown to @ in # ms',
      'page home shown to @ in # ms',
    ),
    part(
      'partners',
      {
        customers: 12,
        ownSeconds: 0.015,
        calls: [call('auth', 1, { heldSteps: 4 }), call('records', 1.2), call('results', 0.4)],
      },
      'partner # asked for @',
      'batch of # records for partner #',
    ),
    part(
      'booking',
      { calls: [call('calendar', 2), call('reminders', 0.2, { needed: false })] },
      'slot @ held for # s',
      'visit @ booked',
    ),
    part(
      'results',
      { replicas: 2, calls: [call('records', 0.5), call('scans-db', 1)] },
      'result @ read',
      'report @ of # pages rendered in # ms',
    ),
    part(
      'auth',
      { replicas: 2, ownSeconds: 0.008, calls: [call('sessions', 1)] },
      'token @ issued',
      'token @ verified',
    ),
    part('records', { ownSeconds: 0.025, calls: [call('records-db', 3)] }, 'record @ read by #', 'record @ revised'),
    part('calendar', { replicas: 2, calls: [call('records-db', 1)] }, 'week # of ward # read', '# free slots'),
    part(
      'reminders',
      { replicas: 2, ownSeconds: 0.01, calls: [call('sms.textpost.example', 0.8, { timeoutSeconds: 4, retries: 1 })] },
      'reminder @ sent',
      '# reminders planned',
    ),
    part(
      'sessions',
      { kind: 'StatefulSet', ownSeconds: 0.002, memoryMebibytes: 600 },
      '# keys, # expired',
      'snapshot of # keys in # ms',
    ),
    part('sms.textpost.example', { kind: 'outside', replicas: 0, ownSeconds: 0.3 }, ''),
    part('records-db', { kind: 'managed', replicas: 0, ownSeconds: 0.005 }, ''),
    part('scans-db', { kind: 'managed', replicas: 0, ownSeconds: 0.008 }, ''),
  ],
}

const PAGES = ['front', 'sport', 'culture', 'weather', 'market'] as const

const press: Application = {
  name: 'press',
  language: 'python',
  watchedBy: 'mesh',
  nodes: ['press-x', 'press-y', 'press-z'],
  alerts: ['site', ...PAGES, 'fragments', 'comments', 'cache'],
  parts: [
    part(
      'site',
      {
        customers: 90,
        replicas: 4,
        ownSeconds: 0.01,
        calls: [
          ...PAGES.map(page => call(page, 0.3, { needed: page === 'front', heldSteps: page === 'weather' ? 3 : 0 })),
          call('comments', 0.2, { needed: false }),
        ],
      },
      'GET /# 200 in # ms',
      'edition # rendered for @',
    ),
    ...PAGES.map(page =>
      part(
        page,
        { replicas: 2, ownSeconds: 0.015, calls: [call('cache', 2), call('fragments', 0.6)] },
        `${page} page # built in # ms`,
        'teaser # kept for # s',
      ),
    ),
    part('comments', { replicas: 2, calls: [call('comments-db', 2)] }, 'thread # has # comments', 'comment @ accepted'),
    part(
      'fragments',
      { ownSeconds: 0.03, calls: [call('articles-db', 1)] },
      'fragment @ cut in # ms',
      '# fragments warmed',
    ),
    part(
      'cache',
      { kind: 'StatefulSet', replicas: 2, ownSeconds: 0.001, memoryMebibytes: 2000 },
      'hits # misses #',
      'evicted # keys',
    ),
    part('comments-db', { kind: 'managed', replicas: 0, ownSeconds: 0.004 }, ''),
    part('articles-db', { kind: 'managed', replicas: 0, ownSeconds: 0.006 }, ''),
  ],
}

const mill: Application = {
  name: 'mill',
  language: 'java',
  watchedBy: 'spans',
  nodes: ['mill-1', 'mill-2', 'mill-3'],
  alerts: ['intake', 'shipping', 'planner'],
  parts: [
    part(
      'intake',
      {
        customers: 30,
        ownSeconds: 0.02,
        calls: [call('catalog', 1, { heldSteps: 2 }), call('planner', 0.5), call('mill-orders', 0.5)],
      },
      'order @ taken in # ms',
      'basket @ priced',
    ),
    part(
      'packer',
      { replicas: 3, ownSeconds: 0.08, calls: [call('mill-orders', 1), call('stock', 2), call('shipping', 1)] },
      'order @ packed in # ms',
      '# orders taken from the queue',
    ),
    part(
      'planner',
      { replicas: 2, ownSeconds: 0.06, calls: [call('stock', 3)] },
      'plan of # lines in # ms',
      'window # moved to #',
    ),
    part(
      'shipping',
      { ownSeconds: 0.03, calls: [call('parcels.quickhaul.example', 1, { timeoutSeconds: 3, retries: 1 })] },
      'label @ printed',
      'parcel @ handed over',
    ),
    part('stock', { ownSeconds: 0.012, calls: [call('stock-db', 2)] }, 'bin # holds #', '# bins counted'),
    part(
      'catalog',
      { replicas: 2, ownSeconds: 0.01, calls: [call('stock-db', 1)] },
      'product # read',
      '# prices refreshed',
    ),
    part('mill-orders', { kind: 'queue', replicas: 0, ownSeconds: 0.006 }, ''),
    part('parcels.quickhaul.example', { kind: 'outside', replicas: 0, ownSeconds: 0.2 }, ''),
    part('stock-db', { kind: 'managed', replicas: 0, ownSeconds: 0.004 }, ''),
  ],
}

export const applications: readonly Application[] = [rides, kiosk, clinic, press, mill]
