/** The pairs of images that are measured: each class of firmware, and a hold-out set that nothing was tuned on. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FirmwareVersion, type Hub, loadFirmware } from "../../examples/demo/firmware.ts";
import { describeError } from "../../scripts/evidence.ts";
import { progress } from "../../scripts/terminal-table.ts";
import {
  type Architecture,
  DebianArchive,
  gunzipKernel,
  type Offer,
  readMember,
  sha256Of,
  unpackZImage,
} from "./debian.ts";
import type { Level } from "./settings.ts";

/** One version of an image. */
export interface Image {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Package and version that it is of. */
  readonly source: string;
}

/** What a pair stands for in the verdicts. */
type Part =
  /** Counts in every verdict. */
  | "corpus"
  /** Compressed inside: nobody gains anything; reported apart. */
  | "compressed"
  /** Nothing was tuned on it; reported apart. */
  | "hold-out";

/** A pair of images, fetched. */
export interface Pair {
  readonly name: string;
  readonly class: string;
  readonly part: Part;
  /** The same upstream source, built again with a small fix. */
  readonly rebuild: boolean;
  /** The levels that are measured, when not all: a large image takes minutes. */
  readonly levels?: readonly Level[];
  readonly old: Image;
  readonly new: Image;
}

interface Described {
  readonly name: string;
  readonly class: string;
  readonly part?: Part;
  readonly rebuild?: boolean;
  readonly levels?: readonly Level[];
}

interface NpmPair extends Described {
  readonly hub: Hub;
  readonly from: FirmwareVersion;
}

export interface DebianPair extends Described {
  readonly architecture: Architecture;
  readonly package: string | RegExp;
  /** Pattern of the one file in the package. */
  readonly member: string;
  readonly unpack?: (image: Buffer) => Buffer;
  /** From the newest of one release to the newest of the next, or between the two newest that a release got. */
  readonly step: "release" | "update";
  /** Where to look, when not everywhere. */
  readonly suites?: readonly string[];
}

const npmPairs: readonly NpmPair[] = [
  ...(["primehub", "technichub", "cityhub", "ev3"] as const).map(
    (hub): NpmPair => ({ name: `${hub}-7.27`, class: "MCU", hub, from: "7.27" }),
  ),
  ...(["primehub", "technichub", "cityhub"] as const).map(
    (hub): NpmPair => ({ name: `${hub}-7.22`, class: "MCU", hub, from: "7.22" }),
  ),
];

const kernelA64 = /^linux-image-6\.1\.0-\d+-arm64$/;
const kernelArm32 = {
  architecture: "armhf",
  package: /^linux-image-6\.1\.0-\d+-armmp$/,
  member: "./boot/vmlinuz-*",
} as const;

