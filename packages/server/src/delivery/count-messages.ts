import { sql } from 'kysely'
import type { PoolCall } from '../clients/call.js'
import type { MessageBudget, Transaction } from '../db/schema.js'
import type { CodeDestination } from '../users/code-destination.js'
import { mailbox } from '../wire/mailbox.js'
import { network } from '../wire/network.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A message that is about to be sent, or is said to be. */
export interface CountedMessage {
  /** For a message that is not sent: the subject that its request is counted by. */
  readonly to: CodeDestination | { readonly simulatedFor: string }
  /**
   * `anyone`: a code that anyone can ask for who knows a name. `proven`: a code to a verified address, for who has an
   * access token or is an administrator. `unproven`: every other message.
   */
  readonly asked: 'anyone' | 'proven' | 'unproven'
}

/** How many messages of one subject a budget has. */
interface Spending {
  readonly subject: string
  readonly budget: MessageBudget
  readonly messages: number
  readonly limit: number
  readonly window: number
}

/**
 * Counts messages against the budgets of their destinations and of the client address, if there are any. Call it last
 * in the transaction that makes the codes: transactions lock users before counts.
 *
 * @returns whether they may be sent: all of them, which are counted then, or none
 */
export async function countMessages(
  call: PoolCall,
  tx: Transaction,
  messages: readonly CountedMessage[],
): Promise<boolean> {
  const spendings = spendingsOf(call, messages)
  if (spendings.length === 0) return true
  const used = await spend(call, tx, spendings, 1)
  const within = spendings.every(({ subject, budget, limit }) =>
    used.some((row) => row.subject === subject && row.budget === budget && row.used <= limit),
  )
  // What is not sent leaves the budgets to others.
  if (!within) await spend(call, tx, spendings, -1)
  return within
}

/** One statement, whose locks last until the transaction ends: of messages at the same moment each is counted. */
const spend = (
  { context }: PoolCall,
  tx: Transaction,
  spendings: readonly Spending[],
  sign: 1 | -1,
): Promise<{ subject: string; budget: MessageBudget; used: number }[]> => {
  const now = context.clock.now()
  const over = sql<boolean>`message_counts.expires_at <= ${now}`
  return tx
    .insertInto('message_counts')
    .values(
      spendings.map(({ subject, budget, messages, window }) => ({
        subject,
        budget,
        used: sign * messages,
        expires_at: now + window,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['subject', 'budget']).doUpdateSet({
        used: sql<number>`case when ${over} then excluded.used else message_counts.used + excluded.used end`,
        expires_at: sql<number>`case when ${over} then excluded.expires_at else message_counts.expires_at end`,
      }),
    )
    .returning(['subject', 'budget', 'used'])
    .execute()
}

/** Each subject and budget once, in an order that is the same for all, so that transactions do not wait in a circle. */
function spendingsOf(call: PoolCall, messages: readonly CountedMessage[]): Spending[] {
  const { context, limitedAddress } = call
  const { destination, client } = context.messageLimits
  const spendings = new Map<string, Spending>()
  const add = (text: string, budget: MessageBudget, limit: number, window: number) => {
    const subject = context.rootKey.mac('message-count', text).toString('base64url')
    const key = `${subject} ${budget}`
    const messages = (spendings.get(key)?.messages ?? 0) + 1
    spendings.set(key, { subject, budget, messages, limit, window })
  }
  const address = limitedAddress === undefined ? undefined : network(limitedAddress)
  for (const { to, asked } of messages) {
    if (destination) {
      const { perHour = 10, perDay = 30 } = destination
      const { perHourAndClient = Math.ceil(perHour / 2), perHourAfterProof = 3 * perHour } = destination
      const name = nameOf(to)
      if (asked === 'proven') add(name, 'destination after a proof an hour', perHourAfterProof, HOUR)
      else {
        add(name, 'destination an hour', perHour, HOUR)
        add(name, 'destination a day', perDay, DAY)
      }
      if (asked === 'anyone' && address !== undefined)
        add(`${name} ${address}`, 'destination by one address an hour', perHourAndClient, HOUR)
    }
    if (client && address !== undefined) add(address, 'client address an hour', client.perHour ?? 100, HOUR)
  }
  return [...spendings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, spending]) => spending)
}

/** A destination however it is written, in whatever pool. Nothing is sent to a simulated one, so it has its own name. */
function nameOf(to: CountedMessage['to']): string {
  if ('simulatedFor' in to) return `simulated ${to.simulatedFor}`
  const { attribute, destination } = to
  return `${attribute} ${attribute === 'email' ? mailbox(destination) : destination}`
}
