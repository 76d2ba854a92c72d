/** Gives the answer that has arrived at this page to the one that opened it, and closes this one. */
export const handOver = (url: string): void => {
  window.opener?.postMessage(url, location.origin)
  // Where the opener is cross-origin isolated, this page does not know it.
  new BroadcastChannel(HANDOVER).postMessage(url)
  window.close()
}

/** Name of the channel. */
export const HANDOVER = 'amulet.oauth'
