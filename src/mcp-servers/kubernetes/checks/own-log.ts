// A workload whose own log names the trouble in words every operator knows. Plain knowledge, hardly measured. Passwords and
// certificates have two sides: credentials.ts, certificate.ts; disks that are full or read-only are volume-unwritable.ts's.
import { keyOf } from '../view.ts'
import { saidBy } from './steady.ts'
import { isStore } from './stores.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

type Known = {
  fault: string
  points: number
  pattern: RegExp
  says: string
  mend?: string
  /** In the log of a store it is of its clients. */
  ofClients?: true
  /** It is as bad where it is written as a warning. */
  mayWarn?: true
}

const KNOWN: Known[] = [
  {
    fault: 'OutOfMemory',
    points: 8,
    // A JVM that may start no more threads calls that so too.
    pattern: /(?<!possibly )out of memory|OutOfMemoryError(?!: unable to create)|cannot allocate memory|heap limit/i,
    says: 'it runs out of memory',
  },
  {
    fault: 'PortInUse',
    points: 8,
    pattern: /address already in use|EADDRINUSE|port \d{1,5} (?:is )?(?:already )?in use/i,
    says: 'its port is taken',
  },
  {
    fault: 'ConnectionsExhausted',
    points: 8,
    pattern: /too many (?:connections|clients)|connection slots|connection pool (?:is )?exhausted|max_?connections/i,
    says: 'no connection to its database is free',
  },
  {
    fault: 'UnknownDatabase',
    points: 8,
    pattern: /unknown database|database "?[\w-]{1,63}"? does not exist/i,
    says: 'its database is not there',
    ofClients: true,
  },
  {
    fault: 'ConfigurationMissing',
    points: 8,
    pattern:
      /(?:missing|required) (?:environment variable|configuration|config|setting)|(?:environment variable|config)[^.]{0,80} (?:is required|not set|must be set|is missing)/i,
    says: 'a setting it needs is missing',
  },
  {
    fault: 'AccessForbidden',
    points: 8,
    pattern: /is forbidden: User "system:(?:serviceaccount:|node:)[^"]{1,300}" cannot \w+ resource/i,
    says: 'the API server lets it not do what it needs',
    mend: 'bind a Role or ClusterRole with that verb and resource to its service account',
  },
  {
    fault: 'PermissionDenied',
    points: 5,
    pattern: /permission denied|EACCES|operation not permitted|EPERM/i,
    says: 'it may not read or write what it needs',
  },
  {
    fault: 'FilesExhausted',
    points: 8,
    pattern:
      /too many open files|\bEMFILE\b|\bENFILE\b|file descriptor limit|inotify (?:watch|instance)e?s? limit|file watchers reached/i,
    says: 'it may open no more files or connections',
    mend: 'find what it leaves open, or raise its limit of open files',
  },
  {
    fault: 'ProcessesExhausted',
    points: 8,
    pattern:
      /unable to create (?:new )?native thread|pthread_create failed|can't start new thread|failed to create new OS thread|cannot fork|fork: (?:retry: )?resource temporarily unavailable/i,
    says: 'it may start no more threads or processes',
    mend: 'find what starts so many, or raise podPidsLimit of the kubelet',
  },
  {
    fault: 'ResourceUnknown',
    points: 8,
    // Kafka, RabbitMQ, NATS, SQS, S3, PostgreSQL, MySQL, SQLite, SQL Server, Elasticsearch, MongoDB
    pattern:
      /UNKNOWN_TOPIC_OR_PARTITION|unknown topic|topic [^ ]{1,200} (?:does not exist|not (?:found|present in metadata))|no (?:exchange|queue) '|stream not found|NonExistentQueue|QueueDoesNotExist|NoSuchBucket|(?:relation|table|column) ["'`][^"'`]{1,200}["'`][^\n]{0,80} (?:does not|doesn't) exist|Unknown column '|no such (?:table|column)|Invalid object name '|index_not_found_exception|NamespaceNotFound/i,
    says: 'what it asks for is not there: a topic, a queue, a table or a column',
    ofClients: true,
    mayWarn: true, // clients of Kafka do
    mend: 'create it, run the migration that is missing, or correct its name in the settings',
  },
  {
    fault: 'ConfigurationInvalid',
    points: 8,
    pattern:
      /(?:fail(?:ed|ure)|error|cannot|could not|unable) (?:to )?(?:pars(?:e|ing)|load(?:ing)?|read(?:ing)?|decod(?:e|ing)|unmarshal(?:ling)?) [^\n]{0,40}(?:config|settings|properties|\.ya?ml|\.toml|\.json|\.conf)|invalid (?:configuration|config\b|setting)|unknown (?:configuration|config|setting|directive|option)|yaml: (?:line \d{1,6}|unmarshal errors)|error converting YAML/i,
    says: 'its settings cannot be read',
    mend: 'correct its settings where the line says',
  },
  {
    fault: 'QuotaOfVendorReached',
    points: 7,
    pattern: /quota exceeded for|insufficient_quota|RESOURCE_EXHAUSTED[^\n]{0,80}quota|license (?:has )?expired/i,
    says: 'what it was granted is used up',
    mend: 'raise the quota or renew the licence at whoever grants it',
  },
]

const LINES = 2
const LINES_WHEN_HEALTHY = 5
const PASSING = 0.4 // of a workload that is well and has not been saying so for long, or says it of others

export const ownLog: Check = {
  name: 'own-log',
  check(view) {
    const owners = new Map(view.logs.map(({ pod }) => [keyOf(view.ownerOf(pod)), view.ownerOf(pod)]))
    return [...owners.values()].flatMap(object =>
      KNOWN.flatMap(({ fault, points, pattern, says, mend, ofClients, mayWarn }): Verdict[] => {
        const said = saidBy(view, object, ({ text }) => pattern.test(text))
        if (!said || said.count < (view.isHealthy(object) ? LINES_WHEN_HEALTHY : LINES)) return []
        const isOthers = ofClients && isStore(object, view)
        return [
          {
            object,
            fault,
            points: points * (isOthers ? PASSING : 1),
            whenHealthy: said.isSteady && (mayWarn || !said.isWarning) ? 1 : PASSING,
            text: `${object.name} says that ${says} (${said.count}×)`,
            since: said.since,
            ...(mend && { mend }),
            witness: said.lines.slice(0, 3).map(logWitness),
          },
        ]
      }),
    )
  },
}
