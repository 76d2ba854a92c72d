// A function that fails in the way that the username says, and is well otherwise.
const ways = {
  async throws() {
    throw new Error('No sign-ups today')
  },
  throwsAtOnce() {
    throw new TypeError('not a function')
  },
  async throwsText() {
    throw 'just a text'
  },
  async throwsObject() {
    throw { reason: 'an object' }
  },
  async throwsNothing() {
    throw undefined
  },
  async throwsTrap() {
    throw {
      get message() {
        throw new Error('a trap')
      },
      toString() {
        throw new Error('a trap')
      },
    }
  },
  callsBackError(_event, _context, callback) {
    callback(new Error('by callback'))
  },
  callsBackText(_event, _context, callback) {
    setTimeout(callback, 1, 'a text by callback')
  },
  isDone(event, context) {
    context.done('done', event)
  },
  fails(_event, context) {
    context.fail(new Error('failed'))
  },
  async returnsNothing() {},
  async returnsNull() {
    return null
  },
  async returnsText() {
    return 'fine'
  },
  async returnsNumber() {
    return 7
  },
  async returnsList(event) {
    return [event]
  },
  async returnsNoResponse(event) {
    delete event.response
    return event
  },
  async wrongTypes(event) {
    event.response.autoConfirmUser = 'true'
    return event
  },
  async listForObject(event) {
    event.response = []
    return event
  },
  async proto(event) {
    event.response = JSON.parse('{ "autoConfirmUser": true, "__proto__": { "autoVerifyEmail": true } }')
    return event
  },
  async cycle(event) {
    event.response.self = event
    return event
  },
  async bigint(event) {
    event.response.number = 1n
    return event
  },
  async megabyte(event) {
    event.response.autoConfirmUser = true
    event.response.more = 'x'.repeat(1_000_000)
    return event
  },
  async deep(event) {
    for (let i = 0; i < 1000; i++) event.response = { in: event.response }
    return event
  },
}

const well = {
  async takesAWhile(event) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    event.response.autoConfirmUser = true
    return event
  },
  async returns(event) {
    event.response.autoConfirmUser = true
    return event
  },
  callsBack(event, _context, callback) {
    event.response.autoConfirmUser = true
    callback(null, event)
  },
  async callsBackAndReturns(event, _context, callback) {
    event.response.autoConfirmUser = true
    callback(null, event)
  },
  doneWell(event, context) {
    event.response.autoConfirmUser = true
    context.done(null, event)
  },
  succeeds(event, context) {
    event.response.autoConfirmUser = true
    setTimeout(context.succeed, 1, event)
  },
  /** Asks how long it may run. */
  async hasTime(event, context) {
    event.response.autoConfirmUser =
      context.getRemainingTimeInMillis() > 1000 && context.functionName === 'PreSignUp'
    return event
  },
}

/** What a thread survives, and a server does not. */
const deadly = {
  loops() {
    for (;;);
  },
  exits() {
    process.exit(129)
  },
  exitsQuietly() {
    process.exit(0)
  },
  throwsLater() {
    setTimeout(() => {
      throw new Error('too late to catch')
    }, 1)
  },
  async rejectsUnheard() {
    Promise.reject(new Error('nobody waits for this'))
    await new Promise(() => {})
  },
  async takesAllMemory() {
    const all = []
    for (;;) all.push(new Array(1_000_000).fill(0))
  },
}

export const PreSignUp = (event, context, callback) =>
  ({ ...ways, ...well, ...deadly })[event.userName.split('-')[0]](event, context, callback)

export const failures = Object.keys(ways)
export const successes = Object.keys(well)

export default {
  functions: { PreSignUp },
  userPools: [
    {
      UserPoolId: 'us-east-1_Triggers1',
      PoolName: 'Triggers',
      LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:PreSignUp' },
      clients: [{ ClientId: 'triggers', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
    },
  ],
}
