const PLAIN = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/

/**
 * Whether the host of a parsed URL is a name or an address, and no more. Parsers of URLs take `;`, `,` and `*` too: in the
 * header with the policy of a page the first two end something and the third stands for many hosts.
 */
export const isPlainHost = (hostname: string): boolean => PLAIN.test(hostname)
