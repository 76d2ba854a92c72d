export type { Audit, AuditEntry, AuditEvent } from './audit.js'
export type { Clock } from './clock.js'
export {
  type AmuletConfig,
  type ClientConfig,
  defineConfig,
  type GroupConfig,
  type UserConfig,
  type UserPoolConfig,
} from './config/config.js'
export { type AmuletServer, createServer, type ListeningInfo, type ServerOptions } from './create-server.js'
export type { GenerateKeyPair, KeyPair } from './crypto/key-pair.js'
export type { Inbox, InboxMessage } from './delivery/inbox.js'
export type { DeliveryOptions } from './delivery/open-delivery.js'
export type { SmtpOptions } from './delivery/smtp.js'
export type { WebhookOptions } from './delivery/webhook.js'
export type { FunctionCallback, FunctionContext, FunctionHandler, TriggerEvent } from './functions.js'
export type { AdminCredentials } from './http/authentication.js'
export type { Log, LogEntry } from './http/log.js'
export type { RateLimitOptions } from './http/rate-limit.js'
export type { Deliver, Message, MessageLimits, MessagePurpose } from './message.js'
export type { ServerInfo } from './server-info.js'
export { StartError } from './start-error.js'
export type { AwsCredentials, AwsEndpointOptions } from './triggers/aws-endpoint-options.js'
export type { FunctionWebhookOptions } from './triggers/function-webhook.js'
