#!/usr/bin/env python3
"""Verifies evidence bundles and proofs of a Countersign ledger, offline.

    python3 verify.py FILE [--policy FILE | --key VKEY] [--json]

Python 3.9 or later, standard library only: no server, no database, no network. Written from
docs/ledger-formats.md, RFC 6962, RFC 8032, RFC 8785 and the C2SP specifications, independently of
the program `countersign verify`; both must agree on every file. docs/verify.md explains what it
says and its exit codes.
"""

import base64
import datetime
import hashlib
import hmac
import io
import json
import re
import struct
import sys
import unicodedata
import zipfile
import zlib

CODES = {
    "verified": 0, "unreadable": 1, "wrong-call": 2, "not-canonical": 10, "manifest": 11,
    "signature": 12, "quorum": 13, "entry": 14, "inclusion": 15, "stream": 16, "report": 17,
    "malformed": 18, "writer": 19,
}
MOST_BYTES, MOST_FILES, MOST_LINE = 1 << 30, 60_000, 32 << 20
GREATEST, DEEPEST = (1 << 53) - 1, 32


class Wrong(Exception):
    """The first thing that is wrong."""

    def __init__(self, verdict, words):
        super().__init__(words)
        self.verdict = verdict


def malformed(words):
    return Wrong("malformed", words)


def quoted(text):
    shown = "".join(
        "\\u%04X" % ord(c) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c
        for c in text[:120])
    return "'" + shown + ("…" if len(text) > 120 else "") + "'"


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


# Ed25519, RFC 8032 section 5.1: cofactorless, nothing but canonical encodings.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = point_add(q, p)
        p = point_add(p, p)
        s >>= 1
    return q


def point_encode(p):
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_decode(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verifies(key, message, signature):
    a = point_decode(key)
    if a is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], 1, P - a[3])
    return point_encode(point_add(point_times(s, BASE), point_times(k, minus_a))) == signature[:32]


# Small alphabets, one spelling each.

def unbase64(what, text):
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise malformed(what + " is not base64")
    if base64.b64encode(raw).decode() != text:
        raise malformed(what + " is not canonical base64")
    return raw


def unhash64(what, text):
    raw = unbase64(what, text)
    if len(raw) != 32:
        raise malformed(what + " is not 32 bytes in base64")
    return raw


def plain_text(what, raw):
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed(what + " is not UTF-8")
    if any(c < " " and c != "\n" for c in text):
        raise malformed(what + " has a control character")
    return text


def decimal(what, text):
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        raise malformed(what + " is not a decimal number below 2^63")
    return int(text)


def lines_of(what, text):
    if text and not text.endswith("\n"):
        raise malformed(what + " does not end with a line feed")
    return text.split("\n")[:-1]


# JSON: RFC 8259 as far as bundles have it, and its one form, RFC 8785.

def json_text(value, depth=1):
    if depth > DEEPEST:
        raise malformed("it is nested deeper than 32 levels")
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if abs(value) > GREATEST:
            raise malformed("a number is beyond 2^53 - 1")
        return str(value)
    if isinstance(value, str):
        return json_string(value)
    if isinstance(value, list):
        return "[" + ",".join(json_text(v, depth + 1) for v in value) + "]"
    keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
    return "{" + ",".join(
        json_string(k) + ":" + json_text(value[k], depth + 1) for k in keys) + "}"


def json_string(text):
    return '"' + re.sub('[\x00-\x1f"\\\\]', lambda m: {
        '"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
    }.get(m[0], "\\u%04x" % ord(m[0])), text) + '"'


def json_value(what, raw, canonical=True):
    def pairs(items):
        found = dict(items)
        if len(found) != len(items):
            raise ValueError("a key is there twice")
        return found

    def no(text):
        raise ValueError("the number " + text[:20] + " is not whole")

    def whole(text):
        if len(text) > 17:
            no(text)
        return int(text)
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=pairs, parse_float=no,
                           parse_constant=no, parse_int=whole)
        written = json_text(value).encode("utf-8")
    except (ValueError, RecursionError, Wrong) as e:
        raise malformed("%s is not JSON of a bundle: %s" % (what, e))
    if canonical and written != raw:
        raise malformed(what + " is JSON, but not in its canonical form (RFC 8785)")
    return value


