import type { FunctionHandler } from '@amulet/server'
import type * as lambda from 'aws-lambda'
import { expectTypeOf, test } from 'vitest'

test('handlers with the types of AWS Lambda are functions of triggers', () => {
  expectTypeOf<lambda.PreSignUpTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.PostConfirmationTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.PreAuthenticationTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.PostAuthenticationTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.DefineAuthChallengeTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.CreateAuthChallengeTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.VerifyAuthChallengeResponseTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.PreTokenGenerationTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.PreTokenGenerationV2TriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.UserMigrationTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.CustomMessageTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.CustomSMSSenderTriggerHandler>().toExtend<FunctionHandler>()
  expectTypeOf<lambda.Handler>().toExtend<FunctionHandler>()
})

test('a function of one argument is accepted too, and anything else is refused', () => {
  expectTypeOf<(event: lambda.PreSignUpTriggerEvent) => Promise<unknown>>().toExtend<FunctionHandler>()
  expectTypeOf<(event: number) => void>().not.toExtend<FunctionHandler>()
  expectTypeOf<string>().not.toExtend<FunctionHandler>()
})
