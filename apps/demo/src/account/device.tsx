import type { FetchDevicesOutput } from '@amulet/auth'
import { RemovableItem } from './removable-item.js'

interface Props {
  device: FetchDevicesOutput[number]
  isOwn: boolean
  forget: () => Promise<void>
}

export function Device({ device, isOwn, forget }: Props) {
  const isRemembered = device.attributes['dev:device_remembered_status'] === 'remembered'

  return (
    <RemovableItem
      name={device.name || 'A device without a name'}
      verb="Forget"
      hint={`Signed in ${device.lastAuthenticatedDate?.toLocaleString() ?? 'at an unknown time'}`}
      remove={forget}
    >
      {isOwn && <span className="tag on">this one</span>}{' '}
      {isRemembered && <span className="tag on">remembered</span>}
    </RemovableItem>
  )
}