class Fields:
    """The fields of a JSON object, each of the kind it must be."""

    def __init__(self, what, value):
        if not isinstance(value, dict):
            raise malformed(what + " is no JSON object")
        self.what, self.values = what, value

    def exactly(self, names):
        if set(self.values) != set(names.split()):
            raise malformed(self.what + " has not just the fields " + names)

    def get(self, name):
        return self.values.get(name)

    def wrong(self, name, wanted):
        return malformed("%s: %s is not %s" % (self.what, name, wanted))

    def text(self, name):
        if not isinstance(self.get(name), str):
            raise self.wrong(name, "a string")
        return self.get(name)

    def text_or_none(self, name):
        return None if self.get(name) is None else self.text(name)

    def number(self, name):
        value = self.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(name, "a whole number from 0")
        return value

    def list(self, name):
        if not isinstance(self.get(name), list):
            raise self.wrong(name, "an array")
        return self.get(name)

    def bytes(self, name):
        return unbase64(self.what + ": " + name, self.text(name))

    def hash(self, name):
        return unhash64(self.what + ": " + name, self.text(name))

    def hex(self, name):
        if not re.fullmatch("[0-9a-f]{64}", self.text(name)):
            raise self.wrong(name, "64 lower-case hexadecimal digits")
        return self.text(name)

    def path(self):
        path = self.list("path")
        if len(path) > 63 or not all(isinstance(p, str) for p in path):
            raise self.wrong("path", "at most 63 hashes in base64")
        return [unhash64(self.what + ": path", p) for p in path]


# RFC 6962 and RFC 9162, section 2.1.

def leaf_hash(entry):
    return sha256(b"\0", entry)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def included(leaf, index, size, path, root):
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


# C2SP: verifier keys, signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy, tlog-proof.

def check_name(what, name):
    plain_text(what, name.encode("utf-8"))
    if (not name or "\n" in name or len(name.encode("utf-8")) > 255 or "+" in name
            or any(c.isspace() or unicodedata.category(c)[0] == "Z" for c in name)):
        raise malformed(what + " " + quoted(name) + " is no name of a key")
    return name


