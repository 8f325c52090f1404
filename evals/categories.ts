// The product's names of faults in the categories of opensre's scenarios. It belongs to the evaluation: the product knows no
// categories, and another catalogue would draw the lines elsewhere.

export const CATEGORIES = [
  'resource_exhaustion',
  'infrastructure',
  'dependency_failure',
  'configuration_error',
  'code_defect',
  'data_quality',
  'healthy',
  'unknown',
] as const
export type Category = (typeof CATEGORIES)[number]

/**
 * The category a fault's name decides; `unknown` for none, for a name that is not in the list, and for symptoms: that
 * requests fail or that a workload lacks pods leaves every category open.
 */
export function categoryOf(fault: string | undefined): Category {
  return (fault !== undefined && BY_FAULT.get(fault)) || 'unknown'
}

const FAULTS: Record<Exclude<Category, 'data_quality' | 'healthy'>, readonly string[]> = {
  resource_exhaustion: [
    'AutoscalerAtMost',
    'ConnectionsExhausted',
    'CpuAtLimit',
    'DiskFull',
    'DiskPressure',
    'Evicted',
    'FailedScheduling',
    'MemoryPressure',
    'OOMKilled',
    'OutOfMemory',
    'PIDPressure',
    'QuotaExceeded',
    'StorageLimitExceeded',
    'CPU credits exhausted',
    'CPU saturated',
    'backlog',
    'burst balance exhausted',
    'connection pool leak',
    'connections exhausted',
    'disk I/O saturated',
    'lock contention',
    'memory exhausted',
    'replication lag',
    'resource contention',
    'storage full',
    'throttled',
    'transaction ID wraparound',
  ],
  infrastructure: [
    'ApiServerSilent',
    'ClaimLost',
    'ClockSkew',
    'ControllerSilent',
    'DnsFailing',
    'MetricsServerDown',
    'NetworkUnavailable',
    'NodeCordoned',
    'NodeCutOff',
    'NodeNotReady',
    'SandboxFailing',
    'SchedulerSilent',
    'TerminatingStuck',
    'VolumeHeld',
    'VolumeStuck',
    'failover',
    'restart',
    'slow network',
  ],
  dependency_failure: ['ExternalUnreachable', 'InitContainerStuck', 'RegistryFailing', 'WebhookFailing', 'unreachable'],
  configuration_error: [
    'AddressNearMiss',
    'AddressUnknown',
    'AdmissionDenied',
    'AutoscalerBlind',
    'CertificateExpired',
    'CertificateRejected',
    'ClaimPending',
    'CommandNotFound',
    'ConfigurationMissing',
    'CreateContainerConfigError',
    'CreateContainerError',
    'CredentialsChanged',
    'CredentialsRejected',
    'CronJobMissed',
    'DnsPolicy',
    'DrainBlocked',
    'ExecFormatError',
    'FailedMount',
    'GoverningServiceMissing',
    'ImagePullBackOff',
    'IngressPortClosed',
    'IngressWithoutCertificate',
    'IngressWithoutService',
    'LimitRangeRefused',
    'LivenessProbeFailed',
    'NetworkPolicyBlocks',
    'NoPodCreated',
    'NotExecutable',
    'PermissionDenied',
    'PodInvalid',
    'PodSecurityRefused',
    'PortInUse',
    'ReadOnlyFileSystem',
    'ReadinessProbeFailed',
    'RolloutPaused',
    'RunAsRefused',
    'RunContainerError',
    'ScaledToZero',
    'SelectorMatchesNothing',
    'ServiceAccountMissing',
    'ServiceMissing',
    'StartupProbeFailed',
    'TargetPortClosed',
    'UnknownDatabase',
    'certificate expires',
    'configuration changed',
    'scaled',
  ],
  code_defect: [
    'BackoffLimitExceeded',
    'CrashLoopBackOff',
    'JobFailed',
    'bad deploy',
    'bad release',
    'bad rollout',
    'deadlocks',
    'stopped calling others',
  ],
  unknown: [
    'DeadlineExceeded',
    'EndpointsEmpty',
    'ProgressDeadlineExceeded',
    'StatefulSetStuck',
    'Unavailable',
    'errors in its log',
    'failing requests',
    'high latency',
    'unusual behaviour',
  ],
}

const BY_FAULT = new Map(
  Object.entries(FAULTS).flatMap(([category, faults]) => faults.map(fault => [fault, category as Category] as const)),
)

/** Whether somebody has thought about the name, be it to call it unknown. */
export function isSorted(fault: string): boolean {
  return BY_FAULT.has(fault)
}
