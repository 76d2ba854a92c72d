import { fetchAuthSession, fetchDevices, forgetDevice, isAuthError, rememberDevice } from '@amulet/auth'
import { useState } from 'react'
import { useAction } from '../use-action.js'
import { Device } from './device.js'
import { useLoaded } from './use-loaded.js'

/** The devices of the account, and which of them is this one; nothing where the pool does not track devices. */
async function load() {
  const { tokens } = await fetchAuthSession()
  const own = tokens?.accessToken.payload.device_key
  try {
    const devices = await fetchDevices()
    return devices.map((device) => ({ ...device, isOwn: device.id === own }))
  } catch (error) {
    if (isAuthError(error, 'InvalidUserPoolConfigurationException')) return undefined
    throw error
  }
}

/** Where the account is signed in, or was. A remembered device spares the second factor. */
export function Devices() {
  const { value: devices, problem, reload } = useLoaded(load)
  const [status, setStatus] = useState('')
  const remembering = useAction(async () => {
    setStatus('')
    await rememberDevice()
    setStatus('This device is remembered.')
    reload()
  })
  const own = devices?.find(({ isOwn }) => isOwn)

  if (!devices && !problem) return null
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Devices</h2>
      <p className="problem" role="alert">
        {(problem ?? remembering.problem)?.sentence}
      </p>
      <ul className="list">
        {devices?.map((device) => (
          <Device
            key={device.id}
            device={device}
            isOwn={device.isOwn}
            forget={async () => {
              setStatus('')
              await forgetDevice({ device })
              setStatus(device.isOwn ? 'This device is forgotten.' : 'That device is forgotten.')
              reload()
            }}
          />
        ))}
      </ul>
      {devices?.length === 0 && <p className="hint">No device is known.</p>}
      {own && own.attributes['dev:device_remembered_status'] !== 'remembered' && (
        <div className="row">
          <button
            type="button"
            className="secondary"
            aria-disabled={remembering.busy}
            onClick={remembering.start}
          >
            Remember this device
          </button>
          <span className="hint">It takes the place of a second factor then.</span>
        </div>
      )}
      <p className="hint" role="status">
        {status}
      </p>
    </section>
  )
}