class Key:
    def __init__(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise malformed("a verifier key is <name>+<id>+<key>")
        self.text, self.name = text, check_name("a key's name", parts[0])
        raw = unbase64("the key of " + quoted(self.name), parts[2])
        if len(raw) != 33 or raw[0] not in (1, 4):
            raise malformed("the key of %s is neither Ed25519 nor a cosigner's" % quoted(self.name))
        self.type, self.key = raw[0], raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != parts[1]:
            raise malformed("the key of %s has another id than it says" % quoted(self.name))
        if point_decode(self.key) is None:
            raise malformed("the key of %s is no point of the curve" % quoted(self.name))

    def made(self, signature):
        return signature[0] == self.name and signature[1][:4] == self.id

    def verifies(self, text, signature):
        blob = signature[1][4:]
        if self.type == 1:
            return ed25519_verifies(self.key, text.encode(), blob)
        if len(blob) != 72:
            return False
        at = struct.unpack(">Q", blob[:8])[0]
        message = "cosignature/v1\ntime %d\n%s" % (at, text)
        return at <= 31556889864403199 and ed25519_verifies(self.key, message.encode(), blob[8:])

    def fingerprint(self):
        return sha256(self.key).hex()


class Note:
    def __init__(self, raw):
        if len(raw) > 1_000_000:
            raise malformed("the note is longer than 1,000,000 bytes")
        whole = plain_text("the note", raw)
        blank = whole.rfind("\n\n")
        if blank < 0:
            raise malformed("the note has no blank line between text and signatures")
        self.text, self.signatures = whole[:blank + 1], []
        for line in lines_of("the note", whole[blank + 2:]):
            parts = line[2:].split(" ", 1)
            if not line.startswith("— ") or len(parts) != 2:
                raise malformed("a signature line of the note is not — <name> <signature>")
            blob = unbase64("a signature of the note", parts[1])
            if not 4 < len(blob) <= 8192:
                raise malformed("a signature of the note has a wrong length")
            self.signatures.append((check_name("a signer's name", parts[0]), blob))
        if not 1 <= len(self.signatures) <= 100:
            raise malformed("the note has not 1 to 100 signatures")


class Checkpoint:
    def __init__(self, text):
        lines = lines_of("the checkpoint", text)
        if len(lines) < 3 or not all(lines):
            raise malformed("the checkpoint has not at least origin, size and root")
        self.origin, self.extensions = lines[0], lines[3:]
        self.size = decimal("the checkpoint's size", lines[1])
        self.root = unhash64("the checkpoint's root", lines[2])


class Policy:
    def __init__(self, logs, witnesses, groups, quorum):
        self.logs, self.witnesses, self.groups, self.quorum = logs, witnesses, groups, quorum
        names, keys, members = set(), set(), set()
        if max(len(logs), len(witnesses), len(groups)) > 1024:
            raise malformed("the policy has more than 1024 of a kind")
        for key in logs:
            if key.type != 1:
                raise malformed("the policy has a cosigner's key for a log")
            self.unused(keys, key)
        for name, key in witnesses:
            if key.type != 4:
                raise malformed("the policy has a key for a witness that is not a cosigner's")
            self.unused(keys, key)
            self.define(names, name)
        for name, threshold, group in groups:
            if not 1 <= threshold <= len(group):
                raise malformed("the policy's group %s cannot be met" % quoted(name))
            for member in group:
                if member not in names or member in members:
                    raise malformed("the policy's %s is not defined, or twice in a group"
                                    % quoted(member))
                members.add(member)
            self.define(names, name)
        if quorum != "none" and quorum not in names:
            raise malformed("the policy's quorum %s is not defined" % quoted(quorum))

    @staticmethod
    def unused(keys, key):
        if key.key in keys:
            raise malformed("the policy has the key of %s twice" % quoted(key.name))
        keys.add(key.key)

    @staticmethod
    def define(names, name):
        if name == "none" or name in names:
            raise malformed("the policy's name %s is taken" % quoted(name))
        names.add(name)

    @staticmethod
    def parse(raw):
        if len(raw) > 262_144:
            raise malformed("the policy is longer than 262,144 bytes")
        text = plain_text("the policy", raw.replace(b"\t", b" "))
        if "\x7f" in text:
            raise malformed("the policy has a control character")
        logs, witnesses, groups, quorum, names = [], [], [], None, set()
        for line in lines_of("the policy", text):
            words = [w for w in line.split(" ") if w]
            if not words or words[0].startswith("#"):
                continue
            kind, count = words[0], len(words)
            if kind == "log" and count in (2, 3):
                logs.append(Key(words[1]))
            elif kind == "witness" and count in (3, 4):
                witnesses.append((words[1], Key(words[2])))
                names.add(words[1])
            elif kind == "group" and count >= 4:
                k = {"all": len(words) - 3, "any": 1}.get(words[2])
                k = decimal("a threshold", words[2]) if k is None else k
                if not set(words[3:]) <= names:
                    raise malformed("the policy's group %s comes before a member" % quoted(words[1]))
                groups.append((words[1], k, words[3:]))
                names.add(words[1])
            elif kind == "quorum" and count == 2 and quorum is None:
                if words[1] != "none" and words[1] not in names:
                    raise malformed("the policy's quorum comes before its definition")
                quorum = words[1]
            else:
                raise malformed("the policy has a line that is none: " + quoted(line))
        if quorum is None:
            raise malformed("the policy has no quorum line")
        return Policy(logs, witnesses, groups, quorum)

    def met_by(self, cosigners):
        met = set(cosigners)
        for name, threshold, members in self.groups:
            if sum(m in met for m in members) >= threshold:
                met.add(name)
        return self.quorum == "none" or self.quorum in met


class Findings:
    def __init__(self):
        self.proved, self.unchecked, self.log, self.witnesses = [], [], None, []
        self.events, self.withheld, self.complete = 0, [], []


def moment(seconds):
    """As ISO 8601 has it; a year beyond 9999 as seconds."""
    if seconds > 253402300799:
        return "%d s after 1970" % seconds
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return at.isoformat() + "Z"


def check_signatures(note, policy, given, findings):
    checkpoint = Checkpoint(note.text)
    own = [k for k in policy.logs if k.name == checkpoint.origin]
    if not own:
        raise Wrong("signature", "The checkpoint is of the log %s, which is none of the trusted "
                    "ones." % quoted(checkpoint.origin))
    signers = []
    for signature in note.signatures:
        for key in own:
            if key.made(signature):
                if not key.verifies(note.text, signature):
                    raise Wrong("signature", "The signature of the log %s under the checkpoint "
                                "does not verify." % quoted(key.name))
                signers.append(key)
    if not signers:
        raise Wrong("signature", "No trusted key of the log %s signed the checkpoint."
                    % quoted(checkpoint.origin))
    key = signers[0]
    findings.log = {"origin": checkpoint.origin, "size": checkpoint.size, "key": key.text,
                    "root": base64.b64encode(checkpoint.root).decode(),
                    "fingerprint": key.fingerprint(), "given": given}
    findings.proved.append(
        "The log %s signed the checkpoint of size %d with the root %s (key %s, fingerprint %s)."
        % (quoted(checkpoint.origin), checkpoint.size, findings.log["root"], quoted(key.text),
           key.fingerprint()))
    found = {}
    for name, witness in policy.witnesses:
        for signature in note.signatures:
            if witness.made(signature):
                if not witness.verifies(note.text, signature):
                    raise Wrong("quorum", "The cosignature of %s does not verify." % quoted(name))
                at = struct.unpack(">Q", signature[1][4:12])[0]
                found[name] = (min(at, found.get(name, (at,))[0]), witness)
    cosigners = sorted(found.items(), key=lambda w: w[1][0])
    named = ", ".join("%s at %s" % (quoted(n), moment(at)) for n, (at, _) in cosigners)
    if not policy.met_by(found):
        raise Wrong("quorum", "The checkpoint of size %d does not meet the quorum %s of the policy:"
                    " cosigned by %s." % (checkpoint.size, quoted(policy.quorum), named + " only"
                                          if named else "none of its witnesses"))
    findings.witnesses = [{"name": n, "key": k.text, "at": moment(at)} for n, (at, k) in cosigners]
    if cosigners:
        findings.proved.append("Witnesses cosigned the checkpoint: " + named + ".")
    if policy.quorum == "none":
        findings.unchecked.append(
            "That the log shows everybody the same history: the policy asks for no witness, so "
            "whoever holds the log's key could have made another.")
    return checkpoint


# Entries: docs/ledger-formats.md.

def text_bytes(text):
    if text is None:
        return b"\0"
    raw = text.encode("utf-8")
    return b"\1" + struct.pack(">I", len(raw)) + raw


def derive(salt, purpose):
    return hmac.new(salt, b"countersign/salt/" + purpose, hashlib.sha256).digest()


class Event:
    NAMES = ("eventId globalIndex macState metadata payload payloadRevision payloadType position "
             "positionTime recordedAt salt sequenceNumber stream time txId type writerKeyId "
             "writerMac")

    def __init__(self, what, raw):
        f = Fields(what, json_value(what, raw))
        self.withheld = f.get("payload") is None
        f.exactly(self.NAMES + " headSalt metadataSalt payloadHash rowSalt" * self.withheld)
        if self.withheld != (f.get("salt") is None):
            raise malformed(what + " has only one of payload and salt")
        metadata, self.payload = f.bytes("metadata"), None
        if self.withheld:
            self.row_salt, self.head_salt = f.hash("rowSalt"), f.hash("headSalt")
            self.payload_hash = f.hash("payloadHash")
            metadata_salt = f.hash("metadataSalt")
        else:
            salt, self.payload = f.hash("salt"), f.bytes("payload")
            self.row_salt, self.head_salt = derive(salt, b"row"), derive(salt, b"head")
            self.payload_hash = sha256(derive(salt, b"payload"), self.payload)
            metadata_salt = derive(salt, b"metadata")
        self.metadata_hash = sha256(metadata_salt, metadata)
        self.fields, self.position, self.mac = f, f.number("position"), f.number("macState")
        self.stream, self.sequence = f.text("stream"), f.number("sequenceNumber")
        self.payload_type, self.mac_bytes = f.text("payloadType"), f.hash("writerMac")
        self.time = f.number("positionTime")
        for name in ("eventId", "time", "writerKeyId"):
            f.text(name)
        for name in ("type", "payloadRevision"):
            f.text_or_none(name)
        for name in ("globalIndex", "txId", "recordedAt"):
            f.number(name)
        if self.mac > 2:
            raise malformed(what + " has a MAC state that is none")

    def entry(self, log_id):
        f = self.fields
        number = lambda name: struct.pack(">Q", f.number(name))
        text = lambda name: text_bytes(f.get(name))
        return b"countersign/event/1\n" + sha256(
            b"countersign/row/1\n", self.row_salt, log_id, bytes([self.mac]),
            number("globalIndex"), text("eventId"), text("type"), text("stream"),
            number("sequenceNumber"), text("time"), text("payloadType"), text("payloadRevision"),
            self.payload_hash, self.metadata_hash, text("writerKeyId"), self.mac_bytes,
            number("txId"), number("recordedAt"), number("positionTime"))

    def value(self):
        what = "the payload of the event at position %d" % self.position
        return Fields(what, json_value(what, self.payload, canonical=False))


# The zip file: its directory is read, and all of it is made again and compared.

FILE_NAME = re.compile(r"checkpoint|events\.ndjson|index\.html|manifest\.json|policy|predecessor|"
                       r"proofs\.ndjson|selection\.json|streams\.ndjson|"
                       r"report/[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")


class Archive:
    def __init__(self, file):
        self.file, self.files = file, {}
        size = file.seek(0, io.SEEK_END)
        if size > MOST_BYTES:
            raise self.wrong("it is larger than 1 GiB")
        try:
            listed = zipfile.ZipFile(file).infolist()
        except Exception as e:  # whatever the library makes of a damaged file
            raise self.wrong("it is no zip file (%s)" % e)
        if not 1 <= len(listed) <= MOST_FILES:
            raise self.wrong("it has not 1 to 60,000 files")
        at, directory, last = 0, b"", ""
        for info in listed:
            name = info.filename
            if not FILE_NAME.fullmatch(name):
                raise self.wrong("no file of a bundle is called " + quoted(name))
            if name <= last:
                raise self.wrong("names are sorted, each once")
            if not (0 <= info.file_size <= MOST_BYTES and 0 <= info.CRC < 2**32):
                raise self.wrong("its directory has sizes that cannot be")
            last, raw = name, name.encode("ascii")
            common = struct.pack("<5H3L2H", 10, 0, 0, 0, 0x21, info.CRC, info.file_size,
                                 info.file_size, len(raw), 0)
            self.same(at, b"PK\3\4" + common + raw, "the header of " + name)
            directory += (b"PK\1\2" + struct.pack("<H", 10) + common
                          + struct.pack("<3H2L", 0, 0, 0, 0, at) + raw)
            at += 30 + len(raw)
            if at + info.file_size > size:
                raise self.wrong("it ends within " + name)
            crc, digest = 0, hashlib.sha256()
            for chunk in self.chunks(at, info.file_size):
                crc = zlib.crc32(chunk, crc)
                digest.update(chunk)
            if crc != info.CRC:
                raise self.wrong("the content of %s is damaged" % name)
            self.files[name] = (at, info.file_size, digest.hexdigest())
            at += info.file_size
        end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, len(listed), len(listed), len(directory), at,
                                      0)
        self.same(at, directory + end, "its directory")
        if at + len(directory) + len(end) != size:
            raise self.wrong("something follows its end")

    @staticmethod
    def wrong(how):
        return Wrong("not-canonical", "The file is not a bundle: " + how + ".")

    def same(self, at, expected, what):
        self.file.seek(at)
        if self.file.read(len(expected)) != expected:
            raise self.wrong(what + " differs from the only one allowed")

    def chunks(self, at, size):
        self.file.seek(at)
        while size > 0:
            chunk = self.file.read(min(size, 1 << 20))
            if not chunk:
                raise self.wrong("it became shorter while it was read")
            size -= len(chunk)
            yield chunk

    def bytes(self, name, most):
        at, size, _ = self.files[name]
        if size > most:
            raise malformed(name + " is too large")
        return b"".join(self.chunks(at, size))

    def lines(self, name):
        at, left, _ = self.files[name]
        number = 0
        while left > 0:
            self.file.seek(at)
            line = self.file.readline(min(left, MOST_LINE + 1))
            number += 1
            if not line.endswith(b"\n"):
                raise malformed("%s, line %d, does not end, or is too long." % (name, number))
            at, left = at + len(line), left - len(line)
            yield "%s, line %d" % (name, number), line[:-1]


