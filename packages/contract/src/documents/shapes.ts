import type * as z from 'zod/mini';
import { roleSchema, scopeSchema } from '../access.js';
import {
  apiKeySchema,
  changePasswordSchema,
  createApiKeySchema,
  createUserSchema,
  identitySchema,
  loginSchema,
  logoutSchema,
  tokenSchema,
  updateUserSchema,
  usernameSchema,
  userSchema,
} from '../auth.js';
import { batchResultSchema } from '../batch.js';
import { configFileSchema, configOverrideSchema, configSchema } from '../config.js';
import { errorBodySchema, issueSchema } from '../error.js';
import { instanceHealthSchema, serverHealthSchema } from '../health.js';
import {
  createInstanceSchema,
  failureSchema,
  instanceDetailsSchema,
  instanceSchema,
  instanceStatsSchema,
  instanceStatusSchema,
  lastExitSchema,
  stopInstanceSchema,
  updateInstanceSchema,
} from '../instance.js';
import { instanceOptionsSchema, optionValueSchema } from '../instance-fields.js';
import { logEntrySchema, logLevelSchema, logsSchema } from '../log.js';
import { instanceNameSchema, portSchema, timestampSchema } from '../primitives.js';
import {
  instanceCountsSchema,
  systemInfoSchema,
  systemResourcesSchema,
  systemStatusSchema,
  versionSchema,
} from '../system.js';
import { alertSchema } from '../websocket.js';

/** A schema, and what it is. Values describe themselves. */
type Shape = readonly [schema: z.ZodMiniType, description?: string];

/** Everything that has a name of its own in the documents; it is written out there once. */
export const shapes = {
  Alert: [alertSchema, 'Something that people should look at; raised once and cleared once.'],
  ApiKey: [apiKeySchema, 'An API key, without what makes it secret.'],
  BatchResult: [batchResultSchema, 'What became of one instance, at the moment of the answer.'],
  ChangePassword: [changePasswordSchema, 'A password to set.'],
  Config: [configSchema, 'The whole configuration, defaults filled in and secrets masked.'],
  ConfigFile: [
    configFileSchema,
    'Settings, as the configuration file has them. Any may be left out.',
  ],
  ConfigOverride: [configOverrideSchema, 'A setting that the configuration file does not decide.'],
  CreateApiKey: [createApiKeySchema, 'An API key to make.'],
  CreateInstance: [
    createInstanceSchema,
    'An instance to define. Fields left out get their defaults; a port is chosen.',
  ],
  CreateUser: [createUserSchema, 'A user to add.'],
  ErrorBody: [errorBodySchema, 'What went wrong, and what to do about it.'],
  Failure: [failureSchema],
  Identity: [identitySchema, 'Who is asking, as the server sees it.'],
  Instance: [instanceSchema, 'An instance as lists show it: everything but its figures.'],
  InstanceCounts: [instanceCountsSchema, 'How many instances there are, in all and by state.'],
  InstanceDetails: [instanceDetailsSchema, 'An instance with its figures.'],
  InstanceHealth: [
    instanceHealthSchema,
    'What a check of an instance found, each part looked at for real.',
  ],
  InstanceName: [instanceNameSchema],
  InstanceOptions: [instanceOptionsSchema],
  InstanceStats: [
    instanceStatsSchema,
    'Figures of a running instance, its whole process tree included. What cannot be seen is null.',
  ],
  InstanceStatus: [instanceStatusSchema],
  Issue: [issueSchema, 'One thing that is wrong with a request: where, and what.'],
  LastExit: [lastExitSchema, 'How the last run of an instance ended.'],
  LogEntry: [logEntrySchema, "One line of an instance's log."],
  LogLevel: [logLevelSchema],
  Login: [loginSchema, 'Name and password of a user.'],
  Logout: [logoutSchema, 'Which sessions to end.'],
  Logs: [logsSchema, 'Lines of a log.'],
  OptionValue: [optionValueSchema],
  Port: [portSchema],
  Role: [roleSchema],
  Scope: [scopeSchema],
  ServerHealth: [serverHealthSchema, "The server's own health."],
  StopInstance: [stopInstanceSchema, 'How to stop.'],
  SystemInfo: [
    systemInfoSchema,
    'What machine and which build it is; none of it changes while the server runs.',
  ],
  SystemResources: [systemResourcesSchema, 'Figures of the machine. What cannot be seen is null.'],
  SystemStatus: [systemStatusSchema, 'State and figures of the server and its machine.'],
  Timestamp: [timestampSchema],
  Token: [tokenSchema, 'A token, to be sent as Authorization: Bearer.'],
  UpdateInstance: [updateInstanceSchema, 'What to change of an instance: any field but the name.'],
  UpdateUser: [updateUserSchema, 'What to change of a user.'],
  User: [userSchema, 'A user, without the password.'],
  Username: [usernameSchema],
  Version: [versionSchema],
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;

/** The name of a schema; undefined when it has none. */
export function shapeNameOf(schema: z.ZodMiniType): ShapeName | undefined {
  return namesBySchema.get(schema);
}

const namesBySchema = new Map<z.ZodMiniType, ShapeName>(
  Object.entries(shapes).map(([name, [schema]]) => [schema, name as ShapeName]),
);
