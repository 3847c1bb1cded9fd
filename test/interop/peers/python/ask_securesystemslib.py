"""Answers questions about canonical JSON, keys and DSSE with securesystemslib."""

from batch import answer_each
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey


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


def key_object(question):
    """The key object and key id of a public key in PEM, as python-tuf writes them into metadata."""
    key = SSlibKey.from_crypto(load_pem_public_key(question["pem"].encode()), scheme=question["scheme"])
    return [key.to_dict(), key.keyid]


def sign_metadata(question):
    private_key = load_pem_private_key(question["pkcs8"].encode(), None)
    key = SSlibKey.from_crypto(private_key.public_key(), scheme=question["scheme"])
    return CryptoSigner(private_key, key).sign(bytes.fromhex(question["message"])).signature


def verify_metadata(question):
    key = SSlibKey.from_dict(question["keyid"], question["key"])
    try:
        key.verify_signature(Signature(question["keyid"], question["signature"]), bytes.fromhex(question["message"]))
    except (UnverifiedSignatureError, VerificationError):
        return False
    return True


answers = {
    "key_object": key_object,
    "sign_metadata": sign_metadata,
    "verify_metadata": verify_metadata,
    "canonical": canonical,
    "key": key,
    "sign": sign,
    "verify": verify,
}
answer_each(lambda question: answers[question["kind"]](question))
