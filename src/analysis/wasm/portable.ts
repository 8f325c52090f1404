// The one function of AssemblyScript that our portable sources call, for where they run as JavaScript: import it before them.
globalThis.unchecked = value => value
