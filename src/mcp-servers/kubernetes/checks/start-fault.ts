// What a container runtime says of a program it cannot start. Pure.
export type StartFault = { fault: string; says: string; mend: string }

const KNOWN: (StartFault & { pattern: RegExp })[] = [
  {
    fault: 'ExecFormatError',
    pattern: /exec format error/i,
    says: 'its program is built for another processor, or is a script without a first line',
    mend: 'use an image for the architecture of the nodes, or pin the pods to nodes of its architecture',
  },
  {
    fault: 'CommandNotFound',
    pattern:
      /executable file not found|exec[^\n]{0,200}: no such file or directory|: (?:command )?not found$|can't open file '[^']{1,200}'|cannot find module|unable to access jarfile/im,
    says: 'its command is not in the image',
    mend: 'correct command and args, or use an image that has the program',
  },
  {
    fault: 'NotExecutable',
    pattern: /(?:exec|runc|OCI runtime|container process)[^\n]{0,300}permission denied/i,
    says: 'its command may not be executed',
    mend: 'make the file executable in the image, or correct the user it runs as',
  },
  {
    fault: 'MemoryLimitTooLow',
    pattern: /container init was OOM-killed|memory limit too low\?/i,
    says: 'its memory limit is too low even to start it',
    mend: 'raise its memory limit; a number without a unit counts bytes',
  },
  {
    fault: 'RunAsRefused',
    pattern: /runAsNonRoot and image (?:will run as root|has non-numeric user)|container has runAsNonRoot/i,
    says: 'it may not run as root, and its image does',
    mend: 'set a numeric runAsUser, or build the image with one',
  },
]

/** By a message of the runtime or the first words of a shell; undefined for anything else. */
export function startFault(message: string): StartFault | undefined {
  return KNOWN.find(({ pattern }) => pattern.test(message.slice(0, 2000)))
}

// https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html
const BY_EXIT_CODE: Record<number, string> = { 126: 'NotExecutable', 127: 'CommandNotFound' }

export function startFaultOfExit(code: number | undefined): StartFault | undefined {
  const fault = BY_EXIT_CODE[code ?? 0]
  return KNOWN.find(each => each.fault === fault)
}
