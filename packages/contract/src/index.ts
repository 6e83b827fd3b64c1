export {
  type Access,
  type Role,
  roleSchema,
  roleScopes,
  type Scope,
  scopeSchema,
} from './access.js';
export {
  type ApiKey,
  apiKeySchema,
  type ChangePassword,
  type CreateApiKey,
  type CreateUser,
  changePasswordSchema,
  createApiKeySchema,
  createUserSchema,
  type Identity,
  identitySchema,
  type Login,
  type Logout,
  loginSchema,
  logoutSchema,
  newPasswordSchema,
  type Token,
  tokenSchema,
  type UpdateUser,
  type User,
  updateUserSchema,
  usernameSchema,
  userSchema,
} from './auth.js';
export {
  type BatchResult,
  batchResultSchema,
  batchResultsSchema,
} from './batch.js';
export {
  type Config,
  type ConfigInput,
  type ConfigOverride,
  configFileOnly,
  configFileSchema,
  configOverrideSchema,
  configSchema,
} from './config.js';
export {
  type ErrorBody,
  errorBodySchema,
  type Issue,
  issueSchema,
  LlamactlError,
  type LlamactlErrorOptions,
} from './error.js';
export {
  type ErrorCode,
  errorCatalogue,
  errorCodes,
  httpStatusOf,
  meaningOf,
} from './error-code.js';
export { aliasSchema } from './gateway-fields.js';
export {
  type InstanceHealth,
  instanceHealthSchema,
  type ServerHealth,
  serverHealthSchema,
} from './health.js';
export { inWords } from './in-words.js';
export {
  type CreateInstance,
  createInstanceSchema,
  type Failure,
  failureSchema,
  type Instance,
  type InstanceDefinition,
  type InstanceDetails,
  type InstanceStats,
  type InstanceStatus,
  instanceDefinitionSchema,
  instanceDetailsSchema,
  instanceSchema,
  instanceStatsSchema,
  instanceStatusSchema,
  type LastExit,
  lastExitSchema,
  type StopInstance,
  stopInstanceSchema,
  type UpdateInstance,
  updateInstanceSchema,
} from './instance.js';
export {
  type InstanceOptions,
  type OptionValue,
  optionValueSchema,
  type RestartPolicy,
  restartPolicySchema,
} from './instance-fields.js';
export {
  type LogEntry,
  type LogLevel,
  type LogQuery,
  type Logs,
  logEntrySchema,
  logLevelSchema,
  logQuerySchema,
  logsSchema,
} from './log.js';
export { nearestNames } from './nearest-names.js';
export { onAbort } from './on-abort.js';
export type { Operation } from './operation.js';
export { commonErrors } from './operation-errors.js';
export {
  type OperationId,
  type OperationResponse,
  operations,
} from './operations.js';
export { instanceNameSchema, portSchema, textSchema, timestampSchema } from './primitives.js';
export { type GatewayRequest, gatewayRequestSchema } from './request.js';
export { type StaticRoute, type StaticRouteId, staticRoutes } from './static-routes.js';
export {
  type SystemInfo,
  type SystemResources,
  type SystemStatus,
  systemInfoSchema,
  systemResourcesSchema,
  systemStatusSchema,
} from './system.js';
export {
  type Alert,
  alertSchema,
  closeCodes,
  type EventType,
  eventTypes,
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
  serverMessages,
  type WebSocketQuery,
  webSocketQuerySchema,
} from './websocket.js';
