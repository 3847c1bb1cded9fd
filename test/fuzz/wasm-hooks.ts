/**
 * Takes the place of the host's WebAssembly for fuzzing: most of what a patch of a small image costs is memory that is mapped, cleared by the system
 * and given back, and instances.
 */

interface Memory {
  readonly buffer: ArrayBuffer;
}
interface Descriptor {
  readonly initial: number;
  readonly maximum?: number;
}
type Exports = Readonly<Record<string, unknown>>;
interface Imports {
  readonly env: { readonly memory: Memory; readonly refill: () => number };
}

declare const WebAssembly: {
  Memory: new (descriptor: Descriptor) => Memory;
  Instance: new (module: object, imports: Imports) => { readonly exports: Exports };
};

/** A class whose objects are made by a function. */
function madeBy<Parameters extends unknown[], Made extends object>(
  real: new (...parameters: Parameters) => Made,
  make: (...parameters: Parameters) => Made,
): new (
  ...parameters: Parameters
) => Made {
  return new Proxy(real, { construct: (_, parameters) => make(...(parameters as Parameters)) });
}

/** A memory of runs that ended, and the instance that worked in it. */
interface Place {
  readonly memory: Memory;
  instance?: { readonly module: object; readonly exports: Exports };
  refill: () => number;
}

/** Places by the bounds of their memories. */
const shelves = new Map<string, Place[]>();

/**
 * Runs with memories and instances of earlier runs, which hold what the last patch left there: a run that reads what it did not write is different
 * from one in fresh memory. What is made in the run may not be used after it.
 */
export function withRecycledMemories<T>(run: () => T): T {
  const real = { Memory: WebAssembly.Memory, Instance: WebAssembly.Instance };
  const taken: { readonly shelf: Place[]; readonly place: Place }[] = [];
  WebAssembly.Memory = madeBy(real.Memory, (descriptor: Descriptor) => {
    const bounds = `${descriptor.initial} ${descriptor.maximum}`;
    const shelf = shelves.get(bounds) ?? [];
    shelves.set(bounds, shelf);
    const place = shelf.pop() ?? { memory: new real.Memory(descriptor), refill: () => 0 };
    taken.push({ shelf, place });
    return place.memory;
  });
  WebAssembly.Instance = madeBy(real.Instance, (module: object, { env }: Imports) => {
    const { place } = taken.find((each) => each.place.memory === env.memory)!;
    place.refill = env.refill;
    if (place.instance?.module === module) {
      (place.instance.exports as { readonly resetArena: () => void }).resetArena();
      return place.instance;
    }
    const imports = { env: { memory: place.memory, refill: () => place.refill() } };
    const { exports } = new real.Instance(module, imports);
    place.instance = { module, exports };
    return place.instance;
  });
  try {
    return run();
  } finally {
    Object.assign(WebAssembly, real);
    for (const { shelf, place } of taken) shelf.push(place);
  }
}

/** Sizes of the coder's model, in the order of the header of a patch. */
export type ModelSizes = readonly [
  flagBits: number,
  lineBits: number,
  correctionBits: number,
  contexts: number,
  windowBits: number,
];

/** Runs `make`, which makes patches, with a model of other sizes than those of its profile; not larger ones. */
export function withModelSizes<T>(sizes: ModelSizes, make: () => T): T {
  const Real = WebAssembly.Instance;
  const [flagBits, lineBits, correctionBits, contexts, windowBits] = sizes;
  WebAssembly.Instance = madeBy(Real, (module: object, imports: Imports) => {
    const { exports } = new Real(module, imports);
    const { encodeMap, encodeBlock } = exports as Record<string, (...numbers: readonly number[]) => number>;
    return {
      exports: {
        ...exports,
        encodeMap: (model: number, _: number, ...rest: readonly number[]) => encodeMap!(model, flagBits, ...rest),
        encodeBlock: (model: number, ...rest: readonly number[]) =>
          encodeBlock!(model, flagBits, lineBits, correctionBits, contexts, 2 ** windowBits, ...rest.slice(5)),
      },
    };
  });
  try {
    return make();
  } finally {
    WebAssembly.Instance = Real;
  }
}
