"""Answers questions about canonical JSON, keys and DSSE with securesystemslib."""

from batch import answer_each
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner, SSlibKey


def signer_of(seed):
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))


def canonical(question):
    return encode_canonical(question["document"]).encode().hex()


def key(question):
    public_key = signer_of(question["seed"]).public_key
    return [public_key.keyval["public"], public_key.keyid]


def sign(question):
    envelope = Envelope(bytes.fromhex(question["payload"]), question["payloadType"], {})
    for seed in question["seeds"]:
        envelope.sign(signer_of(seed))
    return envelope.to_dict()


def verify(question):
    keys = [
        SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
        for public in question["keys"]
    ]
    try:
        Envelope.from_dict(question["envelope"]).verify(keys, question["threshold"])
    except VerificationError:
        return False
    return True


answers = {"canonical": canonical, "key": key, "sign": sign, "verify": verify}
answer_each(lambda question: answers[question["kind"]](question))