const debianPairs: readonly DebianPair[] = [
  {
    name: "atf-bl31-a64",
    class: "boot loader",
    architecture: "arm64",
    package: "arm-trusted-firmware",
    member: "*/sun50i_a64/bl31.bin",
    step: "release",
  },
  {
    name: "uboot-rpi-a64",
    class: "boot loader",
    architecture: "arm64",
    package: "u-boot-rpi",
    member: "*/rpi_arm64/u-boot.bin",
    step: "release",
  },
  {
    name: "seabios-x86",
    class: "boot loader",
    architecture: "amd64",
    package: "seabios",
    member: "*/bios-256k.bin",
    step: "release",
  },
  {
    name: "busybox-a64",
    class: "static ELF",
    architecture: "arm64",
    package: "busybox-static",
    member: "*/bin/busybox",
    step: "release",
  },
  {
    name: "libcrypto-thumb2",
    class: "shared ELF",
    architecture: "armhf",
    package: "libssl3",
    member: "*/libcrypto.so.3",
    step: "update",
  },
  {
    name: "libcrypto-x64",
    class: "shared ELF",
    architecture: "amd64",
    package: "libssl3",
    member: "*/libcrypto.so.3",
    step: "update",
  },
  { name: "kernel-arm32", class: "kernel", ...kernelArm32, unpack: unpackZImage, step: "update", suites: ["bookworm"] },
  {
    name: "kernel-a64",
    class: "kernel",
    architecture: "arm64",
    package: kernelA64,
    member: "./boot/vmlinuz-*",
    unpack: gunzipKernel,
    step: "update",
    suites: ["bookworm"],
  },
  {
    name: "aavmf-flash64M",
    class: "flash image",
    architecture: "arm64",
    package: "qemu-efi-aarch64",
    member: "*/AAVMF_CODE.fd",
    step: "update",
  },
  {
    name: "zImage-armmp",
    class: "compressed",
    part: "compressed",
    ...kernelArm32,
    step: "update",
    suites: ["bookworm"],
  },
  {
    name: "opensbi-riscv64",
    class: "RISC-V boot loader",
    part: "hold-out",
    architecture: "arm64",
    package: "opensbi",
    member: "*/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin",
    step: "release",
  },
  {
    name: "uboot-ppce500",
    class: "PowerPC boot loader",
    part: "hold-out",
    architecture: "arm64",
    package: "u-boot-qemu",
    member: "*/qemu-ppce500/u-boot.bin",
    step: "release",
  },
  {
    name: "uboot-qemu-arm32",
    class: "ARM32 boot loader",
    part: "hold-out",
    architecture: "arm64",
    package: "u-boot-qemu",
    member: "*/qemu_arm/u-boot.bin",
    step: "release",
  },
  {
    name: "videocore-start4",
    class: "GPU firmware",
    part: "hold-out",
    architecture: "arm64",
    package: "raspi-firmware",
    member: "*/start4.elf",
    step: "release",
  },
  {
    name: "ath10k-qca6174",
    class: "Wi-Fi firmware (Xtensa)",
    part: "hold-out",
    architecture: "arm64",
    package: "firmware-atheros",
    member: "*/ath10k/QCA6174/hw3.0/firmware-6.bin",
    step: "release",
  },
  {
    name: "libperl-a64",
    class: "minor rebuild",
    part: "hold-out",
    rebuild: true,
    architecture: "arm64",
    package: "libperl5.36",
    member: "*/libperl.so.5.36.?",
    step: "update",
  },
  {
    name: "python-x64",
    class: "minor rebuild",
    part: "hold-out",
    rebuild: true,
    architecture: "amd64",
    package: "python3.11-minimal",
    member: "*/bin/python3.11",
    step: "update",
  },
  {
    name: "libc-a64",
    class: "minor rebuild",
    part: "hold-out",
    rebuild: true,
    architecture: "arm64",
    package: "libc6",
    member: "*/libc.so.6",
    step: "update",
  },
  {
    name: "kernel-a64-security",
    class: "kernel",
    rebuild: true,
    levels: ["default"],
    architecture: "arm64",
    package: kernelA64,
    member: "./boot/vmlinuz-*",
    unpack: gunzipKernel,
    step: "update",
    suites: ["bookworm-security"],
  },
  {
    name: "kernel-a64-cloud",
    class: "kernel",
    part: "hold-out",
    rebuild: true,
    levels: ["default"],
    architecture: "arm64",
    package: /^linux-image-6\.1\.0-\d+-cloud-arm64$/,
    member: "./boot/vmlinuz-*",
    unpack: gunzipKernel,
    step: "update",
    suites: ["bookworm-security"],
  },
  {
    name: "kernel-a64-next",
    class: "kernel",
    part: "hold-out",
    levels: ["default"],
    architecture: "arm64",
    package: /^linux-image-6\.12\.\d+\+deb13-arm64$/,
    member: "./boot/vmlinuz-*",
    unpack: gunzipKernel,
    step: "update",
    suites: ["trixie-security"],
  },
];

/** Releases in order, with the suites of each. */
const releases = [
  ["bookworm", "bookworm-updates", "bookworm-security"],
  ["trixie", "trixie-updates", "trixie-security"],
  ["sid"],
] as const;

