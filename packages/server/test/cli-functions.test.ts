import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { amuletDev, temporaryFolder } from './amulet.js'
import { PASSWORD } from './start.js'

// Functions of a configuration file, as a project has them: written in TypeScript and JavaScript, ESM and CommonJS.

const CONFIG = `
import type { PreSignUpTriggerHandler } from 'aws-lambda'
import { handler as postConfirmation } from './functions/post-confirmation.cjs'
import { handler as byModule } from './functions/by-module.mjs'
import { handler as preSignUp } from './functions/pre-sign-up'

const arn = (name: string) => \`arn:aws:lambda:eu-west-1:000000000000:function:\${name}\`
const typed: PreSignUpTriggerHandler = async (event) => preSignUp(event)

export default {
  functions: { 'pre-sign-up': typed, 'post-confirmation': postConfirmation, 'by-module': byModule },
  userPools: [
    {
      UserPoolId: 'eu-west-1_Functions',
      PoolName: 'A',
      LambdaConfig: { PreSignUp: arn('pre-sign-up'), PostConfirmation: arn('post-confirmation') },
      clients: [{ ClientId: 'web', ClientName: 'Web' }],
    },
    {
      UserPoolId: 'eu-west-1_Modules',
      PoolName: 'B',
      LambdaConfig: { PreSignUp: arn('by-module') },
      clients: [{ ClientId: 'module', ClientName: 'Web' }],
    },
  ],
}
`

const preSignUp = (text: string) => `
interface Event {
  userName: string
  response: { autoConfirmUser?: boolean }
}
export async function handler(event: Event): Promise<Event> {
  console.log('runs for', event.userName)
  event.response.autoConfirmUser = true
  if (event.userName === 'eve') throw new Error('${text}')
  return event
}
`

const postConfirmation = `
exports.handler = (event, context, callback) => {
  callback(event.userName === 'bob' ? 'Not Bob' : null, event)
}
`

const byModule = (text: string) => `
import { text } from './text.mjs'
const more = await Promise.resolve('${text}')
export const handler = async () => { throw new Error(\`\${text} \${more}\`) }
`

function project(): { cwd: string; write: (file: string, text: string) => void } {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'functions'))
  const write = (file: string, text: string) => writeFileSync(join(cwd, file), text)
  write('amulet.config.ts', CONFIG)
  write('functions/pre-sign-up.ts', preSignUp('Not Eve'))
  write('functions/post-confirmation.cjs', postConfirmation)
  write('functions/by-module.mjs', byModule('module'))
  write('functions/text.mjs', "export const text = 'a'")
  return { cwd, write }
}

test('amulet dev runs the functions of a project, and reloads those that have changed', async () => {
  const { cwd, write } = project()
  const running = await amuletDev(['--config', 'amulet.config.ts'], { cwd })
  const signUp = async (Username: string, ClientId = 'web') => {
    const { body } = await running.call('SignUp', { ClientId, Username, Password: PASSWORD })
    return body.message ?? body.UserConfirmed
  }
  expect(await signUp('ada')).toBe(true)
  expect(await signUp('eve')).toBe('PreSignUp failed with error Not Eve.')
  expect(await signUp('bob')).toBe('PostConfirmation failed with error Not Bob.')
  // What a function prints is not among what programs read; where it threw is in the log.
  expect(running.stderr()).toContain('runs for ada')
  expect(running.stdout()).not.toContain('runs for ada')
  expect(running.stderr()).toMatch(
    /SignUp 400 .* UserLambdaValidationException subject=[0-9a-f]{32}\n.*The function pre-sign-up of PreSignUp threw at \S*functions\/pre-sign-up\.ts:9:\d+\./,
  )

  write('functions/pre-sign-up.ts', preSignUp('Still not Eve'))
  expect(await signUp('eve')).toBe('PreSignUp failed with error Still not Eve.')
  write('functions/pre-sign-up.ts', 'export const handler = {')
  expect(await signUp('carl')).toMatch(/^PreSignUp failed with error \w*Error: .*/s)
  write('functions/pre-sign-up.ts', preSignUp('Never Eve'))
  expect(await signUp('eve')).toBe('PreSignUp failed with error Never Eve.')

  expect(await signUp('dora', 'module')).toBe('PreSignUp failed with error a module.')
  write('functions/text.mjs', "export const text = 'another'")
  expect(await signUp('dora', 'module')).toBe('PreSignUp failed with error another module.')
  write('functions/by-module.mjs', byModule('one'))
  expect(await signUp('dora', 'module')).toBe('PreSignUp failed with error another one.')

  // A function that the file no longer has.
  write('amulet.config.ts', CONFIG.replace("'by-module': byModule", ''))
  expect(await signUp('dora', 'module')).toBe(
    'PreSignUp invocation failed due to error ResourceNotFoundException.',
  )
  expect(running.stderr()).toContain('could not be run: nothing has a function of this name')
  expect(await running.stop()).toBe(0)
})
