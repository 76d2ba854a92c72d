import { domainToASCII } from 'node:url'

/**
 * What an e-mail address is counted as: the same text for the spellings of one mailbox. Mail servers and programs that
 * send mail take a domain in Unicode or in ASCII, with any of four dots; quotes and backslashes around a name for
 * nothing, and what is in parentheses for a remark; and most have what follows a plus, and dots in the name, mean nothing.
 * Where they mean something, two mailboxes are counted as one. Nothing is sent to it, and no user signs in with it.
 */
export function mailbox(written: string): string {
  const address = written.replace(/\([^)]*\)/g, '')
  const at = address.lastIndexOf('@')
  const name = address.slice(0, at).normalize('NFKC').toLowerCase()
  const plain = name.replace(/["\\.]/g, '').replace(/(?<=.)\+.*$/s, '')
  const domain = address.slice(at + 1)
  // What is no domain by the rules of IDNA, such as an address in brackets, has no other spelling.
  return `${plain}@${(domainToASCII(domain) || domain.toLowerCase()).replace(/\.$/, '')}`
}
