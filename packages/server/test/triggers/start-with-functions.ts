import { fileURLToPath } from 'node:url'
import type { AmuletConfig, FunctionHandler, LogEntry, ServerOptions, UserPoolConfig } from '@amulet/server'
import { createJiti } from 'jiti'
import { PASSWORD, type Started, start } from '../start.js'

export const POOL = 'us-east-1_Triggers1'
export const CLIENT = 'triggers'

/** The ARN of a function as people have it. */
export const arn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

type LambdaConfig = NonNullable<UserPoolConfig['LambdaConfig']>

export interface StartedWithFunctions extends Started {
  readonly log: LogEntry[]
  /** Calls an operation of the client. */
  ask(operation: string, input: object): ReturnType<Started['call']>
  signUp(Username: string, input?: object): ReturnType<Started['call']>
  signIn(USERNAME: string, password?: string, input?: object): ReturnType<Started['call']>
  /** Calls an operation of an administrator about the pool. */
  manage(operation: string, input?: object): ReturnType<Started['call']>
}

/** A pool whose triggers run these functions, by the name of the trigger. */
export async function startWithFunctions(
  functions: Readonly<Record<string, FunctionHandler>>,
  {
    pool = {},
    client = {},
    lambdaConfig,
    elsewhere = {},
    ...options
  }: Omit<ServerOptions, 'config'> & {
    pool?: Partial<UserPoolConfig>
    client?: object
    lambdaConfig?: LambdaConfig
    elsewhere?: Pick<AmuletConfig, 'lambdaEndpoint' | 'kmsEndpoint' | 'webhooks'>
  } = {},
): Promise<StartedWithFunctions> {
  const log: LogEntry[] = []
  const LambdaConfig =
    lambdaConfig ?? Object.fromEntries(Object.keys(functions).map((name) => [name, arn(name)]))
  const app = await start({
    functions,
    log: (entry) => log.push(entry),
    config: {
      ...elsewhere,
      userPools: [
        {
          UserPoolId: POOL,
          PoolName: 'Triggers',
          AutoVerifiedAttributes: ['email'],
          LambdaConfig,
          clients: [
            {
              ClientId: CLIENT,
              ClientName: 'Web',
              ExplicitAuthFlows: [
                'ALLOW_USER_PASSWORD_AUTH',
                'ALLOW_ADMIN_USER_PASSWORD_AUTH',
                'ALLOW_USER_SRP_AUTH',
                'ALLOW_CUSTOM_AUTH',
                'ALLOW_REFRESH_TOKEN_AUTH',
              ],
              ...client,
            },
          ],
          ...pool,
        },
      ],
    },
    ...options,
  })
  const ask = (operation: string, input: object) => app.call(operation, { ClientId: CLIENT, ...input })
  return {
    ...app,
    log,
    ask,
    manage: (operation, input = {}) => app.call(operation, { UserPoolId: POOL, ...input }),
    signUp: (Username, input = {}) =>
      ask('SignUp', {
        Username,
        Password: PASSWORD,
        UserAttributes: [{ Name: 'email', Value: `${Username}@birch.example` }],
        ...input,
      }),
    signIn: (USERNAME, password = PASSWORD, input = {}) =>
      ask('InitiateAuth', {
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD: password },
        ...input,
      }),
  }
}

/** What a file in `handlers` exports: handlers as projects write them. */
export const handlers = async (file: string): Promise<Record<string, FunctionHandler>> =>
  await createJiti(import.meta.url, { fsCache: false }).import(
    fileURLToPath(new URL(`handlers/${file}`, import.meta.url)),
  )

/** The handler of a file that has one. */
export async function handlerOf(file: string): Promise<FunctionHandler> {
  const { handler } = await handlers(file)
  if (!handler) throw new Error(`${file} exports no handler.`)
  return handler
}

/** An answer as a text that fails readably: name and message. */
export const refused = (answer: { body: { __type: string; message: string } }) =>
  `${answer.body.__type}: ${answer.body.message}`
