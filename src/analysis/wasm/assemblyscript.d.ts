// What AssemblyScript knows by itself, for sources that are compiled to WebAssembly and also run as they are.
declare type i32 = number

/** An access whose bounds need no check. */
declare var unchecked: <T>(value: T) => T