class Bundle:
    def __init__(self, file, policy, key, findings):
        self.archive = Archive(file)
        self.policy, self.key, self.findings = policy, key, findings
        self.streams, self.heads, self.issued, self.macs = {}, {}, [], [0, 0, 0]
        self.foreign = None

    def check(self):
        manifest = self.manifest()
        self.findings.proved.append("The file is a bundle in its one form; its %d files have the "
                                    "digests of its manifest." % len(self.archive.files))
        what = "selection.json"
        selection = Fields(what, json_value(what, self.archive.bytes(what, MOST_LINE)))
        selection.exactly("kind of")
        kind = selection.text("kind")
        if kind not in ("subject", "filter", "report"):
            raise malformed(what + ": kind is not subject, filter or report")
        of = Fields(what + ": of", selection.get("of"))
        checkpoint = self.checkpoint(manifest)
        log_id = sha256((checkpoint.origin + "\n").encode(), self.predecessor())
        self.events(checkpoint, log_id, manifest.number("events"))
        self.complete(kind, of)
        self.report(kind, of)
        if self.foreign:
            raise Wrong("writer", "%s In all: %d with a right MAC, %d with a wrong one, %d of an "
                        "unknown key." % (self.foreign, *self.macs))
        self.findings.proved.append("The ledger recorded of every event, when it took it in, that "
                                    "its writer's MAC was right.")
        self.limits()

    def manifest(self):
        name, files = "manifest.json", self.archive.files
        try:
            if name not in files:
                raise malformed("The bundle has no file " + name)
            manifest = Fields(name, json_value(name, self.archive.bytes(name, MOST_LINE)))
            manifest.exactly("checkpoint events files format")
            manifest.number("events")
            listed = manifest.list("files")
        except Wrong as e:
            raise Wrong("manifest", str(e))
        if manifest.get("format") != "countersign/bundle/1":
            raise Wrong("manifest", "The manifest is not of the format countersign/bundle/1.")
        if json_text(listed) != json_text([
                {"name": n, "sha256": files[n][2], "size": files[n][1]}
                for n in files if n != name]):
            raise Wrong("manifest", "The manifest does not list the files of the bundle with their "
                        "sizes and digests.")
        for needed in ("checkpoint", "events.ndjson", "index.html", "policy", "proofs.ndjson",
                       "selection.json"):
            if needed not in files:
                raise Wrong("manifest", "The bundle has no file %s." % needed)
        return manifest

    def checkpoint(self, manifest):
        own = Policy.parse(self.archive.bytes("policy", 1_000_000))
        note = Note(self.archive.bytes("checkpoint", 1_000_000))
        policy = own if self.policy is None else self.policy
        if self.key:
            try:
                policy = Policy([self.key], own.witnesses, own.groups, own.quorum)
            except Wrong as e:
                raise Wrong("signature", "The policy in the bundle takes the log's key for a "
                            "witness: %s." % e)
        found = check_signatures(note, policy, bool(self.policy or self.key), self.findings)
        if json_text(manifest.get("checkpoint")) != json_text({
                "origin": found.origin, "size": found.size,
                "root": base64.b64encode(found.root).decode()}):
            raise Wrong("manifest", "The manifest names another checkpoint than the bundle has.")
        return found

    def predecessor(self):
        if "predecessor" not in self.archive.files:
            return b""
        raw = self.archive.bytes("predecessor", 1_000_000)
        before = Checkpoint(Note(raw).text)
        self.findings.unchecked.append(
            "What happened when the log began anew after the checkpoint of size %d of %s, to which "
            "every entry is bound: ask the operator for the incident statement."
            % (before.size, quoted(before.origin)))
        return raw

    def events(self, checkpoint, log_id, expected):
        last, proofs, count = -1, self.archive.lines("proofs.ndjson"), 0
        for what, raw in self.archive.lines("events.ndjson"):
            proof_what, proof_raw = next(proofs, (None, None))
            if proof_raw is None:
                raise malformed("events.ndjson and proofs.ndjson have not the same number of lines.")
            event = Event(what, raw)
            if event.position <= last:
                raise malformed(what + ": events are in ledger order, each once.")
            last = event.position
            proof = Fields(proof_what, json_value(proof_what, proof_raw))
            proof.exactly("entry path position")
            entry, path = proof.bytes("entry"), proof.path()
            if proof.number("position") != event.position:
                raise malformed(proof_what + " is of another position than its event.")
            named = "The event at position %d (%s of %s)" % (
                event.position, quoted(event.payload_type), quoted(event.stream))
            if event.entry(log_id) != entry:
                raise Wrong("entry", named + " is not what the log committed to: its log entry, "
                            "made again from what is stored, differs from the one in the bundle.")
            if not included(leaf_hash(entry), event.position, checkpoint.size, path,
                            checkpoint.root):
                raise Wrong("inclusion", named + " is not in the log: its entry and path do not "
                            "lead to the root of the checkpoint of size %d." % checkpoint.size)
            self.remember(event, named)
            count += 1
        if next(proofs, None) is not None:
            raise malformed("events.ndjson and proofs.ndjson have not the same number of lines.")
        if count != expected:
            raise Wrong("manifest", "The manifest says there are %d events, but there are %d."
                        % (expected, count))
        if count == 0:
            raise malformed("The bundle has no event.")
        self.findings.proved.append(
            ("One event is" if count == 1 else "{:,} events are".format(count))
            + " as stored, made into their log entries again, and in the log under that checkpoint.")

    def remember(self, event, named):
        self.macs[event.mac] += 1
        if event.mac and not self.foreign:
            self.foreign = ("%s was not written by the product, as far as the ledger could tell "
                            "when it took it in: its writer's MAC was %s."
                            % (named, ("wrong", "of an unknown key")[event.mac - 1]))
        self.findings.events += 1
        if event.withheld:
            self.findings.withheld.append(event.position)
        first, last, position, count, _ = self.streams.get(
            event.stream, (event.sequence, -1, None, 0, None))
        if event.sequence <= last:
            raise Wrong("stream", "The event at position %d is number %d of %s, after number %d at "
                        "position %d: a history does not go back."
                        % (event.position, event.sequence, quoted(event.stream), last, position))
        self.streams[event.stream] = (first, event.sequence, event.position, count + 1,
                                      event.head_salt)
        if not event.withheld and event.payload_type == "ledger.stream-heads-recorded":
            self.heads[event.position] = event
        if not event.withheld and event.payload_type == "report.issued":
            self.issued.append(event)

    def complete(self, kind, of):
        claimed = []
        if "streams.ndjson" in self.archive.files:
            for what, raw in self.archive.lines("streams.ndjson"):
                name = self.claim(Fields(what, json_value(what, raw)))
                if claimed and claimed[-1].encode() >= name.encode():
                    raise malformed(what + ": streams are sorted by name, each once.")
                claimed.append(name)
            if not claimed:
                raise malformed("streams.ndjson is empty, and would have been left out.")
        if kind == "subject":
            if of.list("streams") != claimed:
                raise Wrong("stream", "The bundle is of a subject's whole history, but "
                            "streams.ndjson does not prove it for just the streams that "
                            "selection.json names.")
        elif not claimed:
            self.findings.unchecked.append("Whether events that the selection should have are left "
                                           "out of it: nothing in the bundle can show that.")

    def claim(self, c):
        c.exactly("headsPosition index lastPosition lastSequence path stream")
        name, last, at = c.text("stream"), c.number("lastSequence"), c.number("headsPosition")
        position, index, path = c.number("lastPosition"), c.number("index"), c.path()

        def incomplete(how):
            return Wrong("stream", "The history of %s is not complete: %s." % (quoted(name), how))
        if name not in self.streams:
            raise incomplete("the bundle has no event of it")
        first, own_last, own_position, count, salt = self.streams[name]
        if first != 0 or count != own_last + 1:
            raise incomplete("it has %d of the events 0 to %d" % (count, own_last))
        if (own_last, own_position) != (last, position):
            raise incomplete("its last event is number %d at position %d, and the bundle ends with "
                             "number %d at position %d" % (last, position, own_last, own_position))
        if at not in self.heads:
            raise incomplete("the bundle has no record of stream heads at position %d" % at)
        recorded, payload = self.heads[at], self.heads[at].value()
        if recorded.mac != 0 or not recorded.stream.startswith("ledger:"):
            raise incomplete("the record of stream heads at position %d is not the product's own"
                             % at)
        payload.exactly("root size streams")
        size = payload.number("size")
        if size > at or position >= size:
            raise incomplete("the record of stream heads at position %d is of size %d, which cannot"
                             " hold an event at position %d" % (at, size, position))
        leaf = leaf_hash(b"countersign/stream-head/1\n" + salt + text_bytes(name)
                         + struct.pack(">QQ", last, position))
        root = bytes.fromhex(payload.hex("root"))
        if not included(leaf, index, payload.number("streams"), path, root):
            raise incomplete("the record of stream heads at position %d has another last event of "
                             "it" % at)
        self.findings.complete.append({"stream": name, "events": count, "below": size})
        self.findings.proved.append(
            "The history of %s is complete up to ledger position %d (%s): events 0 to %d, and no "
            "other." % (quoted(name), size - 1, moment(recorded.time // 1_000_000), last))
        return name

    def report(self, kind, of):
        files = [n for n in self.archive.files if n.startswith("report/")]
        if kind != "report":
            if files:
                raise malformed("The bundle has files of a report, but selection.json names none.")
            return
        name, data = of.text("report"), [n for n in files if n.endswith(".json")]
        if len(data) != 1:
            raise Wrong("report", "The bundle is of a report, and has %d files report/….json "
                        "instead of one." % len(data))
        digest = self.archive.files[data[0]][2]
        for event in self.issued:
            payload = event.value()
            if payload.get("id") != name:
                continue
            if event.mac != 0:
                raise Wrong("report", "The event at position %d that issued the report is not the "
                            "product's own." % event.position)
            if payload.hex("sha256") != digest:
                raise Wrong("report", "The report in %s is not the one that was issued: its SHA-256"
                            " is %s, and the event at position %d says %s."
                            % (data[0], digest, event.position, payload.hex("sha256")))
            self.findings.proved.append("The data of the report %s in %s are those that were issued"
                                        " by the event at position %d."
                                        % (quoted(name), data[0], event.position))
            if len(files) > 1:
                self.findings.unchecked.append(
                    "The report's other files (%s): they are renderings of the data, as the "
                    "exporter made them." % ", ".join(n for n in files if n != data[0]))
            return
        raise Wrong("report", "The bundle has no event that issued the report %s." % quoted(name))

    def limits(self):
        say, withheld = self.findings.unchecked.append, self.findings.withheld
        if not self.policy and not self.key:
            say("That the log's key is the right one: it was taken from the bundle itself. Compare "
                "its fingerprint with one you have from elsewhere, or give a policy or a key.")
        elif not self.policy:
            say("That the witnesses are those you would ask: they were taken from the bundle's own "
                "policy.")
        if withheld:
            say("The payloads of %s event%s, withheld by the exporter: position%s %s." % (
                "{:,}".format(len(withheld)), "s" * (len(withheld) > 1), "s" * (len(withheld) > 1),
                ", ".join(map(str, withheld[:20])) + ", …" * (len(withheld) > 20)))
        say("The writers' MACs themselves: their keys are secret. What the ledger found of each is "
            "part of its entry.")
        say("Who the people are: events name them by ids, and what they wrote about persons is "
            "sealed.")
        say("index.html and selection.json: they are for reading, as the exporter wrote them.")


PROOF = b"c2sp.org/tlog-proof@v1\n"


def check_proof(raw, policy, key, findings):
    if len(raw) > 1_000_000 + 2 * 131_072:
        raise malformed("the proof is too long")
    text = plain_text("the proof", raw)
    head, blank, rest = text.partition("\n\n")
    if not blank:
        raise malformed("the proof has no blank line before its checkpoint")
    note, lines = Note(rest.encode()), head.split("\n")[1:]
    entry = None
    if lines and lines[0].startswith("extra "):
        entry = unbase64("the proof's extra data", lines.pop(0)[6:])
        if not 1 <= len(entry) <= 131_072:
            raise malformed("the proof's extra data has a wrong length")
    if not lines or not lines[0].startswith("index ") or len(lines) > 64:
        raise malformed("the proof has no index line, or too long a path")
    index = decimal("the proof's index", lines[0][6:])
    path = [unhash64("the proof's path", line) for line in lines[1:]]
    if entry is None:
        raise malformed("The proof has no extra line with the log entry in it.")
    policy = policy or Policy([key], [], [], "none")
    checkpoint = check_signatures(note, policy, True, findings)
    if not included(leaf_hash(entry), index, checkpoint.size, path, checkpoint.root):
        raise Wrong("inclusion", "The entry is not in the log at position %d: its hash and the path"
                    " do not lead to the root of the checkpoint of size %d."
                    % (index, checkpoint.size))
    findings.proved.append("The entry is in the log at position %d of %d."
                           % (index, checkpoint.size))
    findings.unchecked.append("What the event says: a proof holds the entry, a salted commitment, "
                              "and not the event. An evidence bundle holds both.")
    if key:
        findings.unchecked.append("Whether witnesses cosigned the checkpoint: only the log's key "
                                  "was given. Give a policy.")


def verify(path, policy=None, key=None):
    findings = Findings()
    try:
        with open(path, "rb") as file:
            if file.read(len(PROOF)) == PROOF:
                if not policy and not key:
                    return "wrong-call", "A proof needs --policy or --key.", findings
                file.seek(0)
                check_proof(file.read(2 << 20), policy, key, findings)
            else:
                Bundle(file, policy, key, findings).check()
        return "verified", None, findings
    except Wrong as e:
        return e.verdict, str(e), findings
    except OSError as e:
        return "unreadable", "The file %s cannot be read: %s." % (path, e.strerror), findings


def main(arguments):
    policy, key, as_json, files = None, None, False, []
    rest = list(arguments)
    try:
        while rest:
            word = rest.pop(0)
            if word == "--json":
                as_json = True
            elif word == "--policy" and rest:
                with open(rest.pop(0), "rb") as file:
                    policy = Policy.parse(file.read(1 << 20))
            elif word == "--key" and rest:
                key = Key(rest.pop(0))
                if key.type != 1:
                    raise malformed("the key is a cosigner's, not a log's")
            elif word.startswith("--"):
                raise malformed("unknown option " + word)
            else:
                files.append(word)
        if len(files) != 1 or (policy and key):
            raise malformed("one file, and --policy or --key, not both")
    except (Wrong, OSError) as e:
        print("verify.py: %s\n\n%s" % (e, __doc__), file=sys.stderr)
        return 2
    verdict, problem, found = verify(files[0], policy, key)
    if as_json:
        print(json_text({
            "verdict": verdict, "exitCode": CODES[verdict], "problem": problem,
            "proved": found.proved, "unchecked": found.unchecked, "log": found.log,
            "witnesses": found.witnesses, "events": found.events, "withheld": found.withheld,
            "complete": found.complete}))
        return CODES[verdict]
    print("Verified." if verdict == "verified" else "NOT VERIFIED: " + problem)
    for title, sentences in (("Proven", found.proved), ("Not checked", found.unchecked)):
        if sentences:
            print("\n%s:" % title)
            for sentence in sentences:
                print("  - " + sentence)
    return CODES[verdict]


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
