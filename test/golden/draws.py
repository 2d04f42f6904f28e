"""The random draws of selection/policy/draws.ts, written anew, so that the references of whole policies can follow them: FNV-1a with
MurmurHash3's finish, in 32-bit arithmetic."""
import math

MASK = 0xFFFFFFFF


def avalanche(value):
    h = value & MASK
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


def hash_text(text):
    h = 0x811C9DC5
    for character in text:
        h = ((h ^ ord(character)) * 0x01000193) & MASK
    return avalanche(h)


def draw(seed, label, round_number, key):
    base = hash_text(f"{seed}|{label}|{round_number}")
    other = avalanche(base ^ 0x9E3779B9)
    high = avalanche((((key ^ base) * 0x9E3779B1) & MASK) + other)
    low = avalanche(((((key + other) & MASK) * 0x85EBCA77) & MASK) ^ base)
    return ((high >> 5) * 2**26 + (low >> 6) + 0.5) / 2**53


def weighted_sample(members, weight, uniform, count):
    """Efraimidis & Spirakis: the `count` members of greatest u^(1/w), here in logarithms."""
    return sorted(members, key=lambda i: math.log(uniform(i)) / weight(i), reverse=True)[:count]
