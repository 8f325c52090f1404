// CloudWatch and CloudWatch Logs on one endpoint, in the JSON protocols today's AWS SDKs speak (awsJson 1.0 and 1.1).
// Credentials are known by their access key id; signatures are not checked. Other protocols (query, CBOR) are not simulated.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cloud } from '../cloud.ts'
import { NotSimulated } from '../not-simulated.ts'
import type { VendorApi } from '../vendor-api.ts'
import { alarmOperations } from './alarms.ts'
import { logOperations } from './logs.ts'
import { metricOperations } from './metrics.ts'
import { AwsError, type Operation } from './operation.ts'
import { insightsOperations } from './insights.ts'
import { openLogStore } from './log-store.ts'

const account = '000000000000'
export const region = 'eu-central-1'

/** `accessKeyId`: the only one that is let in; absent, any. */
export function cloudwatchApi(cloud: Cloud, options: { accessKeyId?: string } = {}): VendorApi {
  const logs = openLogStore(cloud)
  const services: Record<string, Record<string, Operation>> = {
    GraniteServiceVersion20100801: {
      ...metricOperations(cloud),
      ...alarmOperations(cloud, `arn:aws:cloudwatch:${region}:${account}`),
    },
    Logs_20140328: {
      ...logOperations(logs, `arn:aws:logs:${region}:${account}`),
      ...insightsOperations(logs),
    },
  }

  return {
    handle(request, response, body) {
      try {
        refuseStrangers(request, options.accessKeyId)
        const [service = '', name = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
        const operation = services[service]?.[name]
        if (!operation)
          throw new NotSimulated(name === '' ? 'a protocol other than awsJson (no x-amz-target)' : `${service}.${name}`)
        send(request, response, 200, operation(JSON.parse(body || '{}')))
      } catch (error) {
        const { status, code } = kindOf(error)
        send(request, response, status, { __type: code, message: (error as Error).message })
      }
    },
  }
}

function refuseStrangers(request: IncomingMessage, accessKeyId: string | undefined): void {
  const [, given] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? []
  if (given === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
  if (accessKeyId !== undefined && given !== accessKeyId)
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
}

function kindOf(error: unknown): { status: number; code: string } {
  if (error instanceof AwsError) return { status: 400, code: error.code }
  if (error instanceof NotSimulated) return { status: 400, code: 'NotSimulated' }
  if (error instanceof SyntaxError) return { status: 400, code: 'SerializationException' }
  return { status: 500, code: 'InternalServiceFault' }
}

function send(request: IncomingMessage, response: ServerResponse, status: number, answer: object): void {
  const id = String(
    request.headers['amz-sdk-invocation-id'] ?? createHash('md5').update(JSON.stringify(answer)).digest('hex'),
  )
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0'
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': id }).end(JSON.stringify(answer))
}
