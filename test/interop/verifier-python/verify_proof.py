"""Judges proof files; written from docs/protocol.md alone, standard library only.

    python3 verify_proof.py < cases

One case a line, {"anchor": hex, "file": text of a proof file}; for each one line, {"outcome": ...} or {"code": ...}.
It shares nothing with the product: where the two disagree, the page or one of them is wrong.
"""
import hashlib
import json
import sys
import unicodedata
import unicodedata


class Refused(Exception):
    """A code of docs/protocol.md#offline-proof."""


def require(condition, code):
    if not condition:
        raise Refused(code)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tag(text):
    return text.encode("ascii").ljust(16, b"\0")


# --- Keccak-256 with the original padding (Keccak reference, rate 136) -------------------------------------

ROUNDS = []
_lfsr = 1
for _ in range(24):
    _constant = 0
    for _bit in range(7):
        if _lfsr & 1:
            _constant |= 1 << ((1 << _bit) - 1)
        _lfsr = (_lfsr << 1) ^ (0x171 if _lfsr & 0x80 else 0)
    ROUNDS.append(_constant)
MASK = (1 << 64) - 1


def rotate(word, by):
    return ((word << by) | (word >> (64 - by))) & MASK if by else word


def permute(lanes):
    for constant in ROUNDS:
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        mixed = [columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lanes[x][y] ^ mixed[x] for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], rotate(current, ((step + 1) * (step + 2) // 2) % 64)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & MASK & row[(x + 2) % 5])
        lanes[0][0] ^= constant
    return lanes


def keccak(*parts):
    data = bytearray(b"".join(parts))
    padding = 136 - len(data) % 136
    data += b"\x01" + b"\0" * (padding - 1)
    data[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for at in range(0, len(data), 136):
        for lane in range(17):
            lanes[lane % 5][lane // 5] ^= int.from_bytes(data[at + 8 * lane : at + 8 * lane + 8], "little")
        lanes = permute(lanes)
    return b"".join(lanes[lane % 5][lane // 5].to_bytes(8, "little") for lane in range(4))


# --- secp256k1 recovery (SEC 1 section 4.1.6), low-s, v 0 or 1 ----------------------------------------------

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(left, right):
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % P == 0:
            return None
        slope = 3 * left[0] * left[0] * pow(2 * left[1], -1, P) % P
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, P) % P
    x = (slope * slope - left[0] - right[0]) % P
    return x, (slope * (left[0] - x) - left[1]) % P


def multiply(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def recover(digest, signature):
    """The 20-byte address that signed, or None."""
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if not (0 < r < N and 0 < s <= N // 2 and v in (0, 1)):
        return None
    square = (pow(r, 3, P) + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        return None
    if y % 2 != v:
        y = P - y
    inverse = pow(r, -1, N)
    z = int.from_bytes(digest, "big")
    key = add(multiply(s * inverse % N, (r, y)), multiply(-z * inverse % N, G))
    if key is None:
        return None
    return keccak(key[0].to_bytes(32, "big"), key[1].to_bytes(32, "big"))[12:]


# --- #codec ------------------------------------------------------------------------------------------------


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def fixed(self, length):
        require(self.at + length <= len(self.data), "CODEC_TRUNCATED")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, length):
        return int.from_bytes(self.fixed(length), "big")

    def bytes(self, most):
        length = self.number(2 if most <= 65_535 else 4)
        require(length <= most, "CODEC_BOUND")
        return self.fixed(length)

    def text(self, most):
        raw = self.bytes(most)
        try:
            value = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("CODEC_TEXT")
        require(unicodedata.normalize("NFC", value) == value, "CODEC_TEXT")
        return value

    def flag(self):
        value = self.number(1)
        require(value < 2, "CODEC_VALUE")
        return value == 1

    def choice(self, *names):
        value = self.number(1)
        require(value < len(names), "CODEC_VALUE")
        return names[value]

    def list(self, item, most):
        count = self.number(2)
        require(count <= most, "CODEC_BOUND")
        return [item(self) for _ in range(count)]

    def optional(self, item):
        return item(self) if self.flag() else None

    def end(self):
        require(self.at == len(self.data), "CODEC_TRAILING")


def decode(data, item):
    reader = Reader(data)
    value = item(reader)
    reader.end()
    return value


def struct(**fields):
    return lambda reader: {name: read(reader) for name, read in fields.items()}


u32 = lambda r: r.number(4)
u64 = lambda r: r.number(8)
u128 = lambda r: r.number(16)
hash32 = lambda r: r.fixed(32)
address = lambda r: r.fixed(20)
client_id = lambda r: r.text(64)
optional = lambda item: lambda r: r.optional(item)
listed = lambda item, most: lambda r: r.list(item, most)
raw = lambda most: lambda r: r.bytes(most)

validator_set = listed(struct(address=address, power=u64), 256)
checkpoint = struct(
    height=u64, state_root=hash32, outbox_root=hash32, time_ms=u64, set_hash=hash32, next_set_hash=hash32
)
certificate = struct(
    checkpoint=checkpoint,
    validators=validator_set,
    signatures=listed(struct(index=lambda r: r.number(2), signature=lambda r: r.fixed(65)), 256),
)
genesis = struct(
    name=lambda r: r.text(32),
    kind=lambda r: r.choice("main", "shard"),
    profile=lambda r: r.choice("local", "production"),
    created_ms=u64,
    validators=validator_set,
    organisations=listed(struct(name=lambda r: r.text(64), address=address), 64),
    quorum=lambda r: r.number(2),
    guardians=listed(address, 64),
    proposal_delay=u64,
    admission=lambda r: r.choice("open", "list"),
    admitted=listed(address, 1024),
    trusting_period=u64,
    least_timeout=u64,
)
payload = struct(
    source_port=client_id,
    destination_port=client_id,
    version=lambda r: r.text(32),
    encoding=client_id,
    value=raw(8192),
)
packet = struct(
    sequence=u64, source=client_id, destination=client_id, timeout=u64, payloads=listed(payload, 1)
)
origin = struct(kind=client_id, home=lambda r: r.text(72), issuer=address, static_root=hash32)
place = struct(outbox_height=u64, index=u32, proof=raw(4096))
side_place = struct(place=place, outbox_root=hash32, root_proof=raw(262_144))
client_state = struct(
    chain_id=lambda r: r.text(72),
    genesis_hash=hash32,
    counterparty=client_id,
    trusting_period=u64,
    drift=u64,
    created_ms=u64,
    latest_height=u64,
    latest_time=u64,
    set_hash=hash32,
    next_set_hash=hash32,
    count=u64,
    frozen=lambda r: r.flag(),
)
consensus_state = struct(state_root=hash32, outbox_root=hash32, time_ms=u64)
forward_record = struct(
    outcome=lambda r: r.choice("pending", "delivered", "failed", "timedOut"),
    client=client_id,
    sequence=u64,
    packet=optional(packet),
)


def read_end(reader):
    kind = reader.number(1)
    if kind == 1:
        return {"kind": 1, **struct(acknowledgement=raw(64), written=side_place)(reader)}
    require(kind == 2, "CODEC_VALUE")
    return {"kind": 2, **struct(pruned_below=optional(lambda r: r.fixed(8)), proof=raw(262_144))(reader)}


transfer_proof = struct(
    genesis_hash=hash32,
    genesis=raw(1_048_576),
    certificates=listed(certificate, 1024),
    origin=origin,
    source=optional(struct(client=client_id, height=u64, packet=packet, sent=side_place)),
    onward=optional(struct(client=client_id, height=u64, packet=packet, sent=place, end=read_end)),
    answer=optional(struct(acknowledgement=raw(64), written=place)),
    values=listed(optional(raw(4096)), 16),
    state_proof=raw(262_144),
)


def transfer_payload(reader):
    flags = reader.number(1)
    require(flags < 32, "CODEC_VALUE")
    head = struct(
        resource=hash32, quantity=u128, sender=address, receiver=address, deadline=u64
    )(reader)
    return {
        **head,
        "frozen": bool(flags & 1),
        "origin": origin(reader) if flags & 2 else None,
        "destination": reader.text(72) if flags & 4 else None,
        "dynamic": reader.fixed(40) if flags & 8 else None,
        "memo": reader.text(256) if flags & 16 else None,
    }


# --- #validator-set, #checkpoint, #certificate --------------------------------------------------------------


def set_hash(members):
    return keccak(*(m["address"] + m["power"].to_bytes(8, "big") for m in members))


def checkpoint_digest(cp, genesis_hash):
    domain = keccak(
        keccak(b"EIP712Domain(string name,string version,bytes32 salt)"),
        keccak(b"Tieline Checkpoint"),
        keccak(b"1"),
        genesis_hash,
    )
    kind = keccak(
        b"Checkpoint(uint64 height,bytes32 stateRoot,bytes32 outboxRoot,uint64 timeMs,"
        b"bytes32 validatorSetHash,bytes32 nextValidatorSetHash)"
    )
    word = lambda number: number.to_bytes(32, "big")
    body = keccak(
        kind, word(cp["height"]), cp["state_root"], cp["outbox_root"], word(cp["time_ms"]),
        cp["set_hash"], cp["next_set_hash"],
    )
    return keccak(b"\x19\x01", domain, body)


def is_good_certificate(cert, genesis_hash):
    members, cp = cert["validators"], cert["checkpoint"]
    addresses = [m["address"] for m in members]
    if not members or any(a >= b for a, b in zip(addresses, addresses[1:])):
        return False
    total = sum(m["power"] for m in members)
    if any(m["power"] == 0 for m in members) or total >= 2**63 or set_hash(members) != cp["set_hash"]:
        return False
    indexes = [s["index"] for s in cert["signatures"]]
    if any(a >= b for a, b in zip(indexes, indexes[1:])) or any(i >= len(members) for i in indexes):
        return False
    if not 3 * sum(members[i]["power"] for i in indexes) > 2 * total:
        return False
    digest = checkpoint_digest(cp, genesis_hash)
    return all(recover(digest, s["signature"]) == addresses[s["index"]] for s in cert["signatures"])


# --- #state-tree, #state-proof ------------------------------------------------------------------------------


def leaf_hash(path, value_hash):
    return sha(tag("tieline/leaf/v1"), path, value_hash)


def bit(path, depth):
    return path[depth // 8] >> (7 - depth % 8) & 1


def walk(reader, claims, depth):
    """The hash of one position and its opcode."""
    code = reader.number(1)
    if code == 0:
        require(all(value is None for _, value in claims), "PROOF_CLAIM_MISMATCH")
        return bytes(32), code
    if code == 1:
        held = [(path, value) for path, value in claims if value is not None]
        require(len(held) == 1, "PROOF_CLAIM_MISMATCH")
        return leaf_hash(held[0][0], sha(held[0][1])), code
    if code == 2:
        path, value_hash = reader.fixed(32), reader.fixed(32)
        require(all(value is None for _, value in claims), "PROOF_CLAIM_MISMATCH")
        for other, _ in claims:
            same = all(bit(path, at) == bit(other, at) for at in range(depth))
            require(same and path != other, "PROOF_FOREIGN_LEAF")
        return leaf_hash(path, value_hash), code
    require(code <= 5, "PROOF_OPCODE")
    require(depth < 256, "PROOF_TOO_DEEP")
    sides = [[c for c in claims if bit(c[0], depth) == side] for side in (0, 1)]
    if code == 3:
        require(sides[0] and sides[1], "PROOF_OPCODE")
        left, left_code = walk(reader, sides[0], depth + 1)
        right, right_code = walk(reader, sides[1], depth + 1)
        require(left_code != 0 or right_code >= 3, "PROOF_NOT_COMPACT")
        require(right_code != 0 or left_code >= 3, "PROOF_NOT_COMPACT")
        return sha(left, right), code
    require(not (sides[0] and sides[1]), "PROOF_OPCODE")
    other = bytes(32)
    if code == 4:
        other = reader.fixed(32)
        require(other != bytes(32), "PROOF_SIBLING")
    below, below_code = walk(reader, claims, depth + 1)
    require(code == 4 or below_code >= 3, "PROOF_NOT_COMPACT")
    return (sha(below, other) if sides[0] else sha(other, below)), code


def verify_state(root, claims, proof):
    """`claims`: (key, value or None for absent)."""
    require(0 < len(claims) <= 1024, "PROOF_EMPTY_CLAIMS")
    require(len(proof) <= min(262_144, len(claims) * 8_513), "PROOF_TOO_LARGE")
    require(len(root) == 32 and root != bytes(32), "PROOF_EMPTY_ROOT")
    require(all(key and value != b"" for key, value in claims), "PROOF_EMPTY_KEY")
    paths = sorted((sha(key), value) for key, value in claims)
    require(all(a[0] != b[0] for a, b in zip(paths, paths[1:])), "PROOF_DUPLICATE_KEY")
    reader = Reader(proof)
    found, _ = walk(reader, paths, 0)
    reader.end()
    require(found == root, "PROOF_ROOT_MISMATCH")


# --- #outbox, #packet ---------------------------------------------------------------------------------------


def verify_outbox_item(root, index, item, proof):
    client, kind, sequence, commitment = item
    reader = Reader(proof)
    count = reader.number(4)
    require(index < count <= 2**24 and root != bytes(32), "PROOF_INDEX")
    node = sha(
        tag("tieline/obox/v1"), sha(client.encode()), bytes([kind]), sequence.to_bytes(8, "big"), commitment
    )
    width, at = 1, index
    while width < count:
        width *= 2
    while width > 1:
        sibling = reader.fixed(32)
        node = sha(sibling, node) if at % 2 else sha(node, sibling)
        width, at = width // 2, at // 2
    reader.end()
    require(sha(tag("tieline/oroot/v1"), count.to_bytes(8, "big"), node) == root, "PROOF_ROOT_MISMATCH")


def packet_commitment(p):
    payloads = b"".join(
        sha(
            sha(each["source_port"].encode()), sha(each["destination_port"].encode()),
            sha(each["version"].encode()), sha(each["encoding"].encode()), sha(each["value"]),
        )
        for each in p["payloads"]
    )
    return sha(
        b"\x02", sha(p["destination"].encode()), sha(p["timeout"].to_bytes(8, "big")), sha(payloads)
    )


SUCCESS = b"\x01"
ERROR = bytes.fromhex("4774d4a575993f963b1c06573736617a457abef8589178db8d10c94b4ab511ab")


def acknowledgement_commitment(acknowledgement):
    return sha(b"\x02", sha(acknowledgement))


def resource_id(o):
    return sha(
        tag("tieline/resid/v1"), sha(o["kind"].encode()), sha(o["home"].encode()), o["issuer"], o["static_root"]
    )


def chain_id(genesis_hash):
    return "tieline:" + genesis_hash[:16].hex()


# --- #offline-proof -----------------------------------------------------------------------------------------


def key(area, *parts):
    return b"/".join([area.encode()] + [p if isinstance(p, bytes) else p.encode() for p in parts])


def u64_bytes(number):
    return number.to_bytes(8, "big")


def host_path(client, kind, sequence):
    return client.encode() + bytes([kind]) + u64_bytes(sequence)


def under(code, check):
    """Any refusal of `check` counts as `code`."""
    try:
        return check()
    except Refused:
        raise Refused(code)


def parse_file(text):
    require(len(text) <= 16_777_216, "PROOF_FORMAT")
    try:
        file = json.loads(text)
    except ValueError:
        raise Refused("PROOF_FORMAT")
    require(isinstance(file, dict), "PROOF_FORMAT")
    foreign = {"anchor", "trust", "genesis", "genesisHash", "checkpoint", "digest"}
    require(not foreign & set(file), "PROOF_NO_ANCHOR")
    require(set(file) == {"format", "transfer", "proof"} and file["format"] == "tieline-proof/1", "PROOF_FORMAT")
    try:
        data = bytes.fromhex(file["proof"])
    except (TypeError, ValueError):
        raise Refused("PROOF_FORMAT")
    require(data.hex() == file["proof"], "PROOF_FORMAT")
    return file["transfer"], under("PROOF_FORMAT", lambda: decode(data, transfer_proof))


def trusted_checkpoint(proof, anchor):
    """Steps 2 and 3: the last checkpoint, reached from the anchor."""
    name = proof["genesis_hash"]
    certificates = proof["certificates"]
    by_genesis = sha(tag("tieline/gen/v1"), proof["genesis"])
    if anchor == name:
        require(by_genesis == name, "PROOF_GENESIS")
        chain = under("PROOF_GENESIS", lambda: decode(proof["genesis"], genesis))
        height, time, next_set = 0, chain["created_ms"], set_hash(chain["validators"])
        rest, trusted = certificates, None
    else:
        digests = [checkpoint_digest(c["checkpoint"], name) for c in certificates]
        require(anchor in digests, "PROOF_GENESIS" if by_genesis == anchor else "PROOF_ANCHOR")
        at = digests.index(anchor)
        trusted = certificates[at]["checkpoint"]
        height, time, next_set = trusted["height"], trusted["time_ms"], trusted["next_set_hash"]
        rest = certificates[at + 1 :]
    require(certificates, "PROOF_CERTIFICATE")
    for cert in rest:
        cp = cert["checkpoint"]
        follows = cp["height"] > height and cp["time_ms"] >= time and cp["set_hash"] == next_set
        require(follows and is_good_certificate(cert, name), "PROOF_CERTIFICATE")
        trusted, height, time, next_set = cp, cp["height"], cp["time_ms"], cp["next_set_hash"]
    return trusted


def keys_of(proof):
    source, onward, answer = proof["source"], proof["onward"], proof["answer"]
    keys = []
    for hop in (source, onward):
        if hop is not None:
            keys.append(key("client", hop["client"]))
            keys.append(key("consensusState", hop["client"], u64_bytes(hop["height"])))
        if hop is not None and hop is onward:
            keys.append(key("outboxRoot", u64_bytes(onward["sent"]["outbox_height"])))
            keys.append(key("forward", onward["client"], u64_bytes(onward["packet"]["sequence"])))
            if source is None:
                keys.append(key("forwardsBelow", onward["client"]))
    if answer is not None:
        keys.append(key("outboxRoot", u64_bytes(answer["written"]["outbox_height"])))
    elif source is not None:
        keys.append(host_path(source["client"], 2, source["packet"]["sequence"]))
        keys.append(key("prunedBelow", source["client"]))
    return list(dict.fromkeys(keys))


def counterparty(values, hop):
    """Client and consensus state of a hop."""
    client = values.get(key("client", hop["client"]))
    state = values.get(key("consensusState", hop["client"], u64_bytes(hop["height"])))
    require(client is not None and state is not None, "PROOF_CLIENT")
    return (
        under("PROOF_STATE", lambda: decode(client, client_state)),
        under("PROOF_STATE", lambda: decode(state, consensus_state)),
    )


def verify_side_place(state, side, item):
    where = side["place"]
    root_key = key("outboxRoot", u64_bytes(where["outbox_height"]))
    verify_state(state["state_root"], [(root_key, side["outbox_root"])], side["root_proof"])
    verify_outbox_item(side["outbox_root"], where["index"], item, where["proof"])


def verify_main_place(values, where, item, code):
    root = values.get(key("outboxRoot", u64_bytes(where["outbox_height"])))
    require(root is not None and len(root) == 32, code)
    under(code, lambda: verify_outbox_item(root, where["index"], item, where["proof"]))


def transfer_of(p):
    require(len(p["payloads"]) == 1, "PROOF_MEANING")
    one = p["payloads"][0]
    plain = (one["source_port"], one["destination_port"], one["version"], one["encoding"])
    require(plain == ("transfer", "transfer", "tieline-1", "application/x-tieline"), "PROOF_MEANING")
    return under("PROOF_MEANING", lambda: decode(one["value"], transfer_payload))


def is_below(value, sequence):
    """Whether `sequence` is below the mark; an absent mark prunes nothing."""
    return value is not None and sequence < int.from_bytes(value, "big")


def judge(proof, anchor):
    main = trusted_checkpoint(proof, anchor)
    keys = keys_of(proof)
    require(len(keys) == len(proof["values"]), "PROOF_STATE")
    values = dict(zip(keys, proof["values"]))
    under("PROOF_STATE", lambda: verify_state(main["state_root"], list(values.items()), proof["state_proof"]))
    source, onward, answer = proof["source"], proof["onward"], proof["answer"]
    a = b = None
    if source is not None:
        a = source["packet"]
        client_a, state_a = counterparty(values, source)
        require(a["source"] == client_a["counterparty"] and a["destination"] == source["client"], "PROOF_CLIENT")
        item = (a["source"], 1, a["sequence"], packet_commitment(a))
        under("PROOF_SOURCE", lambda: verify_side_place(state_a, source["sent"], item))
        transfer_a = transfer_of(a)
    end_b = None
    if onward is not None:
        b = onward["packet"]
        client_b, state_b = counterparty(values, onward)
        require(b["source"] == onward["client"] and b["destination"] == client_b["counterparty"], "PROOF_CLIENT")
        item = (b["source"], 1, b["sequence"], packet_commitment(b))
        verify_main_place(values, onward["sent"], item, "PROOF_FORWARD")
        end = onward["end"]
        if end["kind"] == 1:
            ack = end["acknowledgement"]
            require(ack in (SUCCESS, ERROR), "PROOF_DESTINATION")
            item = (b["destination"], 0, b["sequence"], acknowledgement_commitment(ack))
            under("PROOF_DESTINATION", lambda: verify_side_place(state_b, end["written"], item))
            end_b = "success" if ack == SUCCESS else "error"
        else:
            require(state_b["time_ms"] // 1000 >= b["timeout"], "PROOF_TIMEOUT")
            claims = [
                (host_path(b["destination"], 2, b["sequence"]), None),
                (key("prunedBelow", b["destination"]), end["pruned_below"]),
            ]
            under("PROOF_DESTINATION", lambda: verify_state(state_b["state_root"], claims, end["proof"]))
            require(not is_below(end["pruned_below"], b["sequence"]), "PROOF_DESTINATION")
            end_b = "not received"
        record = values[key("forward", onward["client"], u64_bytes(b["sequence"]))]
        if source is None:
            below = values[key("forwardsBelow", onward["client"])]
            require(record is None and not is_below(below, b["sequence"]), "PROOF_FORWARD")
        else:
            require(record is not None, "PROOF_FORWARD")
            noted = under("PROOF_FORWARD", lambda: decode(record, forward_record))
            require((noted["client"], noted["sequence"]) == (source["client"], a["sequence"]), "PROOF_FORWARD")
            expected = {"success": "delivered", "error": "failed", "not received": "timedOut"}[end_b]
            require(noted["outcome"] == expected, "PROOF_OUTCOME")
        transfer_b = transfer_of(b)
    require(source is not None or onward is not None, "PROOF_OUTCOME")
    require(answer is None or source is not None, "PROOF_OUTCOME")
    end_a = None
    if answer is not None:
        ack = answer["acknowledgement"]
        require(ack in (SUCCESS, ERROR), "PROOF_ANSWER")
        item = (a["destination"], 0, a["sequence"], acknowledgement_commitment(ack))
        verify_main_place(values, answer["written"], item, "PROOF_ANSWER")
        end_a = "success" if ack == SUCCESS else "error"
    elif source is not None:
        require(main["time_ms"] // 1000 >= a["timeout"], "PROOF_TIMEOUT")
        require(values[host_path(source["client"], 2, a["sequence"])] is None, "PROOF_ANSWER")
        require(not is_below(values[key("prunedBelow", source["client"])], a["sequence"]), "PROOF_ANSWER")
        end_a = "not received"
    payloads = [t for t in (source and transfer_a, onward and transfer_b) if t]
    for p, t in ((a, source and transfer_a), (b, onward and transfer_b)):
        require(p is None or p["timeout"] <= t["deadline"], "PROOF_MEANING")
    same = ("resource", "quantity", "sender", "receiver", "deadline", "memo")
    require(all(payloads[0][f] == t[f] for f in same for t in payloads), "PROOF_MEANING")
    if source is not None and onward is not None:
        require(transfer_a["destination"] == client_b["chain_id"], "PROOF_MEANING")
    require(onward is None or transfer_b["destination"] is None, "PROOF_MEANING")
    resource = payloads[0]["resource"]
    for o in [proof["origin"]] + [t["origin"] for t in payloads if t["origin"]]:
        require(resource_id(o) == resource, "PROOF_RESOURCE")
    main_id = chain_id(proof["genesis_hash"])
    if source is not None and onward is not None:
        require(end_a == ("success" if end_b == "success" else "error"), "PROOF_OUTCOME")
    elif source is not None and end_a == "success":
        require(transfer_a["destination"] == main_id, "PROOF_OUTCOME")
    last = end_b if onward is not None else end_a
    outcome = {"success": "delivered", "not received": "refunded-on-timeout"}.get(last, "refunded-on-error")
    source_id = client_a["chain_id"] if source is not None else main_id
    destination_id = (
        client_b["chain_id"] if onward is not None else transfer_a["destination"]
    )
    first = a or b
    return {
        "outcome": outcome,
        "resource": proof["origin"]["home"] + "/resource:" + resource.hex(),
        "kind": proof["origin"]["kind"],
        "quantity": str(payloads[0]["quantity"]),
        "sender": source_id + ":0x" + payloads[0]["sender"].hex(),
        "receiver": destination_id + ":0x" + payloads[0]["receiver"].hex(),
        "source": source_id,
        "destination": destination_id,
        "main": main_id,
        "packet": first["source"] + "/" + str(first["sequence"]),
    }


def verify(text, anchor):
    summary, proof = parse_file(text)
    proven = judge(proof, anchor)
    require(summary == proven, "PROOF_SUMMARY")
    return proven["outcome"]


if __name__ == "__main__":
    for line in sys.stdin:
        case = json.loads(line)
        try:
            print(json.dumps({"outcome": verify(case["file"], bytes.fromhex(case["anchor"]))}))
        except Refused as refused:
            print(json.dumps({"code": str(refused)}))
