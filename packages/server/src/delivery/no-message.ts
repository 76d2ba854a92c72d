import type { MessagePurpose } from '../message.js'

/** What a wait for a message ends with: most often the message went to another address, or was of another kind. */
export function noMessage(
  to: string,
  purpose: MessagePurpose | undefined,
  seconds: number,
  messages: readonly { readonly purpose: MessagePurpose; readonly to: string }[],
): Error {
  const what = purpose === undefined ? 'No message' : `No message for the purpose ${purpose}`
  const others = messages.slice(0, 5).map((message) => `${message.purpose} to ${message.to}`)
  const rest =
    others.length === 0 ? 'The inbox is empty.' : `The newest messages in the inbox: ${others.join(', ')}.`
  // One that is there, and would have ended the wait, has ended another.
  const isTaken = messages.some((one) => one.to === to && (purpose === undefined || one.purpose === purpose))
  const again = isTaken ? ' Each message is handed out once: `last` finds one again that was.' : ''
  return new Error(`${what} to ${to} came within ${seconds} seconds. ${rest}${again}`)
}
