import { describe, expect, it } from "vitest";
import {
  allowsMinor,
  allowsVersion,
  fromConda,
  isPinned,
  toPep440,
} from "../../../src/project/manifests/specifiers.ts";

describe("constraints of Poetry and Pipenv", () => {
  it.each([
    ["^1.2.3", ">=1.2.3,<2"],
    ["^0.2.3", ">=0.2.3,<0.3"],
    ["^0.0.3", ">=0.0.3,<0.0.4"],
    ["^0", ">=0,<1"],
    ["^1.0b2", ">=1.0b2,<2"],
    ["~1.2.3", ">=1.2.3,<1.3"],
    ["~1", ">=1,<2"],
    ["*", ""],
    ["1.2", "==1.2"],
    ["=1.2", "==1.2"],
    ["1.2.*", "==1.2.*"],
    [">= 1.0 , <2", ">=1.0,<2"],
    [">=3.8 <3.11", ">=3.8,<3.11"],
    ["~=1.4.2", "~=1.4.2"],
    ["^3.8 || ^2.7", ">=3.8,<4 || >=2.7,<3"],
    ["", ""],
  ])("turns %j into %j", (written, specifier) => {
    expect(toPep440(written)).toBe(specifier);
  });

  it("leaves what it cannot translate", () => {
    expect(toPep440("latest")).toBe("latest");
    expect(toPep440(`^${"1.".repeat(400)}1`)).toHaveLength(802);
  });
});

describe("constraints of conda", () => {
  it.each([
    ["=1.2", "==1.2.*"],
    ["=1.2.*", "==1.2.*"],
    ["==1.2", "==1.2"],
    ["=1.2.3=py38_0", "==1.2.3"],
    [">=1.2,<2", ">=1.2,<2"],
    ["1.2|1.3", "==1.2 || ==1.3"],
    ["", ""],
  ])("turns %j into %j", (written, specifier) => {
    expect(fromConda(written)).toBe(specifier);
  });
});

describe("allowsVersion", () => {
  it.each([
    [">=1.0", "2.0", true],
    [">=1.0", "2.0rc1", true],
    ["<2", "2.0rc1", false],
    ["==1.0", "1.0+cpu", true],
    ["", "7", true],
    ["^1.2", "1.9", true],
    ["^1.2", "2.0", false],
    [">=1,<2 || ==3", "3", true],
    ["!=1.5", "1.5", false],
  ])("%j, %s: %s", (specifier, version, allowed) => {
    expect(allowsVersion(specifier, version)).toBe(allowed);
  });

  it("does not guess", () => {
    expect(allowsVersion("latest", "1.0")).toBeUndefined();
    expect(allowsVersion(">=1.0", "not a version")).toBeUndefined();
    expect(allowsVersion(">=1.0", "1".repeat(10_000))).toBeUndefined();
  });
});

describe("allowsMinor", () => {
  it.each([
    [">=3.8", "3.12", true],
    [">=3.8", "3.7", false],
    [">=3.9.2", "3.9", true],
    ["<3.9.1", "3.9", true],
    ["<3.9", "3.9", false],
    [">3.9", "3.9", true],
    ["<=3.9", "3.9", true],
    ["==3.9.7", "3.9", true],
    ["~=3.8", "3.14", true],
    ["~=3.8.2", "3.9", false],
    ["^3.8", "3.14", true],
    ["~3.8", "3.9", false],
    ["3.9", "3.9", true],
    ["3", "3.11", true],
    [">=2.7, !=3.0.*, !=3.1.*", "3.1", false],
    [">=3.6.*", "3.6", true],
    ["", "3.9", true],
    ["nonsense", "3.9", false],
  ])("%j, %s: %s", (specifier, minor, allowed) => {
    expect(allowsMinor(specifier, minor)).toBe(allowed);
  });
});

it.each([
  ["==1.2", true],
  ["===1.2", true],
  [">=1, ==1.2", true],
  ["==1.*", false],
  [">=1.2", false],
  ["==1 || ==2", false],
  ["", false],
])("%j is pinned: %s", (specifier, pinned) => {
  expect(isPinned(specifier)).toBe(pinned);
});
