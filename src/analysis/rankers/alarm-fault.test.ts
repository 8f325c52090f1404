import { expect, test } from 'vitest'
import { alarmFault } from './alarm-fault.ts'

test.each([
  ['FreeStorageSpaceLow', 'storage full'],
  ['NodeFilesystemAlmostOutOfSpace: filesystem on /dev/sda1 has 3 % available', 'storage full'],
  ['ReplicaLag breached its threshold', 'replication lag'],
  ['KafkaConsumerLag', 'backlog'],
  ['DatabaseConnectionsHigh', 'connections exhausted'],
  ['HikariPoolExhausted', 'connections exhausted'],
  ['MemoryUtilization is 97 %', 'memory exhausted'],
  ['cpu_usage_high', 'CPU saturated'],
  ['p99 latency of checkout', 'high latency'],
  ['HTTP5xxErrors', 'failing requests'],
  ['TargetDown', 'unreachable'],
  ['TLS certificate expires in 3 days', 'certificate expires'],
  ['ThrottledRequests', 'throttled'],
])('%s: %s', (text, fault) => expect(alarmFault(text)).toBe(fault))

test.each(['Watchdog', 'DeploymentReplicasMismatch', 'the connection was closed by its peer', 'downtime is planned'])(
  'says nothing of %s',
  text => expect(alarmFault(text)).toBeUndefined(),
)

test('the name of a rule counts before what it says besides', () => {
  expect(alarmFault('FreeStorageSpaceLow', 'Writes fail with errors')).toBe('storage full')
  expect(alarmFault('Rule 7', 'CPU usage above 90 %')).toBe('CPU saturated')
})
