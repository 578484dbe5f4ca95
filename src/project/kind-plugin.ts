/** Signs that another program loads the code: a plugin is a library of that program. */
import { findLine } from "./files.ts";
import type { KindFacts, Sign } from "./kind-service.ts";

/** Files by which a program finds its plugins. */
const FILES: readonly [program: string, path: RegExp, content?: RegExp][] = [
  ["Home Assistant", /(?:^|\/)custom_components\/[\w-]{1,80}\/manifest\.json$/],
  ["Kodi", /(?:^|\/)addon\.xml$/, /<addon\b/],
  ["QGIS", /(?:^|\/)metadata\.txt$/, /^qgisMinimumVersion/m],
  ["Ansible", /^galaxy\.ya?ml$/, /^namespace:/m],
  ["Odoo", /(?:^|\/)__(?:manifest|openerp)__\.py$/],
  ["Maubot", /^maubot\.ya?ml$/],
  ["Errbot", /(?:^|\/)[\w-]{1,60}\.plug$/, /^\[Core\]/m],
];

/** Modules that exist only inside the program that loads a plugin. */
const HOSTS: Readonly<Record<string, string>> = {
  sublime: "Sublime Text",
  sublime_plugin: "Sublime Text",
  bpy: "Blender",
  xbmc: "Kodi",
  xbmcgui: "Kodi",
  xbmcaddon: "Kodi",
  gimpfu: "GIMP",
  idaapi: "IDA",
  burp: "Burp Suite",
  aqt: "Anki",
  "octoprint.plugin": "OctoPrint",
  calibre: "calibre",
  binaryninja: "Binary Ninja",
  hexchat: "HexChat",
  weechat: "WeeChat",
  krita: "Krita",
  obspython: "OBS",
  adsk: "Fusion",
  nuke: "Nuke",
  hou: "Houdini",
  c4d: "Cinema 4D",
  pcbnew: "KiCad",
  homeassistant: "Home Assistant",
};

/** A tool that talks to a program from time to time is no plugin of it. */
const SHARE = 0.2;

/** What shows that another program loads the code. */
export function findPluginSigns({ source, files, firstParty }: KindFacts): Sign[] {
  const found = files.paths.flatMap((path): Sign[] => {
    const known = FILES.find(([, pattern]) => pattern.test(path));
    if (!known) return [];
    const [program, , content] = known;
    const line = content ? findLine(files.text(path) ?? "", content) : 1;
    return line === undefined ? [] : [{ path, line, note: `plugin of ${program}` }];
  });
  const code = source.filter(({ lineCount }) => lineCount > 0);
  const hosted = code.flatMap((module): Sign[] => {
    const name = Object.keys(HOSTS).find((host) => module.importsPackage(host) && !firstParty.has(host));
    return name === undefined ? [] : [{ path: module.path, line: 1, note: `plugin of ${HOSTS[name]}` }];
  });
  return hosted.length > 0 && hosted.length >= code.length * SHARE ? [...found, ...hosted] : found;
}
