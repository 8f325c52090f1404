// A name without dots, or of cluster DNS, that a workload asks for and nobody in the cluster has: neither a service nor a workload.
import { addressesOf } from '../addresses.ts'
import { isExternal, troubleIn } from '../complaints.ts'
import type { Complaint } from '../complaints.ts'
import { whatIsWrong } from './address-near-miss.ts'
import { keyOf, named } from '../view.ts'
import type { View } from '../view.ts'
import { saidBy } from './steady.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadNamed } from './witness.ts'

export const addressUnknown: Check = {
  name: 'address-unknown',
  check(view) {
    const asked = view
      .complaints()
      .filter(each => each.how === 'unresolved' && !each.service && /[a-z]/.test(each.host) && !isExternal(each))
      .filter(each => !workloadNamed(view, each.line.pod.metadata.namespace, each.host.split('.', 1)[0] ?? ''))
    return [...Map.groupBy(asked, ({ by, host }) => `${keyOf(by)} ${host}`).values()].flatMap(complaints => {
      const [first] = complaints
      return first ? verdict(first, complaints, view) : []
    })
  },
}

function verdict({ by: object, host }: Complaint, complaints: Complaint[], view: View): Verdict[] {
  const workload = view.workload(object)
  const told = workload && addressesOf(workload, view).find(({ name }) => name === host.split('.', 1)[0])
  if (told && whatIsWrong(told, view)) return [] // address-near-miss.ts knows more
  const said = saidBy(view, object, ({ text }) => text.includes(host) && troubleIn(text) === 'unresolved')
  return [
    {
      object,
      fault: 'AddressUnknown',
      points: told ? 10 : 8,
      whenHealthy: said?.isSteady ? 1 : 0.4,
      text: `${object.name} asks for ${host}, which nothing here is called${told ? `; ${told.where} says so` : ''}`,
      since: said?.since ?? Math.min(...complaints.map(({ line }) => line.at)),
      mend: `correct ${told?.where ?? 'the address'} of ${object.name}, or create service ${named({ ...object, name: host })}`,
      witness: complaints.slice(0, 3).map(({ line }) => logWitness(line)),
    },
  ]
}
