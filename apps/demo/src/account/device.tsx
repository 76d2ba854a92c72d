import type { FetchDevicesOutput } from '@amulet/auth'
import { useAction } from '../use-action.js'

interface Props {
  device: FetchDevicesOutput[number]
  isOwn: boolean
  forget: () => Promise<void>
}

export function Device({ device, isOwn, forget }: Props) {
  const { start, busy, problem } = useAction(forget)
  const name = device.name || 'A device without a name'
  const isRemembered = device.attributes['dev:device_remembered_status'] === 'remembered'

  return (
    <li aria-label={name}>
      <div className="row">
        <span className="grow">
          {name} {isOwn && <span className="tag on">this one</span>}{' '}
          {isRemembered && <span className="tag on">remembered</span>}
          <span className="hint block">
            Signed in {device.lastAuthenticatedDate?.toLocaleString() ?? 'at an unknown time'}
          </span>
        </span>
        <button
          type="button"
          className="quiet"
          aria-label={`Forget: ${name}`}
          aria-disabled={busy}
          onClick={start}
        >
          Forget
        </button>
      </div>
      <p className="problem" role="alert">
        {problem?.sentence}
      </p>
    </li>
  )
}
