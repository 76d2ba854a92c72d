import type { ServerContext } from '../context.js'
import type { Queryable } from '../db/schema.js'
import { timestamp } from '../wire/timestamp.js'
import type { LambdaConfig, SchemaAttribute } from '../wire/user-pool-settings.js'
import { rulesOf } from './rules.js'
import { type AttributeSchema, givenAttributes, poolSchema } from './schema.js'
import type { UserPool } from './user-pool.js'

/** A pool on the wire: what was set, and the defaults of what was not. */
export async function describeUserPool(context: ServerContext, db: Queryable, pool: UserPool) {
  const { settings } = pool
  const rules = rulesOf(pool)
  const template = settings.VerificationMessageTemplate
  const { sms: smsMessage, email: emailMessage, subject: emailSubject } = rules.messages.code
  return {
    Id: pool.id,
    Name: pool.name,
    Arn: userPoolArn(context, pool.id),
    Policies: {
      PasswordPolicy: {
        ...rules.password,
        PasswordHistorySize: settings.Policies?.PasswordPolicy?.PasswordHistorySize,
        TemporaryPasswordValidityDays: rules.temporaryPasswordDays,
      },
      SignInPolicy: { AllowedFirstAuthFactors: rules.firstFactors },
    },
    DeletionProtection: settings.DeletionProtection ?? 'INACTIVE',
    LambdaConfig: describeLambdaConfig(pool),
    LastModifiedDate: timestamp(pool.updatedAt),
    CreationDate: timestamp(pool.createdAt),
    SchemaAttributes: schemaAttributes(pool),
    AutoVerifiedAttributes: settings.AutoVerifiedAttributes,
    AliasAttributes: settings.AliasAttributes,
    UsernameAttributes: settings.UsernameAttributes,
    SmsVerificationMessage: smsMessage,
    EmailVerificationMessage: emailMessage,
    EmailVerificationSubject: emailSubject,
    VerificationMessageTemplate: {
      ...template,
      SmsMessage: smsMessage,
      EmailMessage: emailMessage,
      EmailSubject: emailSubject,
      DefaultEmailOption: template?.DefaultEmailOption ?? 'CONFIRM_WITH_CODE',
    },
    SmsAuthenticationMessage:
      pool.mfaConfig.SmsMfaConfiguration?.SmsAuthenticationMessage ?? settings.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: settings.UserAttributeUpdateSettings,
    MfaConfiguration: rules.mfa.mode,
    DeviceConfiguration: settings.DeviceConfiguration,
    EstimatedNumberOfUsers: await numberOfUsers(db, pool.id),
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...settings.EmailConfiguration },
    SmsConfiguration: settings.SmsConfiguration ?? pool.mfaConfig.SmsMfaConfiguration?.SmsConfiguration,
    UserPoolTags: settings.UserPoolTags ?? {},
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      ...settings.AdminCreateUserConfig,
      UnusedAccountValidityDays: rules.temporaryPasswordDays,
    },
    UserPoolAddOns: settings.UserPoolAddOns,
    UsernameConfiguration: settings.UsernameConfiguration,
    AccountRecoverySetting: settings.AccountRecoverySetting,
    UserPoolTier: settings.UserPoolTier ?? 'ESSENTIALS',
  }
}

/** Tools compare what they read with what they wrote: the function of tokens is shown under both of its names. */
export function describeLambdaConfig({ settings: { LambdaConfig = {} } }: UserPool): LambdaConfig {
  const { PreTokenGeneration, PreTokenGenerationConfig } = LambdaConfig
  const LambdaArn = PreTokenGenerationConfig?.LambdaArn ?? PreTokenGeneration
  if (LambdaArn === undefined) return LambdaConfig
  return {
    ...LambdaConfig,
    PreTokenGeneration: LambdaArn,
    PreTokenGenerationConfig: PreTokenGenerationConfig ?? { LambdaVersion: 'V1_0', LambdaArn },
  }
}

/** The region is the one the pool was made in; the server may have been moved to another since. */
export const userPoolArn = ({ accountId }: ServerContext, userPoolId: string): string =>
  `arn:aws:cognito-idp:${userPoolId.slice(0, userPoolId.indexOf('_'))}:${accountId}:userpool/${userPoolId}`

async function numberOfUsers(db: Queryable, userPoolId: string): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('user_pool_id', '=', userPoolId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function schemaAttributes(pool: UserPool) {
  // Limits are shown as they were written: as numbers, long ones would lose digits.
  const written = givenAttributes(pool)
  return poolSchema(pool).map((attribute) => describeAttribute(attribute, written.get(attribute.name)))
}

function describeAttribute(attribute: AttributeSchema, written: SchemaAttribute | undefined) {
  const { name, type, min, max } = attribute
  const text = (value: number | undefined) => (value === undefined ? undefined : String(value))
  return {
    Name: name,
    AttributeDataType: type,
    DeveloperOnlyAttribute: attribute.developerOnly,
    Mutable: attribute.mutable,
    Required: attribute.required,
    ...(type === 'String' && {
      StringAttributeConstraints: {
        MinLength: written?.StringAttributeConstraints?.MinLength || text(min),
        MaxLength: written?.StringAttributeConstraints?.MaxLength || text(max),
      },
    }),
    ...(type === 'Number' && {
      NumberAttributeConstraints: {
        MinValue: written?.NumberAttributeConstraints?.MinValue || text(min),
        MaxValue: written?.NumberAttributeConstraints?.MaxValue || text(max),
      },
    }),
  }
}
