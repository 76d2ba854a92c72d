/** What calls of a server end with once it was closed. */
export const serverClosed = () => new Error('The server was closed.')