/** What could be had of the corpus, and in words what could not. */
export interface Corpus {
  readonly pairs: readonly Pair[];
  readonly missing: readonly string[];
}

/**
 * Fetches the corpus into a folder.
 *
 * @param wanted - names of pairs to fetch
 * @param smoke - takes only what is installed already: the npm pairs
 */
export function fetchCorpus(folder: string, wanted: RegExp, smoke: boolean): Corpus {
  mkdirSync(join(folder, "images"), { recursive: true });
  const archive = new DebianArchive(folder);
  const pairs: Pair[] = [];
  const missing: string[] = [];
  const keep = (name: string, bytes: Uint8Array, source: string): Image => {
    const file = join(folder, "images", name);
    writeFileSync(file, bytes);
    return { file, bytes: bytes.length, sha256: sha256Of(bytes), source };
  };
  const add = (pair: Described, sides: () => readonly [Image, Image]): void => {
    const { name, class: kind, part = "corpus", rebuild = false, levels } = pair;
    if (!wanted.test(name)) return;
    progress(`fetch ${name}`);
    try {
      const [old, fresh] = sides();
      if (old.sha256 === fresh.sha256) throw new Error(`${old.source} and ${fresh.source} hold the same bytes`);
      const sameSource = upstream(old.source) === upstream(fresh.source);
      pairs.push({
        name,
        class: kind,
        part,
        rebuild: rebuild && sameSource,
        ...(levels && { levels }),
        old,
        new: fresh,
      });
    } catch (error) {
      missing.push(`${name} (${kind}): ${describeError(error)}`);
    }
  };
  for (const pair of npmPairs) {
    const image = (version: FirmwareVersion, side: string): Image =>
      keep(`${pair.name}.${side}`, loadFirmware(pair.hub, version), `npm @pybricks/firmware ${version}.0 ${pair.hub}`);
    add(pair, () => [image(pair.from, "old"), image("7.28", "new")]);
  }
  if (smoke) return { pairs: pairs.filter(({ old }) => old.source.includes("7.27")), missing };
  for (const pair of debianPairs) {
    add(pair, () => {
      const offers = choosePair(pair, archive.offers(pair.architecture, pair.package));
      const [old, fresh] = offers.map((offer, side) => {
        const { file, path, sha256 } = archive.fetch(pair.architecture, offer);
        const member = readMember(file, pair.member);
        const image = pair.unpack ? pair.unpack(member) : member;
        const source = `${offer.package} ${offer.version} (${pair.architecture}, ${offer.suite}; ${path}, SHA-256 ${sha256})`;
        return keep(`${pair.name}.${side === 0 ? "old" : "new"}`, image, source);
      });
      return [old!, fresh!];
    });
  }
  return { pairs, missing: [...missing, ...archive.faults] };
}

/** The version without Debian's revision, of the second word of a source. */
function upstream(source: string): string {
  return source.split(" ")[1]!.replace(/-[^-]*$/, "");
}

/** The two versions to compare, of those that are offered today, oldest first. */
export function choosePair(
  { step, suites, name }: Pick<DebianPair, "step" | "suites" | "name">,
  offers: readonly Offer[],
): readonly [Offer, Offer] {
  const distinct = (among: readonly string[]): readonly Offer[] => [
    ...new Map(offers.filter(({ suite }) => among.includes(suite)).map((offer) => [offer.version, offer])).values(),
  ];
  if (step === "update") {
    for (const among of suites ? [suites] : releases) {
      const [old, fresh] = distinct(among).slice(-2);
      if (old && fresh) return [old, fresh];
    }
  } else {
    const newest = releases.flatMap((among) => distinct(among).at(-1) ?? []);
    for (const [at, fresh] of newest.entries()) {
      const old = newest[at - 1];
      if (old && old.version !== fresh.version) return [old, fresh];
    }
  }
  const found = offers.map(({ version, suite }) => `${version} in ${suite}`).join(", ");
  throw new Error(`${name} needs two versions; offered: ${found || "none"}`);
}
