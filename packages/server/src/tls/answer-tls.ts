import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createSecureContext, createServer, type SecureContext } from 'node:tls'
import type { Certified } from './certificate-authority.js'
import type { Certificates } from './certificates.js'

/** The first byte of a connection of TLS: a record of a handshake (RFC 8446 section 5.1). No method of HTTP begins so. */
const HANDSHAKE = 22

/** What a client that says nothing cannot hold on to for longer, in milliseconds. */
const PATIENCE = 10_000

/**
 * Has an HTTP server answer TLS on its port.
 *
 * @param options.plainToo whether plain connections are answered as well: the first byte says which it is
 * @returns ends connections that have not said anything yet
 */
export function answerTls(
  server: Server,
  certificates: Certificates,
  { plainToo }: { plainToo: boolean },
): () => void {
  const [answer] = server.listeners('connection')
  if (!answer) throw new Error('The server answers no connections.')
  const secure = createServer({
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: PATIENCE,
    SNICallback(name, done) {
      certificates.find(name.toLowerCase()).then(
        (certified) => done(null, contextOf(certified)),
        (error: Error) => done(error),
      )
    },
  })
  // Requests are then read by the same server: its limits hold for both kinds.
  secure.on('secureConnection', (socket) => answer.call(server, socket))
  secure.on('tlsClientError', (_, socket) => socket.destroy())
  // Clients that connect by an address name none, and are shown this one.
  let unnamed: Promise<void> | undefined
  const shake = async (socket: Socket) => {
    unnamed ??= certificates.find(undefined).then((certified) => secure.setSecureContext(certified))
    try {
      await unnamed
    } catch (error) {
      // The next connection tries again.
      unnamed = undefined
      throw error
    }
    // Servers of HTTP answer a client that has said its last word. In a handshake there is nothing to answer then.
    socket.allowHalfOpen = false
    secure.emit('connection', socket)
  }
  const silent = new Set<Socket>()
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    const fail = () => socket.destroy()
    const decided = () => {
      silent.delete(socket)
      socket.off('error', fail)
      socket.off('timeout', fail)
      socket.setTimeout(0)
    }
    socket.on('error', fail)
    socket.on('timeout', fail)
    socket.on('close', () => silent.delete(socket))
    socket.setTimeout(PATIENCE)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1)
      if (first === null) return
      socket.unshift(first)
      const isSecure = first[0] === HANDSHAKE
      if (!isSecure && !plainToo) return socket.destroy()
      if (isSecure) {
        shake(socket).then(decided, fail)
      } else {
        decided()
        answer.call(server, socket)
      }
    })
  })
  return () => {
    for (const socket of silent) socket.destroy()
  }
}

const contexts = new WeakMap<Certified, SecureContext>()

/** Made once for each certificate: to read the key anew takes longer than the rest of a handshake. */
function contextOf(certified: Certified): SecureContext {
  let context = contexts.get(certified)
  if (!context) {
    context = createSecureContext(certified)
    contexts.set(certified, context)
  }
  return context
}
