// Who keeps data for others: a database, a queue, a cache, by the ports it serves. What it logs of wrong names and passwords is its
// clients' doing: a health check that asks for a database that never was is in the log of every second PostgreSQL.
import type { Reference, View } from '../view.ts'

// PostgreSQL, MySQL, SQL Server, Redis, MongoDB, Kafka, RabbitMQ, Cassandra, Elasticsearch
export const DATA_PORTS = [5432, 3306, 1433, 6379, 27017, 9092, 5672, 9042, 9200]

export function isStore(object: Reference, view: View): boolean {
  const containers = view.workload(object)?.spec?.template?.spec?.containers ?? []
  return containers.some(({ ports }) => ports.some(({ containerPort = 0 }) => DATA_PORTS.includes(containerPort)))
}
