/** Somebody is signed in, but the tokens have run out and the server cannot be asked for new ones. */
export function Unreachable({ problem }: { problem: string }) {
  return (
    <>
      <p>{problem}</p>
      <p>You are still signed in, and can go on when it is back.</p>
      <button type="button" className="primary" onClick={() => window.location.reload()}>
        Try again
      </button>
    </>
  )
}
