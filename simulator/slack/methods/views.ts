// views.*: modals, opened once by a trigger that lives three seconds, and home tabs.
import { z } from 'zod'
import { viewProblems } from '../block-limits.ts'
import { json, method, Refusal } from '../method.ts'
import type { Method } from '../method.ts'
import type { Block, Workspace } from '../workspace.ts'

/** Takes a trigger off its list: whose it is, or why it cannot be used. */
export type UseTrigger = (id: string) => { user: string } | { error: string }

const viewField = json(z.looseObject({ type: z.string() }))

export function viewMethods(useTrigger: UseTrigger): Record<string, Method> {
  return {
    'views.open': method({
      rate: 4,
      input: z.object({ trigger_id: z.string(), view: viewField }),
      run({ trigger_id, view }, workspace) {
        const trigger = useTrigger(trigger_id)
        if ('error' in trigger) return new Refusal(trigger.error)
        return shownView(workspace, 'modal', trigger.user, view)
      },
    }),
    'views.update': method({
      rate: 4,
      input: z.object({ view_id: z.string(), view: viewField }),
      run({ view_id, view }, workspace) {
        const known = workspace.views.find(({ id, isOpen }) => id === view_id && isOpen)
        if (!known) return new Refusal('not_found')
        const problems = viewProblems(view)
        if (problems.length > 0) return new Refusal('invalid_arguments', problems)
        known.view = view
        return { view: { id: known.id, ...view } }
      },
    }),
    'views.publish': method({
      rate: 4,
      input: z.object({ user_id: z.string(), view: viewField }),
      run({ user_id, view }, workspace) {
        if (!workspace.members.has(user_id)) return new Refusal('user_not_found')
        workspace.views = workspace.views.filter(({ type, user }) => type !== 'home' || user !== user_id)
        return shownView(workspace, 'home', user_id, view)
      },
    }),
  }
}

function shownView(workspace: Workspace, type: 'modal' | 'home', user: string, view: Block) {
  if (view.type !== type) return new Refusal('invalid_arguments', [`expected a ${type}, got ${view.type}`])
  const problems = viewProblems(view)
  if (problems.length > 0) return new Refusal('invalid_arguments', problems)
  const id = workspace.newId('V')
  workspace.views.push({ id, type, user, view, isOpen: true })
  return { view: { id, ...view } }
}
