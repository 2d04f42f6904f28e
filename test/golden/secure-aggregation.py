"""Golden values of secure aggregation, by the package cryptography (X25519, HKDF, AES) and by exact fractions (the choice of the
neighbour graph's degree and threshold).

Run from the repository's root: python3 test/golden/secure-aggregation.py
"""
import hashlib
import json
import math
import struct
from fractions import Fraction
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

session = bytes(range(32))
private = {name: hashlib.sha256(name.encode()).digest() for name in ("alice", "bob")}
public = {name: X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw() for name, key in private.items()}


def label(*labels):
    return b"\0".join([b"probselect secure aggregation", b"1", *(one.encode() for one in labels)])


def derive(secret, *labels):
    return HKDF(algorithm=SHA256(), length=32, salt=session, info=label(*labels)).derive(secret)


def tagged_hash(value, *labels):
    return hashlib.sha256(label(*labels) + b"\0" + session + value).digest()


def stream(key, words):
    encryptor = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return list(struct.unpack(f"<{words}I", encryptor.update(bytes(4 * words))))


def permutation(key, count):
    numbers = iter(stream(key, 100 * count))

    def below(bound):
        limit = 2**32 - 2**32 % bound
        return next(number for number in numbers if number < limit) % bound

    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = below(last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def neighbours(seed, count, degree):
    circle = permutation(derive(seed, "graph"), count)
    steps = [step for distance in range(1, degree // 2 + 1) for step in (distance, -distance)]
    places = {position: place for place, position in enumerate(circle)}
    return [sorted(circle[(places[position] + step) % count] for step in steps) for position in range(count)]


def tail(total, marked, draws, counts):
    ways = sum(math.comb(marked, count) * math.comb(total - marked, draws - count) for count in counts if count <= draws)
    return Fraction(ways, math.comb(total, draws))


def threshold_of(degree, corrupted, server):
    return max(2, corrupted + 1 if server == "honest" else (degree + corrupted) // 2 + 1)


def parameters(clients, dropout, corrupt, server, security_bits, correctness_bits):
    corrupted, dropped = math.floor(corrupt * clients), math.floor(dropout * clients)
    degree = clients - 1
    threshold = threshold_of(degree, corrupted, server)
    pairs_protect = degree <= 254 and clients - corrupted - dropped >= 2 and degree - dropped >= threshold
    all_pairs = [degree, threshold, threshold + 1] if pairs_protect else None
    if clients <= 32 and all_pairs:
        return all_pairs
    security, correctness = Fraction(1, 2**security_bits), Fraction(1, 2**correctness_bits)
    for degree in range(4, min(254, clients - 2) + 1, 2):
        run = Fraction(1)
        for index in range(degree // 2):
            run *= Fraction(max(0, corrupted + dropped - index), clients - index)
        if clients * run > security:
            continue
        most = math.ceil(Fraction(degree * corrupted, clients))
        while clients * tail(clients - 1, corrupted, degree, range(most + 1, corrupted + 1)) > security:
            most += 1
        threshold = threshold_of(degree, most, server)
        if threshold > degree:
            continue
        if clients * tail(clients - 1, clients - 1 - dropped, degree, range(threshold)) <= correctness:
            return [degree, threshold, clients - dropped]
    return all_pairs


agreed = X25519PrivateKey.from_private_bytes(private["alice"]).exchange(X25519PublicKey.from_public_bytes(public["bob"]))
pair_key, self_key = derive(agreed, "pair mask", "alice", "bob"), derive(session, "self mask", "alice")
box_key = derive(agreed, "share", "alice", "bob")
seed_share, key_share = bytes([7] * 33), bytes(range(33))
nonce = bytes(range(12))
cases = [
    [clients, dropout, corrupt, server, 40, bits]
    for clients in (2, 3, 4, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 5000)
    for dropout, corrupt, bits in ((0.2, 0.1, 20), (0.1, 0.1, 20), (0.05, 0.3, 20), (0, 0, 40), (0.5, 0.5, 20))
    for server in ("honest", "equivocating")
]
golden = {
    "sessionId": session.hex(),
    "privateKeys": {name: key.hex() for name, key in private.items()},
    "publicKeys": {name: key.hex() for name, key in public.items()},
    "agreed": agreed.hex(),
    "boxKey": box_key.hex(),
    "box": (nonce + AESGCM(box_key).encrypt(nonce, seed_share + key_share, None)).hex(),
    "seedShare": seed_share.hex(),
    "keyShare": key_share.hex(),
    "seedShareHash": tagged_hash(seed_share, "share hash", "seed", "alice", "bob").hex(),
    "seedHash": tagged_hash(private["bob"], "seed hash", "alice").hex(),
    "pairMaskKey": pair_key.hex(),
    "pairMask": stream(pair_key, 8),
    "selfMaskKey": self_key.hex(),
    "selfMask": stream(self_key, 8),
    "graphCommitment": tagged_hash(private["alice"], "graph commitment").hex(),
    "neighbours": neighbours(private["alice"], 13, 4),
    "parameters": [{"case": case, "found": parameters(*case)} for case in cases],
}
Path("test/golden/secure-aggregation.json").write_text(json.dumps(golden, indent=1) + "\n")
