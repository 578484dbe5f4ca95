/** Top-level modules of the standard library (`sys.stdlib_module_names`), Python 3.8 to 3.15. */

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** In every version from 3.8 on, but for those below that came or went. */
const ALWAYS = words(`
  __future__ __main__ abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2
  cProfile calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib
  contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings
  ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt
  getpass gettext glob grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress itertools
  json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt multiprocessing
  netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform
  plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue
  quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil
  signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
  stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios test textwrap this
  threading time timeit tkinter token tokenize trace traceback tracemalloc tty turtle turtledemo types typing
  unicodedata unittest urllib uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xml xmlrpc xxlimited
  zipapp zipfile zipimport zlib
  _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022
  _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _colorize _compat_pickle _compression _contextvars
  _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib
  _frozen_importlib_external _functools _gdbm _hashlib _heapq _hmac _imp _interpreters _io _ios_support _json _locale
  _lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _opcode_metadata _operator _osx_support
  _overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydatetime _pydecimal _pyio _pylong _pyrepl _queue _random
  _remote_debugging _scproxy _sha1 _sha2 _sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat
  _statistics _string _strptime _struct _suggestions _symtable _sysconfig _thread _threading_local _tkinter _tokenize
  _tracemalloc _types _typing _uuid _warnings _weakref _weakrefset _winapi _wmi _zoneinfo _zstd
`);

/** The minor with which a module came. */
export const ADDED: ReadonlyMap<string, number> = new Map([
  ["graphlib", 9],
  ["zoneinfo", 9],
  ["tomllib", 11],
  ["annotationlib", 14],
  ["compression", 14],
  ["profiling", 15],
]);

/** The first minor without a module (PEP 594, PEP 632 and earlier removals). */
export const REMOVED: ReadonlyMap<string, number> = new Map([
  ...words("_dummy_thread _dummy_threading dummy_threading").map((name) => [name, 9] as const),
  ...words("_bootlocale formatter parser symbol").map((name) => [name, 10] as const),
  ...words("binhex").map((name) => [name, 11] as const),
  ...words("asynchat asyncore distutils imp smtpd").map((name) => [name, 12] as const),
  ...words(
    `aifc audioop cgi cgitb chunk crypt _crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd
     sunau telnetlib uu xdrlib`,
  ).map((name) => [name, 13] as const),
]);

/** Every module of any version from 3.8 on. */
export const STANDARD_LIBRARY: ReadonlySet<string> = new Set([...ALWAYS, ...ADDED.keys(), ...REMOVED.keys()]);

/** Modules that Python 3 renamed or dropped: code that imports them is Python 2. */
export const PYTHON_2_MODULES: ReadonlySet<string> = new Set(
  words(`
  BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie Dialog DocXMLRPCServer FileDialog FixTk HTMLParser
  MimeWriter Queue ScrolledText SimpleDialog SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tix Tkconstants
  Tkdnd Tkinter UserDict UserList UserString __builtin__ _winreg anydbm audiodev bsddb cPickle cStringIO commands
  compiler cookielib copy_reg dbhash dircache dl dumbdbm dummy_thread exceptions fpformat future_builtins gdbm hotshot
  htmlentitydefs htmllib httplib ihooks imageop imputil linuxaudiodev md5 mhlib mimetools mimify
  multifile mutex new popen2 posixfile repr rexec rfc822 robotparser sets sgmllib sha statvfs stringold strop sunaudio
  thread tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog toaiff ttk urllib2 urlparse
  user whichdb xmlrpclib
`),
);

/**
 * Whether an import finds a module of the standard library.
 *
 * @param module as imported, dots and all
 * @param minor `"3.12"`: the version that has to have it; without it any from 3.8 on will do
 */
export function isStandardLibrary(module: string, minor?: string): boolean {
  const top = module.split(".")[0] ?? "";
  if (!STANDARD_LIBRARY.has(top)) return false;
  if (minor === undefined) return true;
  const version = Number(minor.split(".")[1]);
  return version >= (ADDED.get(top) ?? 0) && version < (REMOVED.get(top) ?? Number.POSITIVE_INFINITY);
}
